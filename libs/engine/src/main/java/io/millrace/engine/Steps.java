// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.engine.Cursor.Stage;
import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.Truthiness;
import io.millrace.model.Flow;
import io.millrace.model.RetryPolicy;
import io.millrace.model.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Moves task runs on: begins them, ends them, and tells the flow control around them.
///
/// Work is done from a list, one task run at a time, never by recursion into children, so that a
/// loop of ten thousand pure tasks neither fills the stack nor keeps the lane for itself.
final class Steps {
    /// Task runs that are looked at for one event; the rest waits for the next.
    static final int BUDGET = 500;

    /// Children that flow control creates at one look.
    private static final int CREATED_AT_ONCE = 100;

    /// After this time a worker that was told to stop is not waited for any longer.
    private static final Duration KILL_PATIENCE = Duration.ofSeconds(60);

    private final Transition t;
    private final Evaluation evaluation;

    Steps(Transition transition) {
        this.t = transition;
        this.evaluation = new Evaluation(transition);
    }

    /// Does the work that there is, up to the budget, and settles the state of the execution.
    Decision decide() {
        if (t.execution().state() == State.RUNNING && !t.plan.flow().sla().isEmpty()) {
            Agreements.check(t, this, evaluation);
        }
        for (int left = BUDGET; left > 0; left--) {
            var ordinal = t.nextWork();
            if (ordinal == null) {
                break;
            }
            step(ordinal);
        }
        settle();
        return t.decision();
    }

    private void step(int ordinal) {
        if (ordinal == TaskRun.NONE) {
            advance(ordinal);
            return;
        }
        var run = t.state().find(ordinal);
        if (run == null) {
            return;
        }
        switch (run.phase()) {
            case READY -> begin(run);
            case CHILDREN -> advance(ordinal);
            case RENDERING, RUNNING, CHILD, PAUSED, DELAY, OVER -> {
                // it waits for somebody else, or for nothing
            }
        }
    }

    // --- the execution ---------------------------------------------------------------------------

    /// Lets the execution begin, or go on, now that nothing holds it.
    void go() {
        var execution = t.execution();
        if (execution.state() != State.RUNNING) {
            t.put(t.change().state(State.RUNNING, t.now));
        }
        if (execution.wakeAt() == null) {
            for (var sla : t.plan.flow().sla()) {
                if (sla.type() == Flow.Sla.Type.MAX_DURATION) {
                    var length = Values.duration(sla.duration());
                    if (length != null) {
                        var at = t.now.plus(length);
                        t.put(t.change().wakeAt(at));
                        t.command(new Command.SetTimer(TaskRun.NONE, at));
                    }
                }
            }
        }
        lookAtAll();
    }

    /// Has everything looked at that might have work to do: after a hold, a wait, or a lost lane.
    void lookAtAll() {
        if (t.execution().state() == State.CREATED || t.execution().state() == State.QUEUED) {
            return;
        }
        t.look(TaskRun.NONE);
        for (var run : t.state().taskRuns()) {
            if (run.phase() == Phase.READY || run.phase() == Phase.CHILDREN) {
                t.look(run.ordinal());
            }
        }
    }

    private boolean mayBegin() {
        var execution = t.execution();
        return !execution.held()
                && execution.slot() != Slot.ASKED
                && execution.state() != State.CREATED
                && execution.state() != State.QUEUED
                && execution.state() != State.RESTARTED;
    }

    /// Whether nothing new is to begin in this list of tasks.
    private boolean isBlocked(Cursor cursor) {
        var execution = t.execution();
        if (cursor.stage() == Stage.AFTER) {
            return false;
        }
        return execution.killed()
                || execution.cursor().exit() != null
                || cursor.outcome() == State.FAILED
                || cursor.outcome() == State.KILLED
                || cursor.outcome() == State.CANCELLED;
    }

    /// Brings the state of the execution in line with its task runs.
    private void settle() {
        var execution = t.execution();
        switch (execution.state()) {
            case RUNNING, PAUSED, RETRYING -> {
                var due =
                        execution.held() || execution.paused() > 0
                                ? State.PAUSED
                                : execution.retrying() > 0 ? State.RETRYING : State.RUNNING;
                if (due != execution.state()) {
                    t.put(t.change().state(due, t.now));
                }
            }
            case CREATED,
                    QUEUED,
                    RESTARTED,
                    KILLING,
                    SUCCESS,
                    WARNING,
                    FAILED,
                    KILLED,
                    CANCELLED,
                    RETRIED,
                    SKIPPED -> {
                // decided where it came about
            }
        }
    }

