// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.engine.ExecutionEvent.DecisionMade;
import io.millrace.engine.ExecutionEvent.KillRequested;
import io.millrace.engine.ExecutionEvent.LabelsSet;
import io.millrace.engine.ExecutionEvent.ResumeRequested;
import io.millrace.engine.ExecutionEvent.TaskRunStateSet;
import io.millrace.engine.inputs.Checks;
import io.millrace.expressions.Budget;
import io.millrace.expressions.RenderContext;
import io.millrace.model.Flow;
import io.millrace.model.Task;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What people, the scheduler and the concurrency limit ask of an execution as a whole.
final class Requests {
    private static final String APPROVAL =
            "The task run waits for an approval: whoever may give it has to resume it";

    private static final String REVIEW =
            "The task run waits for a decision: somebody has to approve or deny it";

    private static final String CORRELATION = "system.correlationId";
    private static final String NOTHING_TO_RESTART = "No task found to restart execution from!";

    private Requests() {}

    static Decision start(FlowPlan plan, ExecutionRequest request, Instant now) {
        var t = new Transition(plan, ExecutionState.of(created(plan, request, now)), now);
        var steps = new Steps(t);
        if (request.parent() != null) {
            t.command(new Command.NotifyParentStarted(request.parent()));
        }
        t.command(new Command.Announce(State.CREATED));
        if (request.failure() != null) {
            t.log(LogEntry.Level.ERROR, request.failure());
            endNow(t, State.FAILED);
            return t.decision();
        }
        var replay = request.replay();
        if (replay != null) {
            return replay(t, replay);
        }
        if (request.originalId() == null
                && (request.trigger() != null || request.parent() != null)) {
            var failed = failedChecks(plan, request);
            if (Checks.behavior(failed) != Flow.Check.Behavior.CREATE_EXECUTION) {
                t.log(LogEntry.Level.ERROR, Checks.message("failed", failed));
                endNow(t, State.FAILED);
                return t.decision();
            }
        }
        var date = request.scheduleDate();
        if (date != null && date.isAfter(now)) {
            t.put(t.change().wakeAt(date));
            t.command(new Command.SetTimer(TaskRun.NONE, date));
            return t.decision();
        }
        begin(t, steps);
        return steps.decide();
    }

    /// Of what nobody waits for the answer to: there a check that blocks fails the execution, too.
    private static List<Flow.Check> failedChecks(FlowPlan plan, ExecutionRequest request) {
        var flow = plan.flow();
        var variables = plan.variablesAhead(request.tenant(), request.id());
        var trigger = request.trigger();
        if (trigger != null) {
            variables.put("trigger", trigger.variables());
            if (trigger.isSchedule()) {
                variables.put("schedule", trigger.variables());
            }
        }
        return Checks.failed(
                flow.checks(),
                request.inputs(),
                plan.expressions(),
                RenderContext.of(variables).withBudget(Budget.LANE));
    }

    private static Execution created(FlowPlan plan, ExecutionRequest request, Instant now) {
        var flow = plan.flow();
        var labels = new LinkedHashMap<String, String>(flow.labels());
        labels.putAll(request.labels());
        labels.putIfAbsent(CORRELATION, request.id());
        var replay = request.replay();
        String originalId = request.originalId();
        if (originalId == null) {
            originalId = replay == null ? request.id() : replay.original().execution().originalId();
        }
        if (replay != null) {
            labels.put(replay.restart() ? "system.restarted" : "system.replay", "true");
        }
        return new Execution(
                request.id(),
                request.tenant(),
                flow.namespace(),
                flow.id(),
                plan.revision(),
                request.inputs(),
                labels,
                Map.of(),
                Map.of(),
                request.trigger(),
                request.parent(),
                replay == null ? null : replay.original().execution().id(),
                originalId,
                request.attempt(),
                request.startedBy(),
                History.of(State.CREATED, now),
                request.scheduleDate(),
                null,
                null,
                Slot.NONE,
                false,
                0,
                0,
                0,
                false,
                false,
                0,
                false,
                0,
                List.of(),
                Cursor.START,
                request.test(),
                request.breakpoints());
    }

