// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.engine.Cursor.Stage;
import io.millrace.model.Flow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Moves task runs on: begins them, ends them, and tells the flow control around them.
///
/// Work is done from a list, one task run at a time, never by recursion into children, so that a
/// loop of ten thousand pure tasks neither fills the stack nor keeps the lane for itself.
final class Steps {
    /// Task runs that are looked at for one event; the rest waits for the next.
    static final int BUDGET = 500;

    /// After this time a worker that was told to stop is not waited for any longer.
    private static final Duration KILL_PATIENCE = Duration.ofSeconds(60);

    private final Transition t;
    final Evaluation evaluation;
    final Course course;
    final Beginnings beginnings;
    final Endings ends;
    final FlowControl flowControl;
    final Rounds rounds;
    final Loops loops;
    final Rollouts rollouts;
    final Pauses pauses;
    final Approvals approvals;
    final BatchCalls batches;
    final Directories directories;

    Steps(Transition transition) {
        this.t = transition;
        this.evaluation = new Evaluation(transition);
        this.course = new Course(transition, this);
        this.beginnings = new Beginnings(transition, this);
        this.ends = new Endings(transition, this);
        this.flowControl = new FlowControl(transition, this);
        this.rounds = new Rounds(transition, this);
        this.loops = new Loops(transition, this);
        this.rollouts = new Rollouts(transition, this);
        this.pauses = new Pauses(transition, this);
        this.approvals = new Approvals(transition, this);
        this.batches = new BatchCalls(transition, this);
        this.directories = new Directories(transition, this);
    }

    /// Does the work that there is, up to the budget, and settles the state of the execution.
    Decision decide() {
        if (!t.execution().killed()) {
            settle(); // what has been resumed runs, if only for a moment
        }
        lookAtAgreements();
        for (int left = BUDGET; left > 0; left--) {
            var ordinal = t.nextWork();
            if (ordinal == null) {
                break;
            }
            step(ordinal);
            lookAtAgreements();
        }
        settle();
        return t.decision();
    }

    private void lookAtAgreements() {
        if (t.execution().state() == State.RUNNING && !t.plan.flow().sla().isEmpty()) {
            Agreements.check(t, this, evaluation);
        }
    }

    private void step(int ordinal) {
        if (ordinal == TaskRun.NONE) {
            flowControl.advance(ordinal);
            return;
        }
        var run = t.state().find(ordinal);
        if (run == null) {
            return;
        }
        switch (run.phase()) {
            case READY -> beginnings.begin(run);
            case CHILDREN -> flowControl.advance(ordinal);
            case BATCHES -> batches.advance(run);
            case RENDERING, RUNNING, CHILD, LOCKING, HALTED, PAUSED, DELAY, OVER -> {
                // it waits for somebody else, or for nothing
            }
        }
    }

