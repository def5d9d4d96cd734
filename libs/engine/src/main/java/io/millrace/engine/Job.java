// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a worker has to know of a dispatch.
///
/// @param taskRun ordinal, or [TaskRun#NONE] for a job of the execution itself
/// @param taskId task, or `outputs` for a job of the execution itself
/// @param attempt number of the attempt, from 0
/// @param renderOnly whether the worker renders the properties and returns them as outputs
/// @param type full type of the task
/// @param properties with expressions as written
/// @param variables what those expressions read, and nothing else
/// @param logLevel least level to keep
/// @param workerGroup group of workers that the task asks for, or absent
public record Job(
        int taskRun,
        String taskId,
        int attempt,
        int dispatch,
        boolean renderOnly,
        String type,
        Map<String, @Nullable Object> properties,
        Map<String, @Nullable Object> variables,
        @Nullable Duration timeout,
        String logLevel,
        boolean logToFile,
        @Nullable String workerGroup) {

    /// Derived from the state alone, so that it can be sent again.
    public static Job of(FlowPlan plan, ExecutionState state, Command.DispatchTask command) {
        return JobVariables.job(plan, state, command);
    }
}