    private static Decision replay(Transition t, ExecutionRequest.Replay replay) {
        var ordinal = replay.taskRun();
        var original = replay.original();
        if (ordinal != null || replay.restart()) {
            if (ordinal != null && original.find(ordinal) == null) {
                return Decision.refused(t.state(), NOTHING_TO_RESTART);
            }
            t.put(
                    t.change()
                            .nextOrdinal(original.execution().nextOrdinal())
                            .variables(original.execution().variables())
                            .state(State.RESTARTED, t.now));
            original.taskRuns().forEach(t::put);
            var rewind = new Rewind(t);
            if (ordinal != null) {
                rewind.replayFrom(ordinal);
            } else if (!rewind.restart()) {
                return Decision.refused(t.state(), NOTHING_TO_RESTART);
            }
        }
        t.command(new Command.Continue());
        return t.decision();
    }

    /// Begins, if the flow's concurrency limit has nothing against it.
    private static void begin(Transition t, Steps steps) {
        var concurrency = t.plan.flow().concurrency();
        boolean aside =
                t.execution().test() != null
                        || t.execution().labels().containsKey(Execution.PLAYGROUND);
        if (concurrency == null || aside) {
            steps.go();
            return;
        }
        t.put(t.change().slot(Slot.ASKED));
        t.command(new Command.RequestSlot(concurrency.limit()));
    }

    /// Does what an event has left over, or begins what was left at its beginning.
    static Decision goOn(Transition t) {
        var steps = new Steps(t);
        var execution = t.execution();
        boolean waits =
                (execution.state() == State.CREATED && execution.wakeAt() == null)
                        || execution.state() == State.RESTARTED;
        if (waits && execution.slot() == Slot.NONE) {
            begin(t, steps);
        }
        return steps.decide();
    }

    static Decision due(Transition t) {
        var execution = t.execution();
        if (execution.wakeAt() == null || execution.state().isTerminal()) {
            return Decision.of(t.state());
        }
        if (execution.wakeAt().isAfter(t.now)) {
            t.command(new Command.SetTimer(TaskRun.NONE, execution.wakeAt()));
            return t.decision();
        }
        t.put(t.change().wakeAt(null));
        var steps = new Steps(t);
        if (execution.state() == State.CREATED) {
            begin(t, steps);
            return steps.decide();
        }
        for (var sla : t.plan.flow().sla()) {
            if (sla.type() == Flow.Sla.Type.MAX_DURATION) {
                Agreements.violate(t, steps, sla);
            }
        }
        return steps.decide();
    }

    static Decision slotGranted(Transition t) {
        if (t.execution().slot() != Slot.ASKED) {
            return Decision.of(t.state());
        }
        t.put(t.change().slot(Slot.HELD));
        var steps = new Steps(t);
        steps.go();
        return steps.decide();
    }

    static Decision slotDenied(Transition t) {
        var execution = t.execution();
        var concurrency = t.plan.flow().concurrency();
        if (execution.slot() != Slot.ASKED
                || concurrency == null
                || execution.state() == State.QUEUED) {
            return Decision.of(t.state());
        }
        switch (concurrency.behavior()) {
            case QUEUE -> t.put(t.change().state(State.QUEUED, t.now));
            case CANCEL -> endNow(t, State.CANCELLED);
            case FAIL -> {
                t.log(
                        LogEntry.Level.ERROR,
                        "The flow's limit of " + concurrency.limit() + " executions is reached");
                endNow(t, State.FAILED);
            }
        }
        return t.decision();
    }

    /// Ends an execution that has not begun.
    private static void endNow(Transition t, State state) {
        var execution = t.execution();
        if (execution.slot() != Slot.NONE) {
            t.command(new Command.FreeSlot());
        }
        if (execution.wakeAt() != null) {
            t.command(new Command.DropTimer(TaskRun.NONE));
        }
        t.put(
                t.change()
                        .state(state, t.now)
                        .slot(Slot.NONE)
                        .wakeAt(null)
                        .cursor(Cursors.at(execution.cursor(), Cursor.Stage.OVER)));
        new Steps(t).course.tellOfEnd();
    }

