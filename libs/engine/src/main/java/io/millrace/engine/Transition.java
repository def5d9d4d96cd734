// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What one event does to a state, while it is being decided: the state so far, what has changed,
/// the commands so far, and the task runs that still have work to do. Never leaves a decision.
final class Transition {
    final FlowPlan plan;
    final Instant now;
    private final ExecutionState before;
    private final Set<Integer> touched = new HashSet<>();
    private final Set<Integer> removed = new HashSet<>();
    private final List<Command> commands = new ArrayList<>();
    private final LinkedHashSet<Integer> work = new LinkedHashSet<>();
    private ExecutionState state;

    Transition(FlowPlan plan, ExecutionState state, Instant now) {
        this.plan = plan;
        this.now = now;
        this.before = state;
        this.state = state;
        work.addAll(state.pending());
    }

    ExecutionState state() {
        return state;
    }

    Execution execution() {
        return state.execution();
    }

    TaskRun run(int ordinal) {
        return state.taskRun(ordinal);
    }

    FlowTask task(TaskRun run) {
        return plan.task(run.taskId());
    }

    ExecutionChange change() {
        return new ExecutionChange(state.execution());
    }

    TaskRunChange change(int ordinal) {
        return new TaskRunChange(run(ordinal));
    }

    void put(ExecutionChange change) {
        state = state.with(change.done());
    }

    TaskRun put(TaskRunChange change) {
        return put(change.done());
    }

    TaskRun put(TaskRun run) {
        state = state.with(plan, run);
        touched.add(run.ordinal());
        return run;
    }

    void remove(TaskRun run) {
        state = state.without(plan, run);
        if (!touched.remove(run.ordinal()) || before.find(run.ordinal()) != null) {
            removed.add(run.ordinal());
        }
    }

    /// A new task run. It begins when its turn comes.
    void create(FlowTask task, int parent, int iteration, @Nullable String value) {
        int ordinal = execution().nextOrdinal();
        put(change().nextOrdinal(ordinal + 1));
        put(
                new TaskRun(
                        ordinal,
                        task.id(),
                        parent,
                        iteration,
                        value,
                        History.of(State.CREATED, now),
                        List.of(),
                        Phase.READY,
                        0,
                        now,
                        null,
                        null,
                        Map.of(),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null));
        work.add(ordinal);
    }

    void command(Command command) {
        commands.add(command);
    }

    void log(TaskRun run, LogEntry.Level level, String message) {
        int attempt = Math.max(0, run.attempts().size() - 1);
        command(new Command.WriteLog(new LogEntry(run.ordinal(), attempt, level, message, now)));
    }

    void log(LogEntry.Level level, String message) {
        command(new Command.WriteLog(new LogEntry(TaskRun.NONE, 0, level, message, now)));
    }

    /// Has the task run, or with [TaskRun#NONE] the execution itself, looked at again.
    void look(int ordinal) {
        work.add(ordinal);
    }

    @Nullable Integer nextWork() {
        return work.isEmpty() ? null : work.removeFirst();
    }

    Cursor cursor(int owner) {
        if (owner == TaskRun.NONE) {
            return execution().cursor();
        }
        var cursor = run(owner).cursor();
        return cursor == null ? Cursor.START : cursor;
    }

    void put(int owner, Cursor cursor) {
        if (owner == TaskRun.NONE) {
            put(change().cursor(cursor));
        } else {
            put(change(owner).cursor(cursor));
        }
    }

    Lists lists(int owner) {
        return owner == TaskRun.NONE ? plan.lists() : task(run(owner)).lists();
    }

    /// The states between that before the event and the present one.
    private List<StateChange> passed() {
        var changes = execution().history().changes();
        int known = before.execution().history().changes().size();
        return changes.size() - known > 1 ? changes.subList(known, changes.size() - 1) : List.of();
    }

    /// The decision. Work that is left goes into the state, and is asked for again.
    Decision decision() {
        if (!work.isEmpty() || !state.pending().isEmpty()) {
            state = state.withPending(List.copyOf(work));
        }
        if (!work.isEmpty()) {
            command(new Command.Continue());
        }
        if (execution().state() != before.execution().state()) {
            command(new Command.Announce(execution().state(), passed()));
        }
        touched.removeAll(removed);
        touched.removeIf(ordinal -> run(ordinal).equals(before.find(ordinal)));
        return new Decision(state, touched, removed, commands, Outcome.ACCEPTED);
    }
}
