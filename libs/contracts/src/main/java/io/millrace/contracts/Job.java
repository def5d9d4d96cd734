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
        @Nullable String replyTo) {

    public Job(
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
            @Nullable String traceparent) {
        this(
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
                token,
                createdAt,
                traceparent,
                null);
    }

    /// Routing key of the reports of triggers that run on workers.
    public static final String TRIGGER = "trigger";

    /// Renders the properties and returns them, masked, as the outputs: for flow control whose
    /// expressions a lane may not evaluate itself (they do I/O, or can't be bounded).
    public static final String RENDER = "io.millrace.Render";
}
