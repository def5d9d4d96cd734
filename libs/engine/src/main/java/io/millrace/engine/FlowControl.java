// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.engine.Cursor.Stage;
import io.millrace.model.Task;
import java.util.List;

/// What flow control does next: creates children, goes on to its next list, or ends.
final class FlowControl {
    /// Children that flow control creates at one look.
    private static final int CREATED_AT_ONCE = 100;

    private final Transition t;
    private final Steps steps;

    FlowControl(Transition transition, Steps steps) {
        this.t = transition;
        this.steps = steps;
    }

    /// Looks what flow control does next: creates children, goes on to its next list, or ends.
    void advance(int owner) {
        if (owner != TaskRun.NONE && t.run(owner).cursor() == null) {
            return;
        }
        var lists = t.lists(owner);
        while (true) {
            var cursor = t.cursor(owner);
            switch (cursor.stage()) {
                case MAIN -> {
                    if (!steps.mayBegin() && !steps.isExiting()) {
                        return; // it is looked at again when nothing holds it any longer
                    }
                    if (!steps.isBlocked(cursor) && startMain(owner, lists)) {
                        t.look(owner);
                        return;
                    }
                    cursor = t.cursor(owner);
                    if (cursor.running() > 0) {
                        return;
                    }
                    if (steps.directories.closes(owner) || steps.loops.collects(owner)) {
                        return;
                    }
                    if (steps.approvals.waits(owner)) {
                        return;
                    }
                    if (!steps.isBlocked(cursor) && steps.rounds.loops(owner)) {
                        return;
                    }
                    cursor = t.cursor(owner);
                    boolean failed = cursor.outcome() == State.FAILED && !steps.isExiting();
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
                                steps.course.finishExecution();
                            }
                        } else {
                            t.put(owner, Cursors.at(cursor, Stage.OVER));
                            steps.ends.end(t.run(owner), steps.ends.endOf(owner));
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

    /// Creates main children as far as the limit allows. Gives whether it has to be called again.
    private boolean startMain(int owner, Lists lists) {
        var definition = owner == TaskRun.NONE ? null : t.task(t.run(owner)).definition();
        return switch (definition) {
            case Task.Dag dag ->
                    startDag(owner, lists.at(t.cursor(owner)), limit(dag.concurrent()));
            case Task.ForEach loop -> startLoop(owner, lists, limit(loop.concurrencyLimit()));
            case Task.Loop loop when loop.rollout() != null ->
                    startRollout(owner, lists, limit(loop.concurrencyLimit()));
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

    /// Begins targets of the present wave; once all of them have ended, looks how they are, and
    /// goes on to the next wave.
    private boolean startRollout(int owner, Lists lists, int limit) {
        while (true) {
            var items = t.run(owner).items();
            int end = steps.rollouts.endOfWave(owner);
            if (startLoop(owner, lists, limit, end)) {
                return true;
            }
            var cursor = t.cursor(owner);
            boolean over = cursor.running() == 0 && cursor.next() >= end;
            if (items == null || !over || steps.rollouts.checks(owner, lists)) {
                return false;
            }
            if (end >= items.size()) {
                return false;
            }
            steps.rollouts.nextWave(owner);
        }
    }

    private boolean startLoop(int owner, Lists lists, int limit) {
        var items = t.run(owner).items();
        return startLoop(owner, lists, limit, items == null ? 0 : items.size());
    }

    /// @param end the iteration before which it stops
    private boolean startLoop(int owner, Lists lists, int limit, int end) {
        var items = t.run(owner).items();
        var list = lists.at(t.cursor(owner));
        if (items == null || list.isEmpty()) {
            return false;
        }
        var cursor = t.cursor(owner);
        for (int created = 0; cursor.next() < end && cursor.running() < limit; created++) {
            if (created == CREATED_AT_ONCE) {
                return true;
            }
            if (limit == 1) {
                new Rewind(t).removeIteration(list, owner, cursor.next());
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
                    case ERRORS -> steps.isExiting();
                    case MAIN, AFTER, OVER -> false;
                };
        int next = cursor.next();
        while (!stopped && next < list.size()) {
            var task = list.get(next++);
            if (task.listener() >= 0 && !steps.evaluation.listens(task.listener())) {
                continue;
            }
            t.put(owner, Cursors.started(cursor, next));
            t.create(task, owner, TaskRun.NONE, null);
            return true;
        }
        return false;
    }
}
