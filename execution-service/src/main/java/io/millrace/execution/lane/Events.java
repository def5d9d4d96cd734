// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

import io.millrace.contracts.LaneEvent;
import io.millrace.engine.Execution;
import io.millrace.engine.ExecutionEvent;
import io.millrace.engine.ExecutionRequest;
import io.millrace.engine.Parent;
import io.millrace.engine.State;
import io.millrace.engine.TaskResult;
import io.millrace.engine.TestRun;
import io.millrace.engine.Trigger;
import io.millrace.model.Task;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Messages in the words of the engine.
public final class Events {
    /// Of executions that tests run, and of what those start: lists leave them out.
    public static final LaneEvent.Label TEST_LABEL = new LaneEvent.Label("system.test", "true");

    /// Of executions that somebody tries a flow with: lists leave them out.
    public static final LaneEvent.Label PLAYGROUND_LABEL =
            new LaneEvent.Label(Execution.PLAYGROUND, "true");

    private Events() {}

    /// The engine's event, for all but the request that creates an execution.
    static ExecutionEvent of(LaneEvent event) {
        return switch (event) {
            case LaneEvent.ExecutionRequested e ->
                    new ExecutionEvent.RequestedAgain(parent(e.parent()));
            case LaneEvent.TaskStarted e ->
                    new ExecutionEvent.TaskStarted(e.taskRun(), e.dispatch(), e.workerId(), e.at());
            case LaneEvent.TaskEnded e ->
                    new ExecutionEvent.TaskEnded(
                            e.taskRun(),
                            e.dispatch(),
                            new TaskResult(
                                    State.valueOf(e.state()),
                                    e.outputs(),
                                    e.outputsUri(),
                                    e.error(),
                                    e.logFile(),
                                    e.startedAt(),
                                    e.endedAt(),
                                    e.workerId()));
            case LaneEvent.TaskLost e ->
                    new ExecutionEvent.TaskLost(e.taskRun(), e.dispatch(), e.reason());
            case LaneEvent.TriggerFired _ ->
                    throw new IllegalArgumentException("Expected no trigger on a lane");
            case LaneEvent.ChildStarted e ->
                    new ExecutionEvent.ChildStarted(e.taskRun(), e.dispatch(), e.childId());
            case LaneEvent.ChildEnded e ->
                    new ExecutionEvent.ChildEnded(
                            e.taskRun(),
                            e.dispatch(),
                            e.childId(),
                            State.valueOf(e.state()),
                            e.outputs(),
                            e.error());
            case LaneEvent.KillRequested e -> new ExecutionEvent.KillRequested(e.by(), e.cascade());
            case LaneEvent.PauseRequested e -> new ExecutionEvent.PauseRequested(e.by());
            case LaneEvent.ResumeRequested e ->
                    new ExecutionEvent.ResumeRequested(e.taskRun(), e.inputs(), e.by());
            case LaneEvent.DecisionMade e ->
                    new ExecutionEvent.DecisionMade(
                            e.taskRun(),
                            Task.Approval.Decision.valueOf(e.decision()),
                            e.comment(),
                            e.inputs(),
                            e.by());
            case LaneEvent.BreakpointLifted e ->
                    new ExecutionEvent.BreakpointLifted(
                            Objects.requireNonNullElse(e.breakpoints(), List.of()), e.by());
            case LaneEvent.RestartRequested e -> new ExecutionEvent.RestartRequested(e.by());
            case LaneEvent.ForceRunRequested e -> new ExecutionEvent.ForceRunRequested(e.by());
            case LaneEvent.UnqueueRequested e ->
                    new ExecutionEvent.UnqueueRequested(State.valueOf(e.state()), e.by());
            case LaneEvent.TaskRunStateSet e ->
                    new ExecutionEvent.TaskRunStateSet(
                            e.taskRun(), State.valueOf(e.state()), e.by());
            case LaneEvent.StateSet e ->
                    new ExecutionEvent.StateSet(State.valueOf(e.state()), e.by());
            case LaneEvent.LabelsSet e -> new ExecutionEvent.LabelsSet(labels(e.labels()), e.by());
            case LaneEvent.SlotGranted _ -> new ExecutionEvent.SlotGranted();
            case LaneEvent.LockGranted e -> new ExecutionEvent.LockGranted(e.taskRun());
            case LaneEvent.LockDenied e -> new ExecutionEvent.LockDenied(e.taskRun(), e.holder());
            case LaneEvent.SlotDenied _ -> new ExecutionEvent.SlotDenied();
            case LaneEvent.Passed _ ->
                    throw new IllegalArgumentException("Expected an event of an execution");
        };
    }

