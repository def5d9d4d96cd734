// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The log lines of executions.
public interface ExecutionLogs {

    /// @param namespace absent: the task's
    /// @param flowId absent: the task's
    /// @param executionId absent: the task's
    /// @param taskIds of these tasks alone; empty: of all
    /// @param minLevel such as `INFO`
    record Selection(
            @Nullable String namespace,
            @Nullable String flowId,
            @Nullable String executionId,
            List<String> taskIds,
            String minLevel) {
        public Selection {
            taskIds = List.copyOf(taskIds);
        }
    }

    /// Takes lines one by one.
    @FunctionalInterface
    interface Sink {
        /// @param line `namespace`, `flowId`, `executionId`, `taskId`, `taskRunId`,
        ///   `attemptNumber`, `timestamp`, `level`, `message` as far as they are known
        void accept(Map<String, @Nullable Object> line) throws IOException;
    }

    /// Hands on all lines, oldest first.
    ///
    /// @return how many there were
    /// @throws TaskFailedException if there is no such execution
    long fetch(Selection selection, Sink sink) throws IOException, TaskFailedException;
}
