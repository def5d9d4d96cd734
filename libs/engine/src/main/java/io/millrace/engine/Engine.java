// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.engine.Cursor.Stage;
import io.millrace.engine.ExecutionEvent.BreakpointLifted;
import io.millrace.engine.ExecutionEvent.Broken;
import io.millrace.engine.ExecutionEvent.ChildEnded;
import io.millrace.engine.ExecutionEvent.ChildStarted;
import io.millrace.engine.ExecutionEvent.Continued;
import io.millrace.engine.ExecutionEvent.DecisionMade;
import io.millrace.engine.ExecutionEvent.ForceRunRequested;
import io.millrace.engine.ExecutionEvent.KillRequested;
import io.millrace.engine.ExecutionEvent.LabelsSet;
import io.millrace.engine.ExecutionEvent.LockDenied;
import io.millrace.engine.ExecutionEvent.LockGranted;
import io.millrace.engine.ExecutionEvent.PauseRequested;
import io.millrace.engine.ExecutionEvent.Recovered;
import io.millrace.engine.ExecutionEvent.RequestedAgain;
import io.millrace.engine.ExecutionEvent.RestartRequested;
import io.millrace.engine.ExecutionEvent.ResumeRequested;
import io.millrace.engine.ExecutionEvent.SlotDenied;
import io.millrace.engine.ExecutionEvent.SlotGranted;
import io.millrace.engine.ExecutionEvent.StateSet;
import io.millrace.engine.ExecutionEvent.TaskEnded;
import io.millrace.engine.ExecutionEvent.TaskLost;
import io.millrace.engine.ExecutionEvent.TaskRunStateSet;
import io.millrace.engine.ExecutionEvent.TaskStarted;
import io.millrace.engine.ExecutionEvent.TimerDue;
import io.millrace.engine.ExecutionEvent.UnqueueRequested;
import io.millrace.model.Task;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// Decides what follows from an event: a pure function of plan, state, event and instant.
public final class Engine {
    private Engine() {}

    /// Creates an execution. A replay is left at its beginning, with [Command.Continue], so that it
    /// can be seen as it begins.
    public static Decision start(FlowPlan plan, ExecutionRequest request, Instant now) {
        return Requests.start(plan, request, millis(now));
    }

    /// Applies one event. A duplicate, late or unknown event returns `state` itself and no
    /// commands.
    public static Decision decide(
            FlowPlan plan, ExecutionState state, ExecutionEvent event, Instant now) {
        var t = new Transition(plan, state, millis(now));
        return switch (event) {
            case Continued _ -> Requests.goOn(t);
            case TaskStarted started -> started(t, started);
            case TaskEnded ended -> ended(t, ended);
            case TaskLost lost -> lost(t, lost);
            case ChildStarted started -> Children.started(t, started);
            case ChildEnded ended -> Children.ended(t, ended);
            case TimerDue(int ordinal) -> due(t, ordinal);
            case Broken(var reason) -> Requests.fail(t, reason);
            case LockGranted(int taskRun) -> Rollouts.lockGranted(t, taskRun);
            case LockDenied denied -> Rollouts.lockDenied(t, denied);
            case SlotGranted _ -> Requests.slotGranted(t);
            case SlotDenied _ -> Requests.slotDenied(t);
            case RequestedAgain(var parent) -> Recovery.askedAgain(t, parent);
            case Recovered(var silentSince) -> Recovery.recover(t, silentSince);
            case KillRequested kill -> Requests.kill(t, kill);
            case PauseRequested _ -> Requests.pause(t);
            case ResumeRequested resume -> Requests.resume(t, resume);
            case DecisionMade made -> Requests.decide(t, made);
            case BreakpointLifted lifted -> Requests.goOnFromBreakpoint(t, lifted.breakpoints());
            case RestartRequested(var by) -> Requests.restart(t, by);
            case ForceRunRequested(var by) -> Requests.forceRun(t, by);
            case UnqueueRequested unqueue -> Requests.unqueue(t, unqueue.state());
            case TaskRunStateSet set -> Requests.setTaskRunState(t, set);
            case StateSet set -> Requests.setState(t, set.state());
            case LabelsSet set -> Requests.setLabels(t, set);
        };
    }

    /// Id of the execution that takes over from one that has ended as [State#RETRIED].
    public static String idOfRetry(Execution execution) {
        return Retries.idOfRetry(execution);
    }

    private static Instant millis(Instant now) {
        return now.truncatedTo(ChronoUnit.MILLIS);
    }

