// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.engine.Cursor.Stage;
import io.millrace.model.Task;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Takes an execution back to an earlier point, so that it goes on from there. Rare, asked for by
/// people: these walk over all task runs and count anew what flow control knows of its children.
final class Rewind {
    private final Transition t;

    Rewind(Transition transition) {
        this.t = transition;
    }

    /// Makes ready to run again what did not end well. Gives whether there was anything.
    boolean restart() {
        return restart(TaskRun.NONE);
    }

    private boolean restart(int owner) {
        boolean found = false;
        for (int ordinal : sorted(owner)) {
            var run = t.run(ordinal);
            var task = t.plan.find(run.taskId());
            boolean good =
                    (run.state().isGood() && !Rollouts.isUnfinished(t, run)) || isBehind(run);
            if (task == null || task.stage() != Stage.MAIN) {
                found |= !good && task != null && task.stage() == Stage.FINALLY;
                removeTree(run);
            } else if (!good) {
                found = true;
                boolean within = run.cursor() != null && !Directories.isOne(task.definition());
                if (within && restart(ordinal)) {
                    reopen(run.ordinal());
                } else {
                    reset(run.ordinal(), true);
                }
            }
        }
        if (found) {
            recount(owner, Stage.MAIN);
        }
        return found;
    }

    /// Whether a task run ran before what is around it waited for a decision that it has got.
    private boolean isBehind(TaskRun run) {
        var branch = branchOf(run);
        return isInApproval(run)
                && branch != null
                && !branch.equals(t.cursor(run.parent()).branch());
    }

    private boolean isInApproval(TaskRun run) {
        return run.parent() != TaskRun.NONE
                && t.task(t.run(run.parent())).definition() instanceof Task.Approval;
    }

