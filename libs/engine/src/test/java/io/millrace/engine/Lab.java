// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.Expressions;
import io.millrace.expressions.RenderContext;
import io.millrace.model.ExecutionId;
import io.millrace.model.yaml.FlowParser;
import io.millrace.model.yaml.TemplateSource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Runs flows as a well-behaved installation would: one lane, one worker, nothing lost, messages in
/// order, and a clock that jumps to the next timer.
final class Lab {
    static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    static final Expressions EXPRESSIONS = new Expressions();

    final Map<String, FlowPlan> plans = new LinkedHashMap<>();
    final Map<String, ExecutionState> executions = new LinkedHashMap<>();
    final List<LogEntry> logs = new ArrayList<>();
    final List<Job> jobs = new ArrayList<>();
    final List<Command> commands = new ArrayList<>();

    /// Templates of all that is deployed from now on.
    TemplateSource templates = TemplateSource.NONE;

    private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
    private final TreeMap<Instant, List<Runnable>> timers = new TreeMap<>();
    private final Map<String, Instant> timerOf = new HashMap<>();
    private final List<String> slotsHeld = new ArrayList<>();
    private final ArrayDeque<String> slotsAsked = new ArrayDeque<>();
    final Map<String, String> locks = new HashMap<>();
    private final List<Map.Entry<String, Runnable>> lockWaits = new ArrayList<>();
    private Function<Job, @Nullable TaskResult> worker = job -> success(job, Map.of());
    Instant now = NOON;
    int events;
    int touched;
    int longestBatches;
    Outcome outcome = Outcome.ACCEPTED;

    static Lab of(String... sources) {
        var lab = new Lab();
        for (var source : sources) {
            lab.deploy(source);
        }
        return lab;
    }

    Lab deploy(String source) {
        var flow = FlowParser.trusting().parse(source, List.of(), templates).orThrow();
        plans.put(flow.id(), FlowPlan.compile(flow, 1, EXPRESSIONS));
        return this;
    }

    /// What becomes of a job; nothing if the worker keeps silent.
    Lab worker(Function<Job, @Nullable TaskResult> worker) {
        this.worker = worker;
        return this;
    }

    /// The worker fails jobs of these tasks.
    Lab failing(String... taskIds) {
        var failing = List.of(taskIds);
        return worker(
                job -> failing.contains(job.taskId()) ? failure(job) : success(job, Map.of()));
    }

    TaskResult success(Job job, Map<String, @Nullable Object> outputs) {
        return new TaskResult(State.SUCCESS, outputs, null, null, null, now, now, "worker");
    }

    TaskResult failure(Job job) {
        return new TaskResult(
                State.FAILED, Map.of(), null, "no " + job.taskId(), null, now, now, "worker");
    }

    /// Starts an execution of the first flow, and lets everything happen up to the next timer.
    Lab start() {
        return start(Map.of());
    }

    Lab start(Map<String, @Nullable Object> inputs) {
        var plan = plans.values().iterator().next();
        var id = ExecutionId.derived(now, "e" + executions.size()).value();
        request(plan, id, inputs, Map.of(), null, null, null);
        return settle();
    }

    void request(
            FlowPlan plan,
            String id,
            Map<String, @Nullable Object> inputs,
            Map<String, String> labels,
            @Nullable Trigger trigger,
            @Nullable Parent parent,
            ExecutionRequest.@Nullable Replay replay) {
        var request =
                ExecutionRequest.of(id, "main", "test")
                        .inputs(inputs)
                        .labels(labels)
                        .trigger(trigger)
                        .parent(parent)
                        .replay(replay)
                        .build();
        take(id, Engine.start(plan, request, now));
    }

    Lab replay(@Nullable Integer taskRun) {
        var original = main();
        var id = ExecutionId.derived(now, "replay" + executions.size()).value();
        request(
                plan(original),
                id,
                original.execution().inputs(),
                Map.of(),
                null,
                null,
                new ExecutionRequest.Replay(original, taskRun));
        return this;
    }

    /// The execution that was started first.
    ExecutionState main() {
        return executions.values().iterator().next();
    }

    ExecutionState last() {
        return new ArrayList<>(executions.values()).getLast();
    }

    FlowPlan plan(ExecutionState state) {
        return requireNonNull(plans.get(state.execution().flowId()));
    }

    Lab send(ExecutionEvent event) {
        send(main().execution().id(), event);
        return this;
    }