    private void finishExecution() {
        var execution = t.execution();
        var end = endOf(TaskRun.NONE);
        var outputs = execution.outputs();
        if (!t.plan.outputs().isEmpty() && end != State.KILLED && end != State.RETRIED) {
            if (outputs.isEmpty()) {
                try {
                    var rendered = evaluation.render(TaskRun.NONE, t.plan.outputs());
                    if (rendered == null) {
                        renderOutputs();
                        return;
                    }
                    outputs = Values.outputs(t.plan.flow(), rendered);
                } catch (ExpressionException | IllegalArgumentException e) {
                    t.log(LogEntry.Level.ERROR, "Unable to render the outputs: " + e.getMessage());
                    end = State.FAILED;
                }
            }
        }
        finishExecution(end, outputs);
    }

    private void renderOutputs() {
        int dispatch = t.execution().dispatch() + 1;
        t.put(t.change().dispatch(dispatch).rendering(true));
        t.command(new Command.DispatchTask(TaskRun.NONE, dispatch, false));
    }

    /// A worker has rendered the outputs of the flow, or could not.
    void outputsRendered(TaskResult result) {
        t.put(t.change().rendering(false));
        var end = endOf(TaskRun.NONE);
        Map<String, @Nullable Object> outputs = Map.of();
        if (result.state().isGood()) {
            try {
                outputs = Values.outputs(t.plan.flow(), result.outputs());
            } catch (IllegalArgumentException e) {
                t.log(LogEntry.Level.ERROR, "Unable to render the outputs: " + e.getMessage());
                end = State.FAILED;
            }
        } else {
            t.log(LogEntry.Level.ERROR, "Unable to render the outputs: " + result.error());
            end = State.FAILED;
        }
        finishExecution(end, outputs);
    }

    private void finishExecution(State end, Map<String, @Nullable Object> outputs) {
        var execution = t.execution();
        if (execution.wakeAt() != null) {
            t.command(new Command.DropTimer(TaskRun.NONE));
        }
        if (execution.slot() != Slot.NONE) {
            t.command(new Command.FreeSlot());
        }
        t.put(
                t.change()
                        .state(end, t.now)
                        .outputs(outputs)
                        .slot(Slot.NONE)
                        .held(false)
                        .paused(0)
                        .retrying(0)
                        .wakeAt(end == State.RETRIED ? execution.wakeAt() : null)
                        .cursor(Cursors.at(execution.cursor(), Stage.AFTER)));
        tellOfEnd();
        t.look(TaskRun.NONE);
    }

    /// What others have to know of an execution that has ended.
    void tellOfEnd() {
        var execution = t.execution();
        if (execution.state() == State.RETRIED) {
            tellOfRetry();
        } else if (execution.parent() != null) {
            evaluation.tellParent(execution.parent());
        }
    }

    private void tellOfRetry() {
        var execution = t.execution();
        var at = execution.wakeAt() == null ? t.now : execution.wakeAt();
        var id = Retries.idOfRetry(execution);
        t.command(
                new Command.StartRetry(
                        id,
                        execution.inputs(),
                        execution.labels(),
                        execution.trigger(),
                        execution.parent(),
                        execution.originalId(),
                        execution.attempt() + 1,
                        at));
    }

    // --- beginning -------------------------------------------------------------------------------

    private void begin(TaskRun run) {
        if (!mayBegin()) {
            return;
        }
        var task = t.plan.find(run.taskId());
        if (task == null) {
            failWith(
                    run, "Expected a task " + run.taskId() + " in this revision but there is none");
            return;
        }
        var known = run.rendered() == null ? Values.NONE : run.rendered();
        try {
            if (!task.runIf().isEmpty()) {
                var condition =
                        known.containsKey("runIf")
                                ? known
                                : evaluation.render(run.ordinal(), task.runIf());
                if (condition == null) {
                    renderOnWorker(run);
                    return;
                }
                if (!Values.truthy(condition.get("runIf"))) {
                    end(t.put(t.change(run.ordinal()).state(State.RUNNING, t.now)), State.SKIPPED);
                    return;
                }
            }
            var mock = mockOf(run);
            if (mock != null) {
                endMocked(run, mock);
                return;
            }
            var input = known;
            if (!(task.definition() instanceof Task.LoopUntil)
                    && !known.keySet().containsAll(task.input().source().keySet())) {
                input = evaluation.render(run.ordinal(), task.input());
                if (input == null) {
                    renderOnWorker(run);
                    return;
                }
            }
            enter(run, task, input);
        } catch (ExpressionException | IllegalArgumentException e) {
            failWith(t.run(run.ordinal()), String.valueOf(e.getMessage()));
        }
    }

    private TestRun.@Nullable Mock mockOf(TaskRun run) {
        var test = t.execution().test();
        if (test == null || test.mocks().isEmpty()) {
            return null;
        }
        for (int up = run.ordinal(); up != TaskRun.NONE; up = t.run(up).parent()) {
            var value = t.run(up).value();
            if (value != null) {
                var ofIteration = test.mocks().get(TestRun.key(run.taskId(), value));
                if (ofIteration != null) {
                    return ofIteration;
                }
            }
        }
        return test.mocks().get(run.taskId());
    }

