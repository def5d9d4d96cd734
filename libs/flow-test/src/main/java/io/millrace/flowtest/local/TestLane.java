// SPDX-License-Identifier: Apache-2.0
package io.millrace.flowtest.local;

import static java.util.Objects.requireNonNull;

import io.millrace.engine.Command;
import io.millrace.engine.Decision;
import io.millrace.engine.Engine;
import io.millrace.engine.ExecutionEvent;
import io.millrace.engine.ExecutionRequest;
import io.millrace.engine.ExecutionState;
import io.millrace.engine.FlowPlan;
import io.millrace.engine.Job;
import io.millrace.engine.Parent;
import io.millrace.engine.State;
import io.millrace.engine.TaskResult;
import io.millrace.engine.TaskRun;
import io.millrace.engine.TestRun;
import io.millrace.engine.inputs.Inputs;
import io.millrace.engine.inputs.Resolution;
import io.millrace.expressions.Expressions;
import io.millrace.expressions.RenderContext;
import io.millrace.flowtest.Ended.Line;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Carries out what the engine decides, for one execution and the executions that it starts: one
/// thing at a time, in order, on a clock that jumps to the next timer when nothing else is to do.
final class TestLane {
    static final String TENANT = "main";

    private static final String BY = "test";

    private final FlowSource flows;
    private final TestWorker worker;
    private final Expressions expressions;
    private final RenderContext reading;
    private final List<Line> logs;
    private final int maxEvents;
    private final Map<String, ExecutionState> executions = new LinkedHashMap<>();
    private final Map<String, FlowPlan> plans = new HashMap<>();
    private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
    private final TreeMap<Instant, List<Runnable>> timers = new TreeMap<>();
    private final Map<String, Instant> timerOf = new HashMap<>();
    private Instant now;
    private int events;

    /// The flows that a test may start.
    @FunctionalInterface
    interface FlowSource {
        Optional<FlowPlan> find(String namespace, String id);
    }

