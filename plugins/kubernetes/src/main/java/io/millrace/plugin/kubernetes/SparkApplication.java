// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kubernetes;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.cluster.ClusterConnection;
import io.millrace.plugin.kit.HttpApi;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Runs an application of Spark by its operator for Kubernetes.
@Plugin(
        type = "io.millrace.plugin.spark.kubernetes.Submit",
        title = "Run a Spark application on Kubernetes")
public final class SparkApplication extends Submitted<SparkApplication.Properties> {

    public record Properties(
            @Title("The cluster; the worker's own if absent and allowed")
                    @Nullable ClusterConnection connection,
            @Title("Namespace") @Nullable String namespace,
            @Title("The SparkApplication in YAML, or as a map") Object spec,
            @Title("Whether to wait for its end") @Default("true") @JsonProperty("wait")
                    Boolean waits,
            @Title("Whether its pods' logs are the task's") @Default("true") Boolean logs,
            @Title("How often to look") @Default("PT2S") Duration interval,
            @Title("How long to wait; as long as the task may run if absent")
                    @Nullable Duration maxDuration,
            @Title("Whether it is deleted in the end") @Default("false") Boolean delete)
            implements Request {}

    @Override
    Map<String, @Nullable Object> object(Properties properties, TaskContext context)
            throws IOException, TaskFailedException {
        return single(manifest(properties.spec(), context));
    }

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