    private void endMocked(TaskRun run, TestRun.Mock mock) {
        end(
                t.put(
                        t.change(run.ordinal())
                                .state(State.RUNNING, t.now)
                                .attempts(
                                        plus(
                                                run.attempts(),
                                                new Attempt(
                                                        State.RUNNING, t.now, null, null, null)))
                                .outputs(mock.outputs())
                                .rendered(null)),
                mock.state());
    }

    private void renderOnWorker(TaskRun run) {
        int dispatch = run.dispatch() + 1;
        t.put(
                t.change(run.ordinal())
                        .dispatch(dispatch)
                        .workerId(null)
                        .phase(Phase.RENDERING, t.now));
        t.command(new Command.DispatchTask(run.ordinal(), dispatch, false));
    }

    /// A worker has rendered what [#begin(TaskRun)] or a loop's condition needs, or could not.
    void rendered(TaskRun run, TaskResult result) {
        if (!result.state().isGood()) {
            var error = result.error() == null ? "Unable to render its properties" : result.error();
            failWith(run, error);
            return;
        }
        var rendered = new LinkedHashMap<String, @Nullable Object>();
        if (run.rendered() != null) {
            rendered.putAll(run.rendered());
        }
        rendered.putAll(result.outputs());
        t.put(
                t.change(run.ordinal())
                        .rendered(rendered)
                        .phase(run.cursor() == null ? Phase.READY : Phase.CHILDREN, t.now));
        t.look(run.ordinal());
    }

    private void enter(TaskRun run, FlowTask task, Map<String, @Nullable Object> input) {
        switch (task.definition()) {
            case Task.PluginTask _ when PureTasks.isPure(task.type()) -> evaluate(run, task, input);
            case Task.PluginTask _ -> {
                int dispatch = run.dispatch() + 1;
                t.put(
                        t.change(run.ordinal())
                                .dispatch(dispatch)
                                .workerId(null)
                                .rendered(input.isEmpty() ? null : input)
                                .phase(Phase.RUNNING, t.now));
                t.command(new Command.DispatchTask(run.ordinal(), dispatch, false));
            }
            case Task.Sequential _, Task.Parallel _, Task.Dag _, Task.AllowFailure _ ->
                    enter(run, "", Map.of(), null);
            case Task.LoopUntil _ -> enter(run, "", Map.of("iterationCount", 0), null);
            case Task.If _ -> {
                boolean holds = Values.truthy(input.get("condition"));
                enter(run, holds ? "then" : "else", Map.of("evaluationResult", holds), null);
            }
            case Task.Switch _ -> {
                var value = String.valueOf(input.get("value"));
                var branches = task.lists().main();
                boolean matches = branches.containsKey("case:" + value);
                var branch = matches ? "case:" + value : "defaults";
                boolean known = matches || !branches.getOrDefault(branch, List.of()).isEmpty();
                enter(run, branch, Map.of("value", value, "defaults", !matches), null);
                if (!known) {
                    failWith(
                            t.run(run.ordinal()),
                            "Expected one of the cases but got '" + value + "', and no defaults");
                }
            }
            case Task.ForEach _, Task.EachSequential _, Task.EachParallel _, Task.Loop _ ->
                    enter(run, "", Map.of(), Values.items(input.get("values")));
            case Task.Pause pause -> pause(run, pause, input);
            case Task.Subflow subflow -> startChild(run, subflow, input);
            case Task.WorkingDirectory _, Task.ForEachItem _, Task.Template _ ->
                    failWith(run, "Tasks of type " + task.type() + " are not supported yet");
        }
    }

    private void enter(
            TaskRun run,
            String branch,
            Map<String, @Nullable Object> outputs,
            @Nullable Items items) {
        t.put(
                t.change(run.ordinal())
                        .state(State.RUNNING, t.now)
                        .phase(Phase.CHILDREN, t.now)
                        .cursor(Cursors.start(branch))
                        .outputs(outputs)
                        .items(items)
                        .rendered(null));
        t.look(run.ordinal());
    }

