// SPDX-License-Identifier: Apache-2.0
package io.millrace.contracts;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A task to run, sent by the lane of its execution to the workers of a group.
///
/// @param taskRun ordinal of the task run in its execution
/// @param attempt 0 for the first attempt that the user sees
/// @param dispatch number of this sending; the result bears it back
/// @param type resolved type, such as `io.kestra.plugin.core.http.Request`; [#RENDER] asks for the
///   rendered properties alone
/// @param properties the task's properties with their expressions not rendered yet
/// @param variables what those expressions read, and nothing else
/// @param timeout after which the attempt fails, or absent
/// @param logLevel least level to keep
/// @param logToFile whether the log goes to a file of the internal storage
/// @param token short-lived bearer token for secrets and files of this execution alone
/// @param createdAt when it was dispatched; an old or redelivered job is claimed before it starts
/// @param traceparent W3C trace context, or absent
/// @param replyTo where its reports go if it belongs to no execution: [#TRIGGER] for the scheduler,
///   else absent
/// @param directory the open directory that it runs in, or absent for one of its own; such a job
///   goes to the worker that has it open, with [Topology#workerKey(String)]
/// @param loopValue value of the loop that it is directly in, or absent
/// @param origin the execution that started this one, whose files its tasks may read, or absent
/// @param cache whether outputs of an equal run may be taken over, or absent
public record Job(
        String tenant,
        String namespace,
        String flowId,
        int revision,
        String executionId,
        int taskRun,
        String taskId,
        int attempt,
        int dispatch,
        String type,
        Map<String, @Nullable Object> properties,
        Map<String, @Nullable Object> variables,
        @Nullable Duration timeout,
        String logLevel,
        boolean logToFile,
        String token,
        Instant createdAt,
        @Nullable String traceparent,
        @Nullable String replyTo,
        @Nullable Directory directory,
        @Nullable String loopValue,
        @Nullable Origin origin,
        @Nullable Cache cache) {

    /// A job of the scheduler's: it belongs to no execution, and reports to the scheduler.
    ///
    /// @param id by which the scheduler knows it
    public static Job ofScheduler(
            String tenant,
            String namespace,
            String flowId,
            int revision,
            String id,
            int taskRun,
            String taskId,
            int dispatch,
            String type,
            Map<String, @Nullable Object> properties,
            Map<String, @Nullable Object> variables,
            @Nullable Duration timeout,
            String logLevel,
            Instant createdAt) {
        return new Job(
                tenant,
                namespace,
                flowId,
                revision,
                id,
                taskRun,
                taskId,
                0,
                dispatch,
                type,
                properties,
                variables,
                timeout,
                logLevel,
                false,
                "",
                createdAt,
                null,
                TRIGGER,
                null,
                null,
                null,
                null);
    }

    public Job withToken(String newToken, Instant now) {
        return new Job(
                tenant,
                namespace,
                flowId,
                revision,
                executionId,
                taskRun,
                taskId,
                attempt,
                dispatch,
                type,
                properties,
                variables,
                timeout,
                logLevel,
                logToFile,
                newToken,
                now,
                traceparent,
                replyTo,
                directory,
                loopValue,
                origin,
                cache);
    }

    /// Routing key of the reports of triggers that run on workers.
    public static final String TRIGGER = "trigger";

    /// Renders the properties and returns them, masked, as the outputs: for flow control whose
    /// expressions a lane may not evaluate itself (they do I/O, or can't be bounded).
    public static final String RENDER = "io.millrace.Render";

    /// Gives the variable `outputs` back as outputs, which are stored if they are big. With the
    /// property `each` the `outputs` of each element of its `outputs` become a file, too.
    public static final String STORE = "io.millrace.Store";

    /// Opens a directory in which other jobs run: lays its files, reports the start, and keeps it
    /// until it is closed or killed.
    public static final String OPEN_DIRECTORY = "io.millrace.OpenDirectory";

    /// Closes the directory that bears the same numbers: its result is that of the opening.
    public static final String CLOSE_DIRECTORY = "io.millrace.CloseDirectory";

    /// Writes the outputs of executions that were started for batches into one file; the property
    /// `taskRun` is the ordinal of the task run that started them.
    public static final String MERGE_BATCH_OUTPUTS =
            "io.kestra.plugin.core.flow.ForEachItem$ForEachItemMergeOutputs";

    /// Outputs of the last run of the same task with the same rendered properties, and how long
    /// they may be taken over.
    ///
    /// @param ttl as long as they are there if absent
    public record Cache(@Nullable Duration ttl) {}

    /// An execution of the same tenant.
    public record Origin(String namespace, String flowId, String executionId) {}

    /// A working directory that a worker keeps open.
    ///
    /// @param worker who has it
    /// @param taskRun ordinal of the task run that opened it
    /// @param dispatch number of the job that opened it
    public record Directory(String worker, int taskRun, int dispatch) {}
}