    /// Which main list of what is around it a task run is of.
    private @Nullable String branchOf(TaskRun run) {
        return t.lists(run.parent()).main().entrySet().stream()
                .filter(branch -> branch.getValue().contains(t.plan.find(run.taskId())))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    /// Makes ready to run again one task run and what comes after it; of a working directory, all
    /// of it.
    void replayFrom(int asked) {
        int parent = t.run(asked).parent();
        boolean inDirectory =
                parent != TaskRun.NONE && Directories.isOne(t.task(t.run(parent)).definition());
        int target = inDirectory ? parent : asked;
        for (var run : t.state().taskRuns()) {
            if (!run.isOver() && t.state().find(run.ordinal()) != null && !isAround(run, target)) {
                removeTree(run);
            }
        }
        var path = pathTo(target);
        int owner = TaskRun.NONE;
        for (var step : path) {
            for (int ordinal : sorted(owner)) {
                var run = t.state().find(ordinal);
                if (run != null && run.ordinal() != step.ordinal() && isAfter(run, step, owner)) {
                    removeTree(run);
                }
            }
            owner = step.ordinal();
        }
        reset(target, false);
        recountPath(path);
    }

    /// Gives one task run another end, and has what depends on it decided again.
    void setState(int target, State state) {
        var path = pathTo(target);
        int owner = TaskRun.NONE;
        for (var step : path) {
            for (int ordinal : sorted(owner)) {
                var run = t.run(ordinal);
                if (stageOf(run).compareTo(stageOf(step)) > 0) {
                    removeTree(run);
                }
            }
            owner = step.ordinal();
        }
        t.put(
                t.change(target)
                        .state(state, t.now)
                        .error(state.isGood() ? null : t.run(target).error()));
        recountPath(path);
    }

    private void recountPath(List<TaskRun> path) {
        for (int i = path.size() - 1; i >= 0; i--) {
            var step = path.get(i);
            if (i < path.size() - 1) {
                reopen(step.ordinal());
                if (Directories.isOne(t.task(step).definition())) {
                    finishWithoutDirectory(step.ordinal());
                }
            }
            backTo(step);
            recount(step.parent(), stageOf(step));
        }
    }

    /// An approval goes on where that one of its children is.
    private void backTo(TaskRun child) {
        var branch = branchOf(child);
        if (!isInApproval(child) || branch == null) {
            return;
        }
        var around = t.run(child.parent());
        t.put(around.ordinal(), Cursors.start(branch));
        if (branch.equals(Approvals.WAIT)) {
            t.put(
                    t.change(around.ordinal())
                            .outputs(Values.one("url", around.outputs().get("url"))));
        }
    }

    /// The directory is gone: tasks that have not run in it don't any more.
    private void finishWithoutDirectory(int ordinal) {
        t.put(ordinal, Cursors.last(t.cursor(ordinal)));
    }

    private boolean isAround(TaskRun run, int target) {
        for (int up = target; up != TaskRun.NONE; up = t.run(up).parent()) {
            if (up == run.ordinal()) {
                return true;
            }
        }
        return false;
    }

    /// From the outermost flowable around it to the task run itself.
    private List<TaskRun> pathTo(int target) {
        var path = new ArrayDeque<TaskRun>();
        for (int up = target; up != TaskRun.NONE; up = t.run(up).parent()) {
            path.push(t.run(up));
        }
        return List.copyOf(path);
    }

    private Stage stageOf(TaskRun run) {
        var task = t.plan.find(run.taskId());
        return task == null ? Stage.OVER : task.stage();
    }

    /// Whether a child of a flowable only came to be because another one ended.
    private boolean isAfter(TaskRun run, TaskRun other, int owner) {
        if (stageOf(run) != stageOf(other)) {
            return stageOf(run).compareTo(stageOf(other)) > 0;
        }
        var task = t.task(run);
        var otherTask = t.task(other);
        if (stageOf(run) != Stage.MAIN || owner == TaskRun.NONE) {
            return task.index() > otherTask.index();
        }
        return switch (t.task(t.run(owner)).definition()) {
            case Task.Parallel _, Task.EachParallel _ -> false;
            case Task.Dag _ -> dependsOn(task, otherTask, new HashSet<>());
            case Task.ForEach loop when loop.concurrencyLimit() == 1 -> isAfterOneByOne(run, other);
            case Task.ForEach _ -> isAfterInLoop(run, other, false);
            case Task.Loop loop when loop.rollout() != null ->
                    Rollouts.isAfter(
                            t.run(owner),
                            task,
                            run,
                            otherTask,
                            other,
                            loop.concurrencyLimit() == 1);
            case Task.Loop loop -> isAfterInLoop(run, other, loop.concurrencyLimit() == 1);
            case Task.EachSequential _ -> isAfterOneByOne(run, other);
            default -> task.index() > otherTask.index();
        };
    }

    /// What ended well in a later iteration, before that task had its turn there, stays as it was
    /// until the loop comes there.
    private boolean isAfterOneByOne(TaskRun run, TaskRun other) {
        int order = Integer.compare(t.task(run).index(), t.task(other).index());
        boolean stays = order < 0 && run.state().isGood();
        return order > 0 || (run.iteration() > other.iteration() && !stays);
    }

    /// Removes what an earlier course of a loop has left in an iteration.
    void removeIteration(List<FlowTask> list, int owner, int iteration) {
        for (var task : list) {
            var run = t.state().child(task, owner, iteration);
            if (run != null) {
                removeTree(run);
            }
        }
    }

    private boolean isAfterInLoop(TaskRun run, TaskRun other, boolean oneByOne) {
        if (run.iteration() == other.iteration()) {
            return t.task(run).index() > t.task(other).index();
        }
        return oneByOne && run.iteration() > other.iteration();
    }

    private static boolean dependsOn(FlowTask task, FlowTask other, Set<FlowTask> seen) {
        return seen.add(task)
                && (task.dependsOn().contains(other)
                        || task.dependsOn().stream()
                                .anyMatch(below -> dependsOn(below, other, seen)));
    }

    /// @param sameExecution whether children that it has started may go on
    private void reset(int ordinal, boolean sameExecution) {
        removeBelow(ordinal);
        var run = t.run(ordinal);
        var task = t.plan.find(run.taskId());
        var call =
                task == null
                        ? null
                        : switch (task.definition()) {
                            case Task.Subflow subflow -> subflow.call();
                            case Task.Batches batches -> batches.call();
                            default -> null;
                        };
        boolean keeps =
                sameExecution
                        && call != null
                        && call.waits()
                        && call.restartBehavior() == Task.Call.RestartBehavior.RETRY_FAILED;
        Map<String, @Nullable Object> kept =
                keeps && run.outputs().get("executionId") != null
                        ? Values.one("executionId", run.outputs().get("executionId"))
                        : Values.NONE;
        t.put(
                t.change(ordinal)
                        .state(State.RESTARTED, t.now)
                        .phase(Phase.READY, t.now)
                        .wakeAt(null)
                        .workerId(null)
                        .outputs(kept)
                        .outputsUri(null)
                        .batches(keeps ? run.batches() : null)
                        .error(null)
                        .rendered(null)
                        .cursor(null)
                        .items(null));
    }

    private void reopen(int ordinal) {
        // what it holds goes on when the lock of its target is its own again
        boolean locked = new Steps(t).rollouts.needsLock(t.run(ordinal));
        boolean collects = t.task(t.run(ordinal)).definition() instanceof Task.Loop;
        t.put(
                t.change(ordinal)
                        .outputs(
                                collects
                                        ? Rollouts.reopened(t.run(ordinal))
                                        : t.run(ordinal).outputs())
                        .outputsUri(collects ? null : t.run(ordinal).outputsUri())
                        .state(State.RUNNING, t.now)
                        .phase(locked ? Phase.READY : Phase.CHILDREN, t.now)
                        .wakeAt(null)
                        .error(null));
    }

    private void removeTree(TaskRun run) {
        removeBelow(run.ordinal());
        t.remove(run);
    }

    /// Removes all task runs that ran inside of one.
    void removeBelow(int ordinal) {
        var stack = new ArrayDeque<>(t.state().childrenOf(ordinal));
        while (!stack.isEmpty()) {
            var run = t.state().find(stack.pop());
            if (run != null) {
                t.state().childrenOf(run.ordinal()).forEach(stack::push);
                t.remove(run);
            }
        }
    }

    private List<Integer> sorted(int owner) {
        return t.state().childrenOf(owner).stream().sorted().toList();
    }

    /// Derives what flow control knows of its children from the children themselves.
    private void recount(int owner, Stage stage) {
        var before = t.cursor(owner);
        var cursor =
                new Cursor(
                        Stage.MAIN, before.branch(), 0, 0, 0, State.SUCCESS, State.SUCCESS, null);
        for (int ordinal : t.state().childrenOf(owner)) {
            var run = t.run(ordinal);
            if (run.isOver() && stageOf(run) == Stage.MAIN && !isBehind(run)) {
                cursor = Cursors.with(cursor, outcome(run));
            }
        }
        if (stage == Stage.MAIN) {
            t.put(owner, cursor);
            recountMain(owner);
            return;
        }
        var list = t.lists(owner).at(Cursors.at(cursor, stage));
        cursor = Cursors.at(cursor, stage);
        for (var task : list) {
            var run = t.state().child(task, owner, TaskRun.NONE);
            if (run != null) {
                cursor = counted(Cursors.started(cursor, list.indexOf(task) + 1), run);
            }
        }
        t.put(owner, cursor);
    }

    private Cursor counted(Cursor cursor, TaskRun run) {
        return run.isOver() ? Cursors.ended(Cursors.with(cursor, outcome(run))) : cursor;
    }

    /// What counts for the flow control around a task run that is over.
    private State outcome(TaskRun run) {
        var task = t.plan.find(run.taskId());
        return Loops.isLast(task, run) ? State.SUCCESS : Rollouts.counted(task, run.state());
    }

    private void recountMain(int owner) {
        var cursor = t.cursor(owner);
        var list = t.lists(owner).at(cursor);
        var items = owner == TaskRun.NONE ? null : t.run(owner).items();
        if (items == null || list.isEmpty()) {
            int next = 0;
            for (var task : list) {
                var run = t.state().child(task, owner, TaskRun.NONE);
                if (run == null) {
                    continue;
                }
                next = Math.max(next, list.indexOf(task) + 1);
                cursor = counted(Cursors.started(cursor, next), run);
            }
            t.put(owner, cursor);
            return;
        }
        var loop = t.task(t.run(owner)).definition();
        boolean parallel = loop instanceof Task.EachParallel;
        boolean oneByOne =
                loop instanceof Task.EachSequential
                        || (loop instanceof Task.ForEach each && each.concurrencyLimit() == 1);
        for (int i = 0; i < items.size(); i++) {
            if (parallel) {
                for (var task : list) {
                    var run = t.state().child(task, owner, i);
                    if (run != null) {
                        int unit = i * list.size() + list.indexOf(task);
                        cursor = counted(Cursors.started(cursor, unit + 1), run);
                    }
                }
                continue;
            }
            var last = lastOf(list, owner, i);
            if (last == null) {
                continue;
            }
            cursor = Cursors.started(cursor, i + 1);
            var next = Loops.isLast(t.task(last), last) ? null : t.task(last).next();
            if (last.isOver() && last.state().isGood() && next != null) {
                t.create(next, owner, i, items.get(i));
            } else {
                cursor = counted(cursor, last);
            }
            if (oneByOne && (next != null || !last.isOver())) {
                break; // what follows is left of an earlier course
            }
        }
        t.put(owner, cursor);
        new Steps(t)
                .rollouts.recount(
                        owner, list, t.lists(owner).main().getOrDefault(Rollouts.CHECK, List.of()));
    }

    private @Nullable TaskRun lastOf(List<FlowTask> list, int owner, int iteration) {
        TaskRun last = null;
        for (var task : list) {
            var run = t.state().child(task, owner, iteration);
            if (run != null) {
                last = run;
            }
        }
        return last;
    }
}