    void send(String id, ExecutionEvent event) {
        var state = executions.get(id);
        if (state != null) {
            take(id, Engine.decide(plan(state), state, event, now));
        }
    }

    Lab settle() {
        while (!queue.isEmpty()) {
            queue.poll().run();
        }
        return this;
    }

    /// Lets everything happen, also what has to be waited for.
    Lab toTheEnd() {
        settle();
        for (int i = 0; i < 100_000 && !timers.isEmpty(); i++) {
            tick();
        }
        return this;
    }

    /// Goes to the next timer.
    Lab tick() {
        settle();
        var next = timers.pollFirstEntry();
        if (next != null) {
            now = next.getKey().isAfter(now) ? next.getKey() : now;
            next.getValue().forEach(Runnable::run);
        }
        return settle();
    }

    Lab later(Duration duration) {
        now = now.plus(duration);
        while (!timers.isEmpty() && !timers.firstKey().isAfter(now)) {
            timers.pollFirstEntry().getValue().forEach(Runnable::run);
            settle();
        }
        return settle();
    }

    ExecutionState execution(String id) {
        return requireNonNull(executions.get(id));
    }

    private void take(String id, Decision decision) {
        events++;
        touched += decision.touched().size();
        for (int ordinal : decision.touched()) {
            var batches = decision.state().taskRun(ordinal).batches();
            if (batches != null) {
                longestBatches = Math.max(longestBatches, batches.encode().length());
            }
        }
        outcome = decision.outcome();
        executions.put(id, decision.state());
        check(decision.state());
        for (var command : decision.commands()) {
            commands.add(command);
            queue.add(() -> carryOut(id, command));
        }
    }

    /// What rows would bring back is what is there.
    private void check(ExecutionState state) {
        if (events % 50 == 0 || events < 200) {
            assertThat(ExecutionState.restore(plan(state), state.execution(), state.taskRuns()))
                    .isEqualTo(state);
        }
    }