    /// It goes on and on.
    static final class EndlessException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        EndlessException(int events) {
            super("Expected an end after %d events".formatted(events), null, false, false);
        }
    }

    TestLane(
            FlowSource flows,
            TestWorker worker,
            Expressions expressions,
            RenderContext reading,
            List<Line> logs,
            int maxEvents,
            Instant now) {
        this.flows = flows;
        this.worker = worker;
        this.expressions = expressions;
        this.reading = reading;
        this.logs = logs;
        this.maxEvents = maxEvents;
        this.now = now;
    }

    Instant now() {
        return now;
    }

    /// Runs an execution until nothing more happens; retries as new executions follow it.
    ///
    /// @throws EndlessException if it doesn't end
    ExecutionState run(FlowPlan plan, ExecutionRequest request) {
        start(plan, request);
        settle();
        while (!isOver(request.id()) && !timers.isEmpty()) {
            var next = timers.pollFirstEntry();
            now = next.getKey().isAfter(now) ? next.getKey() : now;
            next.getValue().forEach(Runnable::run);
            settle();
        }
        return executions.values().stream()
                .filter(e -> e.execution().originalId().equals(request.id()))
                .reduce((_, later) -> later)
                .orElseThrow();
    }

    FlowPlan planOf(ExecutionState state) {
        return requireNonNull(plans.get(state.execution().id()));
    }

    private boolean isOver(String id) {
        return executions.values().stream()
                .filter(e -> e.execution().originalId().equals(id))
                .allMatch(e -> e.execution().state().isTerminal());
    }

    private void settle() {
        while (!queue.isEmpty()) {
            queue.poll().run();
        }
    }

    private void start(FlowPlan plan, ExecutionRequest request) {
        plans.put(request.id(), plan);
        take(request.id(), Engine.start(plan, request, now));
    }

    private void send(String id, ExecutionEvent event) {
        var state = executions.get(id);
        if (state != null) {
            take(id, Engine.decide(planOf(state), state, event, now));
        }
    }

    private void take(String id, Decision decision) {
        if (++events > maxEvents) {
            throw new EndlessException(maxEvents);
        }
        executions.put(id, decision.state());
        for (var command : decision.commands()) {
            queue.add(() -> carryOut(id, command));
        }
    }

    private void carryOut(String id, Command command) {
        var state = requireNonNull(executions.get(id));
        switch (command) {
            case Command.DispatchTask dispatch -> dispatch(id, state, dispatch);
            case Command.StartChild child -> startChild(id, state, child);
            case Command.KillChild(var child) ->
                    send(child, new ExecutionEvent.KillRequested("execution " + id, true));
            case Command.StartRetry retry ->
                    start(
                            planOf(state),
                            ExecutionRequest.of(retry.executionId(), TENANT, BY)
                                    .inputs(retry.inputs())
                                    .labels(retry.labels())
                                    .trigger(retry.trigger())
                                    .parent(retry.parent())
                                    .originalId(retry.originalId())
                                    .attempt(retry.attempt())
                                    .scheduleDate(retry.scheduleDate())
                                    .test(state.execution().test())
                                    .build());
            case Command.CancelTaskRun cancel ->
                    send(
                            id,
                            new ExecutionEvent.TaskEnded(
                                    cancel.taskRun(), cancel.dispatch(), killed()));
            case Command.SetTimer(int taskRun, var at) -> setTimer(id, taskRun, at);
            case Command.DropTimer(int taskRun) -> timerOf.remove(id + " " + taskRun);
            case Command.RequestSlot _ -> send(id, new ExecutionEvent.SlotGranted());
            case Command.NotifyParentStarted(var parent) ->
                    send(
                            parent.executionId(),
                            new ExecutionEvent.ChildStarted(
                                    parent.taskRun(), parent.dispatch(), id));
            case Command.NotifyParentEnded(var parent, var end, var outputs, var error) ->
                    send(
                            parent.executionId(),
                            new ExecutionEvent.ChildEnded(
                                    parent.taskRun(), parent.dispatch(), id, end, outputs, error));
            case Command.WriteLog(var entry) ->
                    logs.add(
                            new Line(
                                    taskOf(state, entry.taskRun()),
                                    entry.level().name(),
                                    entry.message()));
            case Command.Continue _ -> send(id, new ExecutionEvent.Continued());
            case Command.RequestLock lock ->
                    send(id, new ExecutionEvent.LockGranted(lock.taskRun()));
            case Command.FreeSlot _, Command.FreeLock _, Command.Announce _ -> {
                // a test is alone
            }
        }
    }

    private static @Nullable String taskOf(ExecutionState state, int taskRun) {
        var run = taskRun == TaskRun.NONE ? null : state.find(taskRun);
        return run == null ? null : run.taskId();
    }

    private void dispatch(String id, ExecutionState state, Command.DispatchTask dispatch) {
        if (!state.awaits(dispatch.taskRun(), dispatch.dispatch())) {
            return;
        }
        var job = Job.of(planOf(state), state, dispatch);
        var sleep = worker.sleepOf(job, now);
        if (sleep != null) {
            var until = now.plus(sleep);
            timers.computeIfAbsent(until, _ -> new ArrayList<>())
                    .add(() -> end(id, job, TestWorker.slept(now, until)));
            return;
        }
        var result = worker.run(state.execution(), job, now);
        queue.add(() -> end(id, job, result));
    }

    private void end(String id, Job job, TaskResult result) {
        send(id, new ExecutionEvent.TaskEnded(job.taskRun(), job.dispatch(), result));
    }

    private void setTimer(String id, int taskRun, Instant at) {
        var key = id + " " + taskRun;
        timerOf.put(key, at);
        timers.computeIfAbsent(at, _ -> new ArrayList<>())
                .add(() -> {
                    if (timerOf.remove(key, at)) {
                        send(id, new ExecutionEvent.TimerDue(taskRun));
                    }
                });
    }

    private void startChild(String id, ExecutionState state, Command.StartChild child) {
        if (executions.containsKey(child.childId())) {
            return;
        }
        var plan = flows.find(child.namespace(), child.flowId());
        if (plan.isEmpty()) {
            refuse(
                    id,
                    child,
                    "Expected the flow %s.%s beside the test, or a fixture for task %s"
                            .formatted(
                                    child.namespace(),
                                    child.flowId(),
                                    taskOf(state, child.taskRun())));
            return;
        }
        switch (inputs(plan.get(), child.childId(), child.inputs())) {
            case Resolution.Violations violations -> refuse(id, child, violations.message());
            case Resolution.Resolved(var inputs, var _) ->
                    start(
                            plan.get(),
                            ExecutionRequest.of(child.childId(), TENANT, BY)
                                    .inputs(inputs)
                                    .labels(child.labels())
                                    .trigger(child.trigger())
                                    .parent(
                                            new Parent(
                                                    id,
                                                    child.taskRun(),
                                                    child.dispatch(),
                                                    child.waits(),
                                                    child.outputs()))
                                    .scheduleDate(child.scheduleDate())
                                    .test(new TestRun(Map.of()))
                                    .build());
        }
    }

    private void refuse(String id, Command.StartChild child, String reason) {
        send(
                id,
                new ExecutionEvent.ChildEnded(
                        child.taskRun(), child.dispatch(), null, State.FAILED, Map.of(), reason));
    }

    /// Inputs as they are given, typed.
    Resolution inputs(FlowPlan plan, String id, Map<String, @Nullable Object> given) {
        var flow = plan.flow();
        var variables = plan.variablesAhead(TENANT, id);
        return Inputs.resolve(flow.inputs(), given, expressions, reading.withVariables(variables));
    }

    private TaskResult killed() {
        return new TaskResult(State.KILLED, Map.of(), null, null, null, now, now, BY);
    }
}
