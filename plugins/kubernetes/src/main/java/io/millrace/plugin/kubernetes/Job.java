// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kubernetes;

import io.millrace.plugin.Plugin;
import io.millrace.plugin.cluster.Cluster;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Runs a job, with the retries that are its own.
@Plugin(type = "io.millrace.plugin.kubernetes.Job", title = "Run a job of Kubernetes")
public final class Job extends SubmittedObject {

    @Override
    Species species() {
        return new Species("batch/v1", "Job", "job-name=%s", Set.of(), null);
    }

    @Override
    State state(Map<String, @Nullable Object> object) {
        if (Cluster.holds(object, "Complete")) {
            return new State("Complete", true, true, null);
        }
        return Cluster.holds(object, "Failed")
                ? new State("Failed", true, false, conditionMessage(object, "Failed"))
                : new State("Running", false, false, null);
    }
}
