// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Executions as a task may see and change them: those of its own namespace and of those below it;
/// of the whole tenant, if it is of the namespace `system`. The same goes for triggers.
public interface TaskExecutions {

    /// Switches a trigger on or off.
    ///
    /// @throws TaskFailedException if there is no such trigger, or the task may not change it
    default void setTriggerDisabled(
            String namespace, String flowId, String triggerId, boolean disabled)
            throws TaskFailedException {
        throw new UnsupportedOperationException("There are no triggers here");
    }

    /// @param flowId absent where a whole namespace is counted
    record Count(String namespace, @Nullable String flowId, long count) {}

    record FlowRef(String namespace, String flowId) {}

    /// Which executions.
    ///
    /// @param flows each is counted by itself, also if there are none of it
    /// @param namespaces counted as a whole, where no flows are given
    /// @param states any if empty
    record Query(
            List<FlowRef> flows,
            List<String> namespaces,
            List<String> states,
            @Nullable Instant startDate,
            @Nullable Instant endDate) {}

    /// Which executions that have ended, and which parts of them.
    ///
    /// @param namespace and those below it; absent for all
    /// @param states any that an execution ends with if empty
    /// @param startDate of those that began then or later
    /// @param endDate of those that began then or before
    record Purge(
            @Nullable String namespace,
            @Nullable String flowId,
            List<String> states,
            @Nullable Instant startDate,
            Instant endDate,
            boolean executions,
            boolean logs,
            boolean metrics,
            boolean files) {}

    record Purged(long executions, long logs, long metrics, long files) {}

    /// @param levels any if empty
    record LogPurge(
            @Nullable String namespace,
            @Nullable String flowId,
            List<String> levels,
            @Nullable Instant startDate,
            Instant endDate) {}

    /// @param inputs that the paused task asks for
    /// @throws TaskFailedException if it isn't paused, or the inputs are wrong
    void resume(String executionId, Map<String, @Nullable Object> inputs)
            throws TaskFailedException;

    List<Count> count(Query query) throws TaskFailedException;

    /// Goes on until nothing is left, in small steps.
    Purged purge(Purge purge) throws TaskFailedException;

    /// Goes on until nothing is left, in small steps.
    ///
    /// @return how many lines went
    long purgeLogs(LogPurge purge) throws TaskFailedException;
}