    private void evaluate(TaskRun run, FlowTask task, Map<String, @Nullable Object> input) {
        var started =
                t.put(
                        t.change(run.ordinal())
                                .state(State.RUNNING, t.now)
                                .attempts(
                                        plus(
                                                run.attempts(),
                                                new Attempt(
                                                        State.RUNNING, t.now, null, null, null)))
                                .rendered(null));
        var result = PureTasks.run(task.type(), input, t.execution(), t.plan);
        var level = task.definition().common().logLevel().name();
        for (var line : result.lines()) {
            if (line.level().compareTo(LogEntry.Level.valueOf(level)) >= 0) {
                t.log(started, line.level(), line.message());
            }
        }
        if (result.labels() != null) {
            var labels = new LinkedHashMap<>(t.execution().labels());
            labels.putAll(result.labels());
            t.put(t.change().labels(labels));
        }
        if (result.variables() != null) {
            t.put(t.change().variables(result.variables()));
        }
        t.put(endAttempt(started, result.state(), t.now).outputs(result.outputs()));
        end(t.run(run.ordinal()), result.state());
        if (result.exit() != null) {
            exit(result.exit());
        }
    }

    /// Has the execution end in that state once what runs has ended.
    void exit(State state) {
        if (state == State.KILLED) {
            kill(true);
            return;
        }
        var cursor = t.execution().cursor();
        if (cursor.exit() == null) {
            t.put(TaskRun.NONE, Cursors.exiting(cursor, state));
        }
        lookAtAll();
    }

    /// Stops all that runs, and has the execution end in that state.
    void stop(State state) {
        t.put(TaskRun.NONE, Cursors.exiting(t.execution().cursor(), state));
        kill(true);
    }

    private void pause(TaskRun run, Task.Pause pause, Map<String, @Nullable Object> input) {
        var length = Values.duration(input.get("pauseDuration"));
        var timeout = Values.duration(input.get("timeout"));
        var wait =
                length == null || (timeout != null && timeout.compareTo(length) < 0)
                        ? timeout
                        : length;
        var wakeAt = wait == null ? null : t.now.plus(wait);
        t.put(
                t.change(run.ordinal())
                        .state(State.RUNNING, t.now)
                        .state(State.PAUSED, t.now)
                        .phase(Phase.PAUSED, t.now)
                        .cursor(Cursors.start(""))
                        .wakeAt(wakeAt)
                        .rendered(input.isEmpty() ? null : input));
        t.put(t.change().paused(t.execution().paused() + 1));
        if (wakeAt != null) {
            t.command(new Command.SetTimer(run.ordinal(), wakeAt));
        }
        if (pause.onPause() != null && t.task(run).lists().main().containsKey("onPause")) {
            for (var task : t.task(run).lists().main().getOrDefault("onPause", List.of())) {
                t.create(task, run.ordinal(), TaskRun.NONE, null);
                t.put(run.ordinal(), Cursors.started(t.cursor(run.ordinal()), 0));
            }
        }
    }

    /// Goes on after a pause.
    void resume(TaskRun run, Map<String, @Nullable Object> inputs, @Nullable String by) {
        var outputs = new LinkedHashMap<String, @Nullable Object>();
        if (!inputs.isEmpty()) {
            outputs.put("onResume", inputs);
        }
        var resumed = new LinkedHashMap<String, @Nullable Object>();
        resumed.put("by", by);
        resumed.put("on", t.now.toString());
        resumed.put("to", State.RUNNING.name());
        outputs.put("resumed", resumed);
        leavePause(run, State.RUNNING, outputs);
        t.look(run.ordinal());
    }

    private TaskRun leavePause(TaskRun run, State state, Map<String, @Nullable Object> outputs) {
        if (run.wakeAt() != null) {
            t.command(new Command.DropTimer(run.ordinal()));
        }
        t.put(t.change().paused(t.execution().paused() - 1));
        return t.put(
                t.change(run.ordinal())
                        .state(state, t.now)
                        .phase(Phase.CHILDREN, t.now)
                        .wakeAt(null)
                        .rendered(null)
                        .outputs(outputs));
    }

    private void startChild(
            TaskRun run, Task.Subflow subflow, Map<String, @Nullable Object> input) {
        int dispatch = run.dispatch() + 1;
        var started =
                t.put(
                        t.change(run.ordinal())
                                .state(State.RUNNING, t.now)
                                .attempts(
                                        plus(
                                                run.attempts(),
                                                new Attempt(
                                                        State.RUNNING, t.now, null, null, null)))
                                .dispatch(dispatch)
                                .phase(Phase.CHILD, t.now)
                                .rendered(input));
        var command = evaluation.startChild(started, subflow);
        t.put(t.change(run.ordinal()).outputs(Map.of("executionId", command.childId())));
        t.command(command);
    }

    // --- ending ----------------------------------------------------------------------------------

