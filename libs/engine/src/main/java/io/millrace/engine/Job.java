// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.model.TaskCommon;
import io.millrace.model.WorkerGroup;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a worker has to know of a dispatch.
///
/// @param taskRun ordinal, or [TaskRun#NONE] for a job of the execution itself
/// @param taskId task, or `outputs` for a job of the execution itself
/// @param attempt number of the attempt, from 0
/// @param type full type of the task
/// @param properties with expressions as written
/// @param variables what those expressions read, and nothing else
/// @param logLevel least level to keep
/// @param workerGroup group of workers that the task asks for, its key rendered, or absent
/// @param directory the open directory that it runs in, or closes: the job is for that worker alone
/// @param cache whether outputs of an equal run may be taken over, or absent
public record Job(
        int taskRun,
        String taskId,
        int attempt,
        int dispatch,
        Kind kind,
        String type,
        Map<String, @Nullable Object> properties,
        Map<String, @Nullable Object> variables,
        @Nullable Duration timeout,
        String logLevel,
        boolean logToFile,
        @Nullable WorkerGroup workerGroup,
        @Nullable Directory directory,
        TaskCommon.@Nullable Cache cache) {

    /// What the worker is to do.
    public enum Kind {
        RUN,
        /// Render the properties, and return them as outputs.
        RENDER,
        /// Return the variable `outputs` as outputs, so that they are stored if they are big. With
        /// the property `each` what each iteration gives is stored as a file of its own.
        STORE,
        /// Open a directory, report the start, and keep it.
        OPEN_DIRECTORY,
        /// Close it; the result is that of the task run that opened it.
        CLOSE_DIRECTORY
    }

    /// A working directory that is open.
    ///
    /// @param worker who has it
    /// @param taskRun ordinal of the task run that opened it
    public record Directory(String worker, int taskRun, int dispatch) {}

    /// Whether the worker renders the properties and returns them as outputs.
    public boolean renderOnly() {
        return kind == Kind.RENDER;
    }

    /// Derived from the state alone, so that it can be sent again.
    public static Job of(FlowPlan plan, ExecutionState state, Command.DispatchTask command) {
        return JobVariables.job(plan, state, command);
    }
}
