// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.search;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.engine.Execution;
import io.millrace.engine.TaskRun;
import io.millrace.engine.Trigger;
import io.millrace.expressions.Encrypted;
import io.millrace.model.ExecutionId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An execution as users see it.
///
/// @param parentId the execution that this one replays
/// @param originalId the first of a chain of replays and retries
/// @param error why it ended, if a task doesn't say so
/// @param kind `TEST` or `PLAYGROUND`; absent for all others
/// @param url its page, for whoever has just started it
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ExecutionView(
        String id,
        String tenantId,
        String namespace,
        String flowId,
        int flowRevision,
        List<TaskRunView> taskRunList,
        Map<String, @Nullable Object> inputs,
        @Nullable Map<String, @Nullable Object> outputs,
        List<Label> labels,
        @Nullable Map<String, @Nullable Object> variables,
        StateView state,
        @Nullable String parentId,
        String originalId,
        @Nullable TriggerView trigger,
        boolean deleted,
        Metadata metadata,
        @Nullable Instant scheduleDate,
        @Nullable String error,
        @Nullable String kind,
        @Nullable List<Breakpoint> breakpoints,
        @Nullable String url) {

    /// The same, with its page.
    ///
    /// @param gateway as whoever started it knows it, such as `https://millrace.example.com`
    public ExecutionView at(String gateway) {
        return new ExecutionView(
                id,
                tenantId,
                namespace,
                flowId,
                flowRevision,
                taskRunList,
                inputs,
                outputs,
                labels,
                variables,
                state,
                parentId,
                originalId,
                trigger,
                deleted,
                metadata,
                scheduleDate,
                error,
                kind,
                breakpoints,
                "%s/ui/%s/executions/%s".formatted(gateway, tenantId, id));
    }

    /// @param value iteration of a loop, or absent for all
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Breakpoint(String id, @Nullable String value) {
        static Breakpoint of(String text) {
            int dot = text.indexOf('.');
            return dot < 0
                    ? new Breakpoint(text, null)
                    : new Breakpoint(text.substring(0, dot), text.substring(dot + 1));
        }
    }

    public record Label(String key, String value) {}

    public record TriggerView(String id, String type, Map<String, @Nullable Object> variables) {}

    public record Metadata(int attemptNumber, Instant originalCreatedDate) {}

    public record AttemptView(
            StateView state, @Nullable String logFile, @Nullable String workerId) {}

    /// @param value value of the loop iteration that it is in
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record TaskRunView(
            String id,
            String tenantId,
            String executionId,
            String namespace,
            String flowId,
            String taskId,
            @Nullable String parentTaskRunId,
            @Nullable String value,
            @Nullable Integer iteration,
            List<AttemptView> attempts,
            @Nullable Map<String, @Nullable Object> outputs,
            StateView state) {}

    public static ExecutionView of(Execution e, List<TaskRun> taskRuns, Instant now) {
        return new ExecutionView(
                e.id(),
                e.tenant(),
                e.namespace(),
                e.flowId(),
                e.revision(),
                taskRuns.stream().map(run -> taskRun(e, run, now)).toList(),
                Encrypted.masked(e.inputs()),
                e.outputs().isEmpty() ? null : Encrypted.masked(e.outputs()),
                e.labels().entrySet().stream()
                        .map(l -> new Label(l.getKey(), l.getValue()))
                        .toList(),
                e.variables().isEmpty() ? null : Encrypted.masked(e.variables()),
                StateView.of(e.history(), now),
                e.replayOf(),
                e.originalId(),
                trigger(e.trigger()),
                false,
                new Metadata(e.attempt(), originalCreatedDate(e)),
                e.scheduleDate(),
                e.error(),
                kind(e),
                e.breakpoints().isEmpty()
                        ? null
                        : e.breakpoints().stream().map(Breakpoint::of).toList(),
                null);
    }

    private static Instant originalCreatedDate(Execution e) {
        return e.originalId().equals(e.id()) || !ExecutionId.isValid(e.originalId())
                ? e.history().startedAt()
                : new ExecutionId(e.originalId()).instant();
    }

    /// `TEST` or `PLAYGROUND`; absent for all others.
    private static @Nullable String kind(Execution e) {
        if (e.test() != null) {
            return "TEST";
        }
        return e.labels().containsKey(Execution.PLAYGROUND) ? "PLAYGROUND" : null;
    }

    private static @Nullable TriggerView trigger(@Nullable Trigger trigger) {
        return trigger == null
                ? null
                : new TriggerView(
                        trigger.id(), trigger.type(), Encrypted.masked(trigger.variables()));
    }

    public static TaskRunView taskRun(Execution e, TaskRun run, Instant now) {
        return new TaskRunView(
                taskRunId(e.id(), run.ordinal()),
                e.tenant(),
                e.id(),
                e.namespace(),
                e.flowId(),
                run.taskId(),
                run.parent() == TaskRun.NONE ? null : taskRunId(e.id(), run.parent()),
                run.value(),
                run.iteration() == TaskRun.NONE ? null : run.iteration(),
                run.attempts().stream()
                        .map(a -> new AttemptView(StateView.of(a, now), a.logFile(), a.workerId()))
                        .toList(),
                run.outputs().isEmpty() ? null : Encrypted.masked(run.outputs()),
                StateView.of(run.history(), now));
    }

    public static String taskRunId(String executionId, int ordinal) {
        return executionId + "-" + ordinal;
    }

    /// The ordinal in a task run's id, or nothing if it is none of this execution.
    public static @Nullable Integer ordinal(String executionId, String taskRunId) {
        if (!taskRunId.startsWith(executionId + "-")) {
            return null;
        }
        var digits = taskRunId.substring(executionId.length() + 1);
        return digits.matches("\\d{1,9}") ? Integer.valueOf(digits) : null;
    }
}
