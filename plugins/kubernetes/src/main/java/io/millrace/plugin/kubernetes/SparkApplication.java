// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kubernetes;

import io.millrace.plugin.Plugin;
import io.millrace.plugin.kit.HttpApi;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Runs an application of Spark by its operator for Kubernetes.
@Plugin(
        type = "io.millrace.plugin.spark.kubernetes.Submit",
        title = "Run a Spark application on Kubernetes")
public final class SparkApplication extends SubmittedObject {

    @Override
    Species species() {
        return new Species(
                "sparkoperator.k8s.io/v1beta2",
                "SparkApplication",
                "sparkoperator.k8s.io/app-name=%s,spark-role=driver",
                Set.of("spark-kubernetes-driver"),
                null);
    }

    @Override
    State state(Map<String, @Nullable Object> object) {
        var state = HttpApi.text(object, "status", "applicationState", "state");
        var why = HttpApi.text(object, "status", "applicationState", "errorMessage");
        return switch (state == null ? "NEW" : state) {
            case "COMPLETED" -> new State("COMPLETED", true, true, null);
            // SUBMISSION_FAILED and FAILING may be tried again by the operator
            case "FAILED" -> new State("FAILED", true, false, why);
            default -> new State(String.valueOf(state), false, false, null);
        };
    }
}