    private static Decision started(Transition t, TaskStarted event) {
        var run = t.state().find(event.taskRun());
        if (run == null
                || !t.state().awaits(event.taskRun(), event.dispatch())
                || event.workerId().equals(run.workerId())) {
            return Decision.of(t.state());
        }
        if (run.phase() == Phase.BATCHES || t.task(run).definition() instanceof Task.Loop) {
            return Decision.of(t.state()); // a worker renders, or stores, something for it
        }
        if (Directories.isOne(t.task(run).definition())) {
            if (run.phase() != Phase.RUNNING || run.cursor() != null) {
                return Decision.of(t.state());
            }
            var steps = new Steps(t);
            steps.directories.opened(run, event);
            return steps.decide();
        }
        var change = t.change(event.taskRun()).workerId(event.workerId());
        if (run.phase() == Phase.RUNNING) {
            change.attempts(
                    Steps.plus(
                            run.attempts().stream()
                                    .filter(attempt -> attempt.state() != State.RUNNING)
                                    .toList(),
                            new Attempt(State.RUNNING, event.at(), null, event.workerId(), null)));
            if (run.state() != State.RUNNING && run.state() != State.KILLING) {
                change.state(State.RUNNING, event.at());
            }
        }
        t.put(change);
        return new Steps(t).decide();
    }

    private static Decision ended(Transition t, TaskEnded event) {
        if (!t.state().awaits(event.taskRun(), event.dispatch())) {
            return Decision.of(t.state());
        }
        var steps = new Steps(t);
        if (event.taskRun() == TaskRun.NONE) {
            steps.course.outputsRendered(event.result());
            return steps.decide();
        }
        var run = t.run(event.taskRun());
        switch (run.phase()) {
            case RENDERING -> steps.beginnings.rendered(run, event.result());
            case RUNNING -> {
                if (Directories.isOne(t.task(run).definition())) {
                    steps.directories.ended(run, event.result());
                } else if (t.task(run).definition() instanceof Task.Loop) {
                    steps.loops.stored(run, event.result());
                } else {
                    steps.ends.finished(run, event.result());
                }
            }
            case BATCHES ->
                    steps.batches.rendered(
                            run, ExecutionState.batchOf(run, event.dispatch()), event.result());
            case READY, CHILD, CHILDREN, LOCKING, HALTED, PAUSED, DELAY, OVER -> {
                return Decision.of(t.state());
            }
        }
        return steps.decide();
    }

    private static Decision lost(Transition t, TaskLost event) {
        if (!t.state().awaits(event.taskRun(), event.dispatch())) {
            return Decision.of(t.state());
        }
        if (event.taskRun() == TaskRun.NONE) {
            int dispatch = event.dispatch() + 1;
            t.put(t.change().dispatch(dispatch));
            t.command(new Command.DispatchTask(TaskRun.NONE, dispatch, false));
            return new Steps(t).decide();
        }
        var run = t.run(event.taskRun());
        var steps = new Steps(t);
        var around = Directories.around(t.plan, t.state(), run);
        if (around != null && run.phase() == Phase.RUNNING) {
            run = around; // what it has left behind is gone, or half done
        }
        if (Directories.isOne(t.task(run).definition())) {
            steps.directories.lost(run, event.reason());
            return steps.decide();
        }
        switch (run.phase()) {
            case BATCHES ->
                    t.command(new Command.DispatchTask(event.taskRun(), event.dispatch(), true));
            case RENDERING, RUNNING -> {
                if (t.execution().killed()) {
                    steps.endKilled(run);
                } else {
                    t.log(run, LogEntry.Level.WARN, "Runs again: " + event.reason());
                    int dispatch = run.dispatch() + 1;
                    t.put(
                            t.change(run.ordinal())
                                    .dispatch(dispatch)
                                    .workerId(null)
                                    .attempts(
                                            run.attempts().stream()
                                                    .filter(a -> a.state() != State.RUNNING)
                                                    .toList())
                                    .phase(run.phase(), t.now));
                    t.command(new Command.DispatchTask(run.ordinal(), dispatch, false));
                }
            }
            case READY, CHILD, CHILDREN, LOCKING, HALTED, PAUSED, DELAY, OVER -> {
                return Decision.of(t.state());
            }
        }
        return steps.decide();
    }

    private static Decision due(Transition t, int ordinal) {
        if (ordinal == TaskRun.NONE) {
            return Requests.due(t);
        }
        var run = t.state().find(ordinal);
        if (run == null || run.wakeAt() == null || run.isOver()) {
            return Decision.of(t.state());
        }
        if (run.wakeAt().isAfter(t.now)) { // the clock of another instance is ahead
            t.command(new Command.SetTimer(ordinal, run.wakeAt()));
            return t.decision();
        }
        var steps = new Steps(t);
        steps.due(run);
        return steps.decide();
    }

    /// Whether an execution has nothing more to do, also not after its end.
    static boolean isOver(Execution execution) {
        return execution.cursor().stage() == Stage.OVER;
    }
}