    static Decision kill(Transition t, KillRequested kill) {
        var execution = t.execution();
        if (execution.state().isTerminal()) {
            return execution.state() == State.KILLED
                    ? Decision.of(t.state())
                    : Decision.refused(
                            t.state(), "The execution has already ended: " + execution.state());
        }
        if (execution.killed() && (execution.cascade() || !kill.cascade())) {
            return Decision.of(t.state());
        }
        if (execution.state() == State.CREATED || execution.state() == State.QUEUED) {
            t.put(t.change().killed(true).cascade(kill.cascade()));
            endNow(t, State.KILLED);
            return t.decision();
        }
        var steps = new Steps(t);
        boolean paused = execution.state() == State.PAUSED || execution.state() == State.BREAKPOINT;
        if (!paused && execution.state() != State.KILLING) {
            t.put(t.change().state(State.KILLING, t.now));
        }
        steps.kill(kill.cascade());
        var decision = steps.decide();
        if (paused && !decision.state().execution().state().isTerminal()) {
            return killing(t);
        }
        return decision;
    }

    static Decision fail(Transition t, String reason) {
        var execution = t.execution();
        if (execution.state().isTerminal()) {
            return Decision.of(t.state());
        }
        t.log(LogEntry.Level.ERROR, reason);
        if (execution.state() == State.CREATED || execution.state() == State.QUEUED) {
            endNow(t, State.FAILED);
            return t.decision();
        }
        var steps = new Steps(t);
        steps.stop(State.FAILED);
        return steps.decide();
    }

    /// A paused execution is killed at once, unless something beside the pause still runs.
    private static Decision killing(Transition t) {
        t.put(t.change().state(State.KILLING, t.now));
        return t.decision();
    }

    static Decision pause(Transition t) {
        var execution = t.execution();
        if (execution.held()) {
            return Decision.of(t.state());
        }
        if (execution.state() != State.RUNNING && execution.state() != State.RETRYING) {
            return Decision.refused(
                    t.state(),
                    "Only a running execution can be paused; it is " + execution.state());
        }
        t.put(t.change().held(true));
        return new Steps(t).decide();
    }

    static Decision resume(Transition t, ResumeRequested resume) {
        var execution = t.execution();
        if (execution.state() != State.PAUSED && execution.paused() == 0) {
            return Decision.refused(
                    t.state(),
                    "Only a paused execution can be resumed; it is " + execution.state());
        }
        var before = t.state();
        var steps = new Steps(t);
        if (execution.held() && resume.taskRun() == null) {
            t.put(t.change().held(false).state(State.RESTARTED, t.now));
            steps.go();
            return steps.decide();
        }
        var run = pausedRun(t, resume.taskRun());
        if (run == null) {
            return Decision.refused(t.state(), "Expected a paused task run but there is none");
        }
        if (isApproval(t, run)) {
            return Decision.refused(before, REVIEW);
        }
        // whoever names it has made sure that he may
        if (resume.taskRun() == null && needsApproval(t, run)) {
            return Decision.refused(before, APPROVAL);
        }
        runAgain(t);
        steps.pauses.resume(run, resume.inputs(), resume.by());
        return steps.decide();
    }

    /// The last that it was paused for goes on.
    private static void runAgain(Transition t) {
        var execution = t.execution();
        if (execution.paused() == 1 && execution.state() == State.PAUSED && !execution.held()) {
            t.put(t.change().state(State.RESTARTED, t.now).state(State.RUNNING, t.now));
        }
    }

    static Decision decide(Transition t, DecisionMade made) {
        var run = pausedRun(t, made.taskRun());
        if (run == null || !isApproval(t, run)) {
            return Decision.refused(
                    t.state(), "Expected a task run that waits for a decision but it doesn't");
        }
        boolean silent = made.comment() == null || made.comment().isBlank();
        if (silent && ReviewForm.of(run).commentRequired().applies(made.decision())) {
            return Decision.refused(t.state(), "Expected a comment on this decision");
        }
        runAgain(t);
        var steps = new Steps(t);
        steps.approvals.decide(run, made);
        return steps.decide();
    }