    /// Lets the execution begin, or go on, now that nothing holds it.
    void go() {
        var execution = t.execution();
        if (execution.state() != State.RUNNING) {
            t.put(t.change().state(State.RUNNING, t.now));
        }
        if (execution.wakeAt() == null) {
            for (var sla : t.plan.flow().sla()) {
                if (sla.type() == Flow.Sla.Type.MAX_DURATION) {
                    var length = sla.duration();
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
            switch (run.phase()) {
                case READY, CHILDREN, BATCHES -> t.look(run.ordinal());
                case RENDERING, RUNNING, CHILD, LOCKING, HALTED, PAUSED, DELAY, OVER -> {
                    // it waits for somebody else, or for nothing
                }
            }
        }
    }

    boolean mayBegin() {
        var execution = t.execution();
        return !execution.held()
                && execution.slot() != Slot.ASKED
                && execution.state() != State.CREATED
                && execution.state() != State.QUEUED
                && execution.state() != State.RESTARTED;
    }

    /// Whether nothing new is to begin in this list of tasks.
    boolean isBlocked(Cursor cursor) {
        var execution = t.execution();
        if (cursor.stage() == Stage.AFTER) {
            return false;
        }
        return execution.killed()
                || execution.cursor().exit() != null
                || cursor.exit() != null
                || cursor.outcome() == State.FAILED
                || cursor.outcome() == State.KILLED
                || cursor.outcome() == State.CANCELLED;
    }

    boolean isExiting() {
        return t.execution().killed() || t.execution().cursor().exit() != null;
    }

    /// Brings the state of the execution in line with its task runs.
    private void settle() {
        var execution = t.execution();
        switch (execution.state()) {
            case RUNNING, PAUSED, BREAKPOINT, RETRYING -> {
                var due = stateOf(execution);
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

    /// What an execution is doing that is neither at its beginning nor at its end.
    private static State stateOf(Execution execution) {
        if (execution.held() || execution.paused() > 0) {
            return State.PAUSED;
        }
        if (execution.halted() > 0) {
            return State.BREAKPOINT;
        }
        return execution.retrying() > 0 ? State.RETRYING : State.RUNNING;
    }

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
                                    .batches(null)
                                    .error(null)
                                    .phase(Phase.READY, t.now));
                    t.put(t.change().retrying(t.execution().retrying() - 1));
                }
                t.look(run.ordinal());
            }
            case PAUSED -> pauses.pauseEnds(run);
            case RENDERING, RUNNING, CHILD -> endKilled(run);
            case CHILDREN -> directories.timedOut(run);
            case LOCKING -> rollouts.waitedTooLong(run);
            case READY, BATCHES, HALTED, OVER -> {
                // it has gone on
            }
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

    /// Has what is around a task run end in that state: the iteration of the `Loop` that it is in,
    /// or else the execution. Whoever kills kills the execution.
    void leave(TaskRun run, State state) {
        int top = state == State.KILLED ? TaskRun.NONE : iterationAround(run);
        if (top == TaskRun.NONE) {
            exit(state);
            return;
        }
        for (var other : t.state().taskRuns()) {
            boolean open = other.ordinal() == run.ordinal() || !other.isOver();
            if (open && other.cursor() != null && isWithin(other, top)) {
                t.put(other.ordinal(), Cursors.exiting(other.cursor(), state));
                t.look(other.ordinal());
            }
        }
    }

    /// The outermost task run of the innermost iteration of a `Loop` that it is in.
    private int iterationAround(TaskRun run) {
        for (int up = run.ordinal(); up != TaskRun.NONE; up = t.run(up).parent()) {
            if (Loops.loopAround(t.plan.find(t.run(up).taskId())) != null) {
                return up;
            }
        }
        return TaskRun.NONE;
    }

    private boolean isWithin(TaskRun run, int top) {
        int up = run.ordinal();
        while (up != TaskRun.NONE && up != top) {
            up = t.run(up).parent();
        }
        return up == top;
    }

    /// Stops all that runs, and has the execution end in that state.
    void stop(State state) {
        t.put(TaskRun.NONE, Cursors.exiting(t.execution().cursor(), state));
        kill(true);
    }

    /// Stops all that runs. The execution ends once it has stopped.
    void kill(boolean cascade) {
        boolean first = !t.execution().killed();
        t.put(t.change().killed(true).cascade(cascade).held(false));
        var running = new ArrayList<>(t.state().taskRuns());
        for (var run : running.reversed()) { // children before their parents
            switch (run.phase()) {
                case READY, LOCKING, HALTED, PAUSED, DELAY -> {
                    if (run.wakeAt() != null) {
                        t.command(new Command.DropTimer(run.ordinal()));
                    }
                    boolean paused = run.phase() == Phase.PAUSED || run.phase() == Phase.HALTED;
                    if (run.cursor() != null && !paused) { // there are children to wait for
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
                case BATCHES -> batches.kill(run, cascade);
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
        ends.end(run, State.KILLED);
    }

    static List<Attempt> plus(List<Attempt> attempts, Attempt attempt) {
        var all = new ArrayList<>(attempts);
        all.add(attempt);
        return List.copyOf(all);
    }
}