    static ExecutionRequest request(
            String id,
            LaneEvent.ExecutionRequested e,
            Map<String, @Nullable Object> inputs,
            ExecutionRequest.@Nullable Replay replay) {
        var retry = e.retry();
        return ExecutionRequest.of(id, e.tenant(), e.startedBy())
                .inputs(inputs)
                .labels(labels(e.labels()))
                .trigger(trigger(e.trigger()))
                .parent(parent(e.parent()))
                .replay(replay)
                .originalId(retry == null ? null : retry.originalId())
                .attempt(retry == null ? 1 : retry.attempt())
                .scheduleDate(e.scheduleDate())
                .failure(e.failure())
                .test(test(e.test()))
                .breakpoints(Objects.requireNonNullElse(e.breakpoints(), List.of()))
                .build();
    }

    private static @Nullable TestRun test(LaneEvent.@Nullable TestRun test) {
        if (test == null) {
            return null;
        }
        var mocks = new LinkedHashMap<String, TestRun.Mock>();
        test.mocks()
                .forEach((task, mock) ->
                        mocks.put(
                                task,
                                new TestRun.Mock(State.valueOf(mock.state()), mock.outputs())));
        return new TestRun(mocks);
    }

    public static LaneEvent.@Nullable TestRun test(@Nullable TestRun test) {
        if (test == null) {
            return null;
        }
        var mocks = new LinkedHashMap<String, LaneEvent.Mock>();
        test.mocks()
                .forEach((task, mock) ->
                        mocks.put(task, new LaneEvent.Mock(mock.state().name(), mock.outputs())));
        return new LaneEvent.TestRun(mocks);
    }

    static Map<String, String> labels(List<LaneEvent.Label> labels) {
        var map = new LinkedHashMap<String, String>();
        labels.forEach(label -> map.put(label.key(), label.value()));
        return map;
    }

    public static List<LaneEvent.Label> labels(Map<String, String> labels) {
        return labels.entrySet().stream()
                .map(label -> new LaneEvent.Label(label.getKey(), label.getValue()))
                .toList();
    }

    static @Nullable Trigger trigger(LaneEvent.@Nullable Trigger trigger) {
        return trigger == null
                ? null
                : new Trigger(
                        trigger.id(),
                        trigger.type(),
                        Objects.requireNonNullElse(trigger.variables(), Map.of()));
    }

    public static LaneEvent.@Nullable Trigger trigger(@Nullable Trigger trigger) {
        return trigger == null
                ? null
                : new LaneEvent.Trigger(trigger.id(), trigger.type(), trigger.variables());
    }

    static @Nullable Parent parent(LaneEvent.@Nullable Parent parent) {
        return parent == null
                ? null
                : new Parent(
                        parent.executionId(),
                        parent.taskRun(),
                        parent.dispatch(),
                        parent.waits(),
                        Objects.requireNonNullElse(parent.outputs(), Map.of()));
    }

    public static LaneEvent.@Nullable Parent parent(@Nullable Parent parent) {
        return parent == null
                ? null
                : new LaneEvent.Parent(
                        parent.executionId(),
                        parent.taskRun(),
                        parent.dispatch(),
                        parent.waits(),
                        parent.outputs().isEmpty() ? null : parent.outputs());
    }
}