    /// @param breakpoints those at which it stops from now on
    static Decision goOnFromBreakpoint(Transition t, List<String> breakpoints) {
        var execution = t.execution();
        if (execution.halted() == 0) {
            return Decision.refused(
                    t.state(),
                    "Only an execution at a breakpoint can go on from it; it is "
                            + execution.state());
        }
        t.put(t.change().breakpoints(breakpoints).halted(0));
        var steps = new Steps(t);
        for (var run : t.state().taskRuns()) {
            if (run.phase() == Phase.HALTED) {
                t.put(
                        t.change(run.ordinal())
                                .state(State.CREATED, t.now)
                                .phase(Phase.READY, t.now));
                t.look(run.ordinal());
            }
        }
        return steps.decide();
    }

    private static @Nullable TaskRun pausedRun(Transition t, @Nullable Integer ordinal) {
        if (ordinal != null) {
            var run = t.state().find(ordinal);
            return run != null && run.phase() == Phase.PAUSED ? run : null;
        }
        TaskRun approval = null;
        for (var run : t.state().taskRuns()) {
            if (run.phase() == Phase.PAUSED && !isApproval(t, run)) {
                return run;
            }
            if (run.phase() == Phase.PAUSED && approval == null) {
                approval = run;
            }
        }
        return approval;
    }

    static Decision restart(Transition t, String by) {
        var execution = t.execution();
        if (execution.state() == State.PAUSED) {
            return restartPaused(t, by);
        }
        if (!execution.state().isTerminal()) {
            return Decision.refused(
                    t.state(),
                    "Only an execution that has ended can be restarted; it is "
                            + execution.state());
        }
        if (!Engine.isOver(execution)) {
            return Decision.refused(t.state(), "Tasks that run after its end are still running");
        }
        var before = t.state();
        if (!new Rewind(t).restart()) {
            return Decision.refused(before, NOTHING_TO_RESTART);
        }
        restarted(t);
        return goOnAfterEnd(t);
    }

    private static void restarted(Transition t) {
        var labels = new LinkedHashMap<>(t.execution().labels());
        labels.put("system.restarted", "true");
        t.put(t.change().attempt(t.execution().attempt() + 1).labels(labels));
    }

    /// It goes on behind all its pauses.
    private static Decision restartPaused(Transition t, String by) {
        var before = t.state();
        var paused = new ArrayList<TaskRun>();
        for (var run : before.taskRuns()) {
            if (run.phase() == Phase.PAUSED) {
                paused.add(run);
            }
        }
        if (paused.stream().anyMatch(run -> needsApproval(t, run))) {
            return Decision.refused(before, APPROVAL);
        }
        restarted(t);
        t.put(t.change().held(false).state(State.RESTARTED, t.now));
        var steps = new Steps(t);
        steps.go();
        paused.forEach(run -> steps.pauses.resume(run, Map.of(), by));
        return steps.decide();
    }

    /// Whether the task run waits for a decision, or is one that certain people have to end.
    private static boolean needsApproval(Transition t, TaskRun run) {
        var task = t.plan.find(run.taskId());
        return task != null
                && task.definition() instanceof Task.Waiting waiting
                && (waiting.approvers() != null
                        || (isApproval(t, run) && run.phase() == Phase.PAUSED));
    }

    private static boolean isApproval(Transition t, TaskRun run) {
        var task = t.plan.find(run.taskId());
        return task != null && task.definition() instanceof Task.Approval;
    }

