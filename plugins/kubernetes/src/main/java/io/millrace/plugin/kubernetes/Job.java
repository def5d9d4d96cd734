// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kubernetes;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.cluster.Cluster;
import io.millrace.plugin.cluster.ClusterConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Runs a job, with the retries that are its own.
@Plugin(type = "io.millrace.plugin.kubernetes.Job", title = "Run a job of Kubernetes")
public final class Job extends Submitted<Job.Properties> {

    public record Properties(
            @Title("The cluster; the worker's own if absent and allowed")
                    @Nullable ClusterConnection connection,
            @Title("Namespace") @Nullable String namespace,
            @Title("The job in YAML, or as a map") Object spec,
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