    private void carryOut(String id, Command command) {
        switch (command) {
            case Command.DispatchTask dispatch -> {
                var state = execution(id);
                if (!state.awaits(dispatch.taskRun(), dispatch.dispatch())) {
                    return;
                }
                var job = Job.of(plan(state), state, dispatch);
                jobs.add(job);
                if (job.kind() == Job.Kind.OPEN_DIRECTORY) {
                    queue.add(() ->
                            send(
                                    id,
                                    new ExecutionEvent.TaskStarted(
                                            job.taskRun(), job.dispatch(), "worker", now)));
                    return;
                }
                var result =
                        switch (job.kind()) {
                            case RENDER -> render(job);
                            case STORE -> success(job, stored(job));
                            default -> worker.apply(job);
                        };
                if (result != null) {
                    queue.add(() ->
                            send(
                                    id,
                                    new ExecutionEvent.TaskEnded(
                                            job.taskRun(), job.dispatch(), result)));
                }
            }
            case Command.StartChild child -> {
                var plan = plans.get(child.flowId());
                if (plan == null) {
                    send(
                            id,
                            new ExecutionEvent.ChildEnded(
                                    child.taskRun(),
                                    child.dispatch(),
                                    null,
                                    State.FAILED,
                                    Map.of(),
                                    "Flow not found"));
                    return;
                }
                var parent =
                        new Parent(
                                id,
                                child.taskRun(),
                                child.dispatch(),
                                child.waits(),
                                child.outputs());
                if (executions.containsKey(child.childId())) {
                    send(child.childId(), new ExecutionEvent.RequestedAgain(parent));
                } else {
                    request(
                            plan,
                            child.childId(),
                            child.inputs(),
                            child.labels(),
                            child.trigger(),
                            parent,
                            null);
                }
            }
            case Command.KillChild kill ->
                    send(kill.childId(), new ExecutionEvent.KillRequested("parent", true));
            case Command.StartRetry retry -> {
                var state = execution(id);
                var request =
                        ExecutionRequest.of(retry.executionId(), "main", "retry")
                                .inputs(retry.inputs())
                                .labels(retry.labels())
                                .trigger(retry.trigger())
                                .parent(retry.parent())
                                .originalId(retry.originalId())
                                .attempt(retry.attempt())
                                .scheduleDate(retry.scheduleDate())
                                .build();
                take(retry.executionId(), Engine.start(plan(state), request, now));
            }
            case Command.SetTimer(int ordinal, var at) -> {
                timerOf.put(id + ordinal, at);
                timers.computeIfAbsent(at, _ -> new ArrayList<>())
                        .add(() -> {
                            if (timerOf.remove(id + ordinal, at)) {
                                send(id, new ExecutionEvent.TimerDue(ordinal));
                            }
                        });
            }
            case Command.DropTimer(int ordinal) -> timerOf.remove(id + ordinal);
            case Command.RequestSlot(int limit) -> {
                if (slotsHeld.size() < limit) {
                    slotsHeld.add(id);
                    send(id, new ExecutionEvent.SlotGranted());
                } else {
                    slotsAsked.add(id);
                    send(id, new ExecutionEvent.SlotDenied());
                }
            }
            case Command.FreeSlot _ -> {
                slotsAsked.remove(id);
                if (slotsHeld.remove(id) && !slotsAsked.isEmpty()) {
                    var next = slotsAsked.poll();
                    slotsHeld.add(next);
                    send(next, new ExecutionEvent.SlotGranted());
                }
            }
            case Command.RequestLock(int ordinal, var target, var _) -> {
                var waiting = execution(id).find(ordinal);
                if (waiting == null || waiting.phase() != Phase.LOCKING) {
                    return;
                }
                var mine = id + " " + target.rollout() + " " + target.iteration();
                var holder = locks.putIfAbsent(target.name(), mine);
                if (holder == null || holder.equals(mine)) {
                    send(id, new ExecutionEvent.LockGranted(ordinal));
                } else {
                    lockWaits.add(Map.entry(target.name(), () -> carryOut(id, command)));
                    send(
                            id,
                            new ExecutionEvent.LockDenied(
                                    ordinal, holder.substring(0, holder.indexOf(' '))));
                }
            }
            case Command.FreeLock(var target, var _) -> {
                var mine = id + " " + target.rollout() + " " + target.iteration();
                if (locks.remove(target.name(), mine)) {
                    var waiting =
                            lockWaits.stream()
                                    .filter(wait -> wait.getKey().equals(target.name()))
                                    .findFirst();
                    waiting.ifPresent(wait -> {
                        lockWaits.remove(wait);
                        queue.add(wait.getValue());
                    });
                }
            }
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
            case Command.WriteLog(var entry) -> logs.add(entry);
            case Command.Continue _ -> send(id, new ExecutionEvent.Continued());
            case Command.CancelTaskRun cancel ->
                    queue.add(() ->
                            send(
                                    id,
                                    new ExecutionEvent.TaskEnded(
                                            cancel.taskRun(),
                                            cancel.dispatch(),
                                            new TaskResult(
                                                    State.KILLED,
                                                    Map.of(),
                                                    null,
                                                    null,
                                                    null,
                                                    now,
                                                    now,
                                                    "worker"))));
            case Command.Announce _ -> {
                // nobody listens
            }
        }
    }

    @SuppressWarnings("unchecked") // they are a map
    private static Map<String, @Nullable Object> stored(Job job) {
        return (Map<String, @Nullable Object>) requireNonNull(job.variables().get("outputs"));
    }

    @SuppressWarnings("unchecked") // a map is rendered to a map
    private TaskResult render(Job job) {
        try {
            var rendered =
                    (Map<String, @Nullable Object>)
                            EXPRESSIONS
                                    .compileTree(job.properties())
                                    .render(
                                            RenderContext.of(job.variables())
                                                    .withClock(InstantSource.fixed(now)));
            return success(job, rendered == null ? Values.NONE : rendered);
        } catch (ExpressionException e) {
            return new TaskResult(
                    State.FAILED, Map.of(), null, e.getMessage(), null, now, now, "worker");
        }
    }

    // --- what tests look at ----------------------------------------------------------------------

    State state() {
        return main().execution().state();
    }

    /// Task runs as `task[value]:STATE`, in order of creation.
    List<String> runs() {
        return runs(main());
    }

    static List<String> runs(ExecutionState state) {
        return state.taskRuns().stream()
                .map(run ->
                        run.taskId()
                                + (run.value() == null ? "" : "[" + run.value() + "]")
                                + ":"
                                + run.state())
                .toList();
    }

    TaskRun run(String taskId) {
        return main().taskRuns().stream()
                .filter(run -> run.taskId().equals(taskId))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No task run of " + taskId));
    }

    List<String> messages() {
        return logs.stream().map(LogEntry::message).toList();
    }
}
