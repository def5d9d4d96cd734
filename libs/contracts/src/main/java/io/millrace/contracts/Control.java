// SPDX-License-Identifier: Apache-2.0
package io.millrace.contracts;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Said to all workers at once. Transient: a worker that missed it learns the same from its claim.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "control")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Control.Kill.class, name = "kill"),
    @JsonSubTypes.Type(value = Control.Drain.class, name = "drain"),
    @JsonSubTypes.Type(value = Control.Resume.class, name = "resume"),
    @JsonSubTypes.Type(value = Control.SecretRotated.class, name = "secret.rotated"),
    @JsonSubTypes.Type(value = Control.JobQueueAdded.class, name = "job-queue-added"),
})
public sealed interface Control {

    /// Stop these and start none of them within the next minute.
    record Kill(List<TaskRun> taskRuns) implements Control {}

    /// Take no more jobs.
    ///
    /// @param workerId which, or absent for all
    record Drain(@Nullable String workerId) implements Control {}

    /// Take jobs again, after a [Drain].
    ///
    /// @param workerId which, or absent for all
    record Resume(@Nullable String workerId) implements Control {}

    record SecretRotated(String tenant, String namespace, String name) implements Control {}

    /// A tenant's first job for a group lies in a new queue. Workers that missed it ask the
    /// execution-service: `GET /internal/job-queues/{group}` gives the tenants.
    record JobQueueAdded(String group, String tenant) implements Control {}

    /// @param dispatch the dispatch to stop; older ones are stopped, too
    record TaskRun(String executionId, int taskRun, int dispatch) {}
}