    /// A job has ended on a worker.
    void finished(TaskRun run, TaskResult result) {
        var attempts = new ArrayList<>(run.attempts());
        if (!attempts.isEmpty() && attempts.getLast().state() == State.RUNNING) {
            attempts.removeLast();
        }
        attempts.add(
                new Attempt(
                        result.state(),
                        result.startedAt(),
                        result.endedAt(),
                        result.workerId(),
                        result.logFile()));
        var change = t.change(run.ordinal());
        if (run.state() != State.RUNNING && run.state() != State.KILLING) {
            change.state(State.RUNNING, latest(run.history().changedAt(), result.startedAt()));
        }
        var changed =
                t.put(
                        change.attempts(List.copyOf(attempts))
                                .outputs(result.outputs())
                                .outputsUri(result.outputsUri())
                                .error(result.error()));
        if (run.wakeAt() != null) {
            t.command(new Command.DropTimer(run.ordinal()));
        }
        end(changed, result.state());
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    /// Ends a task run that could not even do its work.
    void failWith(TaskRun run, String message) {
        t.log(run, LogEntry.Level.ERROR, message);
        var change = t.change(run.ordinal()).error(message);
        if (run.state() != State.RUNNING && run.state() != State.KILLING) {
            change.state(State.RUNNING, t.now);
        }
        if (run.attempts().isEmpty() || run.attempts().getLast().state() != State.RUNNING) {
            change.attempts(
                    plus(run.attempts(), new Attempt(State.FAILED, t.now, t.now, null, null)));
        }
        end(t.put(change), State.FAILED);
    }

    /// The task run has come to an end of its own, as it stands. What the task allows, and whether
    /// it is tried again, is decided here.
    void end(TaskRun run, State own) {
        var task = t.plan.find(run.taskId());
        if (own == State.FAILED && task != null && isRetried(run, task)) {
            return;
        }
        var state = own;
        if (task != null) {
            var common = task.definition().common();
            if (state == State.SUCCESS
                    && task.retry() != null
                    && task.retry().limits().warningOnRetry()
                    && run.history().includes(State.RETRYING)) {
                state = State.WARNING;
            }
            if (state == State.FAILED && common.allowFailure()) {
                state = State.WARNING;
            }
            if (state == State.WARNING && common.allowWarning()) {
                state = State.SUCCESS;
            }
        }
        var change = endAttempt(run, own, t.now);
        if (run.phase() == Phase.PAUSED) {
            t.put(t.change().paused(t.execution().paused() - 1));
        }
        if (run.state() == State.RETRYING) {
            t.put(t.change().retrying(t.execution().retrying() - 1));
        }
        childEnded(
                t.put(
                        change.state(state, t.now)
                                .phase(Phase.OVER, t.now)
                                .wakeAt(null)
                                .workerId(null)
                                .rendered(null)));
    }

    private TaskRunChange endAttempt(TaskRun run, State state, Instant at) {
        var change = t.change(run.ordinal());
        if (!run.attempts().isEmpty() && run.attempts().getLast().state() == State.RUNNING) {
            var last = run.attempts().getLast();
            var attempts = new ArrayList<>(run.attempts());
            attempts.set(
                    attempts.size() - 1,
                    new Attempt(state, last.startedAt(), at, last.workerId(), last.logFile()));
            change.attempts(List.copyOf(attempts));
        }
        return change;
    }

    private boolean isRetried(TaskRun run, FlowTask task) {
        var policy = task.retry();
        var execution = t.execution();
        if (policy == null
                || task.definition() instanceof Task.Flowable
                || execution.killed()
                || execution.cursor().exit() != null
                || execution.cursor().stage() == Stage.AFTER) {
            return false;
        }
        if (policy.limits().behavior() == RetryPolicy.Behavior.CREATE_NEW_EXECUTION) {
            var at = Retries.next(policy, execution, t.now);
            if (at != null) {
                t.put(t.change().wakeAt(at));
                t.put(TaskRun.NONE, Cursors.exiting(execution.cursor(), State.RETRIED));
                lookAtAll();
            }
            return false;
        }
        var ended = t.put(endAttempt(run, State.FAILED, t.now));
        var at = Retries.next(policy, execution, ended, t.now);
        if (at == null) {
            return false;
        }
        t.put(
                t.change(run.ordinal())
                        .state(State.RETRYING, t.now)
                        .phase(Phase.DELAY, t.now)
                        .wakeAt(at)
                        .workerId(null)
                        .rendered(null));
        t.put(t.change().retrying(execution.retrying() + 1));
        t.command(new Command.SetTimer(run.ordinal(), at));
        return true;
    }

    /// Tells the flow control around a task run that it has ended.
    private void childEnded(TaskRun run) {
        int owner = run.parent();
        if (owner != TaskRun.NONE && t.state().find(owner) == null) {
            return;
        }
        var cursor = t.cursor(owner);
        var task = t.plan.find(run.taskId());
        var outcome = run.state();
        if (task != null && task.stage() != cursor.stage()) {
            return; // the flow control has moved on without it
        }
        var counted = Cursors.with(cursor, outcome);
        if (task != null
                && task.isIterated()
                && !inParallel(task)
                && task.next() != null
                && !isBlocked(counted)) {
            t.put(owner, counted);
            t.create(task.next(), owner, run.iteration(), run.value());
            return;
        }
        t.put(owner, Cursors.ended(counted));
        t.look(owner);
    }

    /// Whether all tasks of all values run side by side.
    private static boolean inParallel(FlowTask child) {
        return child.parent() != null && child.parent().definition() instanceof Task.EachParallel;
    }

    // --- flow control ----------------------------------------------------------------------------

    /// Looks what flow control does next: creates children, goes on to its next list, or ends.
    private void advance(int owner) {
        if (owner != TaskRun.NONE && t.run(owner).cursor() == null) {
            return;
        }
        var lists = t.lists(owner);
        while (true) {
            var cursor = t.cursor(owner);
            switch (cursor.stage()) {
                case MAIN -> {
                    if (!mayBegin() && !isExiting()) {
                        return; // it is looked at again when nothing holds it any longer
                    }
                    if (!isBlocked(cursor) && startMain(owner, lists)) {
                        t.look(owner);
                        return;
                    }
                    cursor = t.cursor(owner);
                    if (cursor.running() > 0) {
                        return;
                    }
                    if (!isBlocked(cursor) && loops(owner)) {
                        return;
                    }
                    cursor = t.cursor(owner);
                    boolean failed = cursor.outcome() == State.FAILED && !isExiting();
                    t.put(owner, Cursors.at(cursor, failed ? Stage.ERRORS : Stage.FINALLY));
                }
                case ERRORS, FINALLY, AFTER -> {
                    if (cursor.running() > 0) {
                        return;
                    }
                    if (startNext(owner, cursor, lists.at(cursor))) {
                        return;
                    }
                    if (cursor.stage() == Stage.ERRORS) {
                        t.put(owner, Cursors.at(cursor, Stage.FINALLY));
                    } else {
                        if (cursor.stage() == Stage.AFTER) {
                            t.put(owner, Cursors.at(cursor, Stage.OVER));
                        } else if (owner == TaskRun.NONE) {
                            if (!t.execution().rendering()) {
                                finishExecution();
                            }
                        } else {
                            t.put(owner, Cursors.at(cursor, Stage.OVER));
                            end(t.run(owner), endOf(owner));
                        }
                        return;
                    }
                }
                case OVER -> {
                    return;
                }
            }
        }
    }

    private boolean isExiting() {
        return t.execution().killed() || t.execution().cursor().exit() != null;
    }

    private State endOf(int owner) {
        var execution = t.execution();
        var exit = execution.cursor().exit();
        if (exit != null && (owner == TaskRun.NONE || exit != State.RETRIED)) {
            return exit;
        }
        if (execution.killed()) {
            return State.KILLED;
        }
        var cursor = t.cursor(owner);
        var end = Cursors.worst(cursor.outcome(), cursor.after());
        boolean forgiving =
                owner != TaskRun.NONE
                        && t.task(t.run(owner)).definition() instanceof Task.AllowFailure;
        return forgiving && end == State.FAILED ? State.WARNING : end;
    }

    /// Creates main children as far as the limit allows. Gives whether it has to be called again.
    private boolean startMain(int owner, Lists lists) {
        var definition = owner == TaskRun.NONE ? null : t.task(t.run(owner)).definition();
        return switch (definition) {
            case Task.Dag dag ->
                    startDag(owner, lists.at(t.cursor(owner)), limit(dag.concurrent()));
            case Task.ForEach loop -> startLoop(owner, lists, limit(loop.concurrencyLimit()));
            case Task.Loop loop -> startLoop(owner, lists, limit(loop.concurrencyLimit()));
            case Task.EachSequential _ -> startLoop(owner, lists, 1);
            case Task.EachParallel loop -> startAll(owner, lists, limit(loop.concurrent()));
            case Task.Parallel parallel -> startList(owner, lists, limit(parallel.concurrent()));
            case null, default -> startList(owner, lists, 1);
        };
    }

    private static int limit(int concurrent) {
        return concurrent <= 0 ? Integer.MAX_VALUE : concurrent;
    }

    private boolean startList(int owner, Lists lists, int limit) {
        var cursor = t.cursor(owner);
        var list = lists.at(cursor);
        for (int created = 0; cursor.next() < list.size() && cursor.running() < limit; created++) {
            if (created == CREATED_AT_ONCE) {
                return true;
            }
            t.create(list.get(cursor.next()), owner, TaskRun.NONE, null);
            t.put(owner, Cursors.started(t.cursor(owner), cursor.next() + 1));
            cursor = t.cursor(owner);
        }
        return false;
    }

    private boolean startLoop(int owner, Lists lists, int limit) {
        var items = t.run(owner).items();
        var list = lists.at(t.cursor(owner));
        if (items == null || list.isEmpty()) {
            return false;
        }
        var cursor = t.cursor(owner);
        for (int created = 0; cursor.next() < items.size() && cursor.running() < limit; created++) {
            if (created == CREATED_AT_ONCE) {
                return true;
            }
            t.create(list.getFirst(), owner, cursor.next(), items.get(cursor.next()));
            t.put(owner, Cursors.started(t.cursor(owner), cursor.next() + 1));
            cursor = t.cursor(owner);
        }
        return false;
    }

    private boolean startAll(int owner, Lists lists, int limit) {
        var items = t.run(owner).items();
        var list = lists.at(t.cursor(owner));
        if (items == null || list.isEmpty()) {
            return false;
        }
        var cursor = t.cursor(owner);
        int all = items.size() * list.size();
        for (int created = 0; cursor.next() < all && cursor.running() < limit; created++) {
            if (created == CREATED_AT_ONCE) {
                return true;
            }
            int iteration = cursor.next() / list.size();
            var task = list.get(cursor.next() % list.size());
            t.create(task, owner, iteration, items.get(iteration));
            t.put(owner, Cursors.started(t.cursor(owner), cursor.next() + 1));
            cursor = t.cursor(owner);
        }
        return false;
    }

    private boolean startDag(int owner, List<FlowTask> list, int limit) {
        for (var task : list) {
            var cursor = t.cursor(owner);
            if (cursor.running() >= limit) {
                return false;
            }
            boolean due =
                    t.state().child(task, owner, TaskRun.NONE) == null
                            && task.dependsOn().stream().allMatch(other -> isOver(other, owner));
            if (due) {
                t.create(task, owner, TaskRun.NONE, null);
                t.put(owner, Cursors.started(cursor, cursor.next() + 1));
            }
        }
        return false;
    }

    private boolean isOver(FlowTask task, int owner) {
        var run = t.state().child(task, owner, TaskRun.NONE);
        return run != null && run.isOver();
    }

    /// Creates the next child of a list that runs in order. Gives whether there is something to
    /// wait for.
    private boolean startNext(int owner, Cursor cursor, List<FlowTask> list) {
        boolean stopped =
                switch (cursor.stage()) {
                    case FINALLY -> cursor.after() == State.FAILED || t.execution().killed();
                    case ERRORS -> isExiting();
                    case MAIN, AFTER, OVER -> false;
                };
        int next = cursor.next();
        while (!stopped && next < list.size()) {
            var task = list.get(next++);
            if (task.listener() >= 0 && !evaluation.listens(task.listener())) {
                continue;
            }
            t.put(owner, Cursors.started(cursor, next));
            t.create(task, owner, TaskRun.NONE, null);
            return true;
        }
        return false;
    }

    // --- loops until -----------------------------------------------------------------------------

    /// Whether a loop that has done one round is not over: it waits for its next one, or for its
    /// condition to be rendered.
    private boolean loops(int owner) {
        if (owner == TaskRun.NONE
                || !(t.task(t.run(owner)).definition() instanceof Task.LoopUntil loop)) {
            return false;
        }
        var run = t.run(owner);
        try {
            var input =
                    run.rendered() != null
                            ? run.rendered()
                            : evaluation.render(owner, t.task(run).input());
            if (input == null) {
                renderOnWorker(run);
                return true;
            }
            int rounds = Values.whole(run.outputs().get("iterationCount")) + 1;
            t.put(t.change(owner).outputs(Map.of("iterationCount", rounds)).rendered(null));
            if (Truthiness.isTruthy(Values.text(input.get("condition")))) {
                return false;
            }
            var most = input.get("maxIterations");
            var longest = Values.duration(input.get("maxDuration"));
            boolean tooMany = most != null && rounds >= Values.whole(most);
            boolean tooLong =
                    longest != null && !run.history().startedAt().plus(longest).isAfter(t.now);
            if (tooMany || tooLong) {
                t.log(
                        t.run(owner),
                        loop.failOnMaxReached() ? LogEntry.Level.ERROR : LogEntry.Level.WARN,
                        tooMany
                                ? "Maximum of " + most + " iterations reached"
                                : "Maximum duration of " + longest + " reached");
                if (loop.failOnMaxReached()) {
                    t.put(owner, Cursors.with(t.cursor(owner), State.FAILED));
                }
                return false;
            }
            var interval = Values.duration(input.get("interval"));
            var at = t.now.plus(interval == null ? Duration.ZERO : interval);
            t.put(t.change(owner).phase(Phase.DELAY, t.now).wakeAt(at));
            t.command(new Command.SetTimer(owner, at));
            return true;
        } catch (ExpressionException | IllegalArgumentException e) {
            t.log(t.run(owner), LogEntry.Level.ERROR, String.valueOf(e.getMessage()));
            t.put(owner, Cursors.with(t.cursor(owner), State.FAILED));
            return false;
        }
    }

    // --- timers ----------------------------------------------------------------------------------

    /// The time of a task run has come.
    void due(TaskRun run) {
        switch (run.phase()) {
            case DELAY -> {
                if (run.cursor() != null) {
                    new Rewind(t).removeBelow(run.ordinal());
                    t.put(
                            t.change(run.ordinal())
                                    .cursor(Cursors.start(""))
                                    .wakeAt(null)
                                    .phase(Phase.CHILDREN, t.now));
                } else {
                    t.put(
                            t.change(run.ordinal())
                                    .state(State.CREATED, t.now)
                                    .wakeAt(null)
                                    .outputs(Map.of())
                                    .error(null)
                                    .phase(Phase.READY, t.now));
                    t.put(t.change().retrying(t.execution().retrying() - 1));
                }
                t.look(run.ordinal());
            }
            case PAUSED -> pauseEnds(run);
            case RENDERING, RUNNING, CHILD -> endKilled(run);
            case READY, CHILDREN, OVER -> {
                // it has gone on
            }
        }
    }

    private void pauseEnds(TaskRun run) {
        var pause = (Task.Pause) t.task(run).definition();
        var known = run.rendered() == null ? Values.NONE : run.rendered();
        var length = Values.duration(known.get("pauseDuration"));
        var timeout = Values.duration(known.get("timeout"));
        boolean timedOut = length == null || (timeout != null && timeout.compareTo(length) < 0);
        if (timedOut) {
            t.log(run, LogEntry.Level.ERROR, "Timeout after " + timeout);
            leavePauseAndEnd(run, State.FAILED);
            return;
        }
        switch (pause.behavior()) {
            case RESUME -> {
                leavePause(run, State.RUNNING, Map.of());
                t.look(run.ordinal());
            }
            case WARN -> {
                leavePause(run, State.RUNNING, Map.of());
                t.put(run.ordinal(), Cursors.with(t.cursor(run.ordinal()), State.WARNING));
                t.look(run.ordinal());
            }
            case FAIL -> leavePauseAndEnd(run, State.FAILED);
            case CANCEL -> {
                leavePauseAndEnd(run, State.CANCELLED);
                exit(State.CANCELLED);
            }
        }
    }

    private void leavePauseAndEnd(TaskRun run, State state) {
        end(t.put(t.change(run.ordinal()).wakeAt(null)), state);
    }

    // --- killing ---------------------------------------------------------------------------------

    /// Stops all that runs. The execution ends once it has stopped.
    void kill(boolean cascade) {
        boolean first = !t.execution().killed();
        t.put(t.change().killed(true).cascade(cascade).held(false));
        var running = new ArrayList<>(t.state().taskRuns());
        for (var run : running.reversed()) { // children before their parents
            switch (run.phase()) {
                case READY, PAUSED, DELAY -> {
                    if (run.wakeAt() != null) {
                        t.command(new Command.DropTimer(run.ordinal()));
                    }
                    if (run.phase() == Phase.DELAY && run.cursor() != null) {
                        t.put(t.change(run.ordinal()).wakeAt(null).phase(Phase.CHILDREN, t.now));
                        t.look(run.ordinal());
                    } else {
                        endKilled(run);
                    }
                }
                case RENDERING, RUNNING -> {
                    t.command(new Command.CancelTaskRun(run.ordinal(), run.dispatch()));
                    if (run.workerId() == null) {
                        endKilled(run);
                    } else if (first) {
                        var at = t.now.plus(KILL_PATIENCE);
                        t.put(t.change(run.ordinal()).state(State.KILLING, t.now).wakeAt(at));
                        t.command(new Command.SetTimer(run.ordinal(), at));
                    }
                }
                case CHILD -> {
                    if (cascade) {
                        t.command(new Command.KillChild(evaluation.childId(run)));
                        if (run.state() != State.KILLING) {
                            t.put(t.change(run.ordinal()).state(State.KILLING, t.now));
                        }
                    } else {
                        endKilled(run);
                    }
                }
                case CHILDREN -> {
                    if (run.state() != State.KILLING) {
                        t.put(t.change(run.ordinal()).state(State.KILLING, t.now));
                    }
                    t.look(run.ordinal());
                }
                case OVER -> {
                    // too late
                }
            }
        }
        t.look(TaskRun.NONE);
    }

    void endKilled(TaskRun run) {
        end(run, State.KILLED);
    }

    static List<Attempt> plus(List<Attempt> attempts, Attempt attempt) {
        var all = new ArrayList<>(attempts);
        all.add(attempt);
        return List.copyOf(all);
    }
}
