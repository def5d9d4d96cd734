// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

import io.millrace.contracts.LogLine;
import io.millrace.engine.ExecutionState;
import io.millrace.engine.LogEntry;
import io.millrace.engine.TaskRun;

/// Lines that a lane writes.
final class LogLines {
    private LogLines() {}

    static LogLine of(ExecutionState state, LogEntry entry) {
        var execution = state.execution();
        var taskRun = entry.taskRun() == TaskRun.NONE ? null : state.find(entry.taskRun());
        return new LogLine(
                execution.id(),
                execution.namespace(),
                execution.flowId(),
                entry.taskRun() == TaskRun.NONE ? null : entry.taskRun(),
                taskRun == null ? null : taskRun.taskId(),
                entry.attempt(),
                entry.level().name(),
                entry.at(),
                entry.message(),
                null);
    }
}