    static Decision setTaskRunState(Transition t, TaskRunStateSet set) {
        var execution = t.execution();
        var run = t.state().find(set.taskRun());
        if (run == null) {
            return Decision.refused(t.state(), "Expected task run " + set.taskRun() + " to exist");
        }
        if (needsApproval(t, run) && (!set.state().isTerminal() || set.state().isGood())) {
            return Decision.refused(t.state(), APPROVAL);
        }
        if (run.phase() == Phase.PAUSED && execution.state() == State.PAUSED) {
            var steps = new Steps(t);
            if (set.state() == State.RUNNING) {
                steps.pauses.resume(run, Map.of(), set.by());
            } else {
                steps.ends.end(t.put(t.change(run.ordinal()).wakeAt(null)), set.state());
                t.command(new Command.DropTimer(run.ordinal()));
            }
            return steps.decide();
        }
        if (!execution.state().isTerminal() || !Engine.isOver(execution) || !run.isOver()) {
            return Decision.refused(
                    t.state(),
                    "Only a task run of an execution that has ended can be given a state; it is "
                            + execution.state());
        }
        if (!set.state().isTerminal()) {
            return Decision.refused(t.state(), "Expected a terminal state but got " + set.state());
        }
        if (run.state() == set.state()) {
            return Decision.of(t.state());
        }
        new Rewind(t).setState(set.taskRun(), set.state());
        return goOnAfterEnd(t);
    }

    private static Decision goOnAfterEnd(Transition t) {
        t.put(
                t.change()
                        .state(State.RESTARTED, t.now)
                        .revision(t.plan.revision())
                        .killed(false)
                        .cascade(false)
                        .outputs(Map.of())
                        .error(null)
                        .wakeAt(null)
                        .paused(0)
                        .halted(0)
                        .retrying(0));
        // it can be seen as it begins anew
        t.command(new Command.Continue());
        return t.decision();
    }

    static Decision forceRun(Transition t, String by) {
        var execution = t.execution();
        return switch (execution.state()) {
            case PAUSED -> resume(t, new ResumeRequested(null, Map.of(), by));
            case BREAKPOINT -> goOnFromBreakpoint(t, List.of());
            case CREATED, QUEUED, RESTARTED -> {
                run(t);
                var steps = new Steps(t);
                steps.go();
                yield steps.decide();
            }
            case RUNNING, RETRYING, KILLING -> Decision.of(t.state());
            case SUCCESS, WARNING, FAILED, KILLED, CANCELLED, RETRIED, SKIPPED ->
                    Decision.refused(
                            t.state(), "The execution has already ended: " + execution.state());
        };
    }

    /// Takes it out of the queue, and off its schedule. It runs beside the limit.
    private static void run(Transition t) {
        var execution = t.execution();
        if (execution.wakeAt() != null) {
            t.command(new Command.DropTimer(TaskRun.NONE));
        }
        if (execution.slot() != Slot.NONE) {
            t.command(new Command.FreeSlot());
        }
        t.put(t.change().wakeAt(null).slot(Slot.NONE));
    }

    static Decision unqueue(Transition t, State state) {
        if (t.execution().state() != State.QUEUED) {
            return Decision.refused(
                    t.state(),
                    "Only a queued execution can be unqueued; it is " + t.execution().state());
        }
        if (state.isTerminal()) {
            endNow(t, state);
            return t.decision();
        }
        run(t);
        var steps = new Steps(t);
        steps.go();
        return steps.decide();
    }

    static Decision setState(Transition t, State state) {
        var execution = t.execution();
        if (!execution.state().isTerminal() || !state.isTerminal()) {
            return Decision.refused(
                    t.state(),
                    "Only the terminal state of an execution that has ended can be changed, to"
                            + " another terminal state; it is "
                            + execution.state());
        }
        if (execution.state() == state) {
            return Decision.of(t.state());
        }
        t.put(t.change().state(state, t.now));
        return t.decision();
    }

    static Decision setLabels(Transition t, LabelsSet set) {
        for (var label : set.labels().entrySet()) {
            if (label.getKey().startsWith("system.")) {
                return Decision.refused(
                        t.state(),
                        "System labels can only be set by Millrace itself, offending label: "
                                + label.getKey()
                                + "="
                                + label.getValue());
            }
        }
        if (!t.execution().state().isTerminal()) {
            return Decision.refused(
                    t.state(), "Only an execution that has ended can be given labels");
        }
        var labels = new LinkedHashMap<>(t.execution().labels());
        labels.putAll(set.labels());
        if (labels.equals(t.execution().labels())) {
            return Decision.of(t.state());
        }
        t.put(t.change().labels(labels));
        return t.decision();
    }
}
