// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.expressions.ExpressionException;
import io.millrace.model.Task;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a `Loop` has beyond a ForEach: its iterations' outputs, and an early end.
///
/// The outputs of an iteration are kept with its last task run, where they cost the same whatever
/// the number of iterations, and are put together once, when all have ended.
final class Loops {
    /// Outputs whose JSON is longer are stored by a worker.
    static final int MOST_INLINE = 256 * 1024;

    /// Under this name the last task run of an iteration keeps its outputs.
    private static final String KEPT = "iteration";

    private final Transition t;
    private final Steps steps;

    Loops(Transition transition, Steps steps) {
        this.t = transition;
        this.steps = steps;
    }

    /// What counts for the loop of a task run inside of it that has ended in this state.
    static State counted(@Nullable FlowTask task, State state, boolean killed) {
        var loop = loopAround(task);
        return loop != null && !loop.transmitFailed() && !killed ? State.SUCCESS : state;
    }

    /// The loop of whose iterations, which end by themselves, a task is a direct part.
    static Task.@Nullable Loop loopAround(@Nullable FlowTask task) {
        return task != null
                        && task.isIterated()
                        && task.parent() != null
                        && task.parent().definition() instanceof Task.Loop loop
                        && loop.rollout() == null
                ? loop
                : null;
    }

    /// Whether a task run that is over has ended the iteration that it is a direct part of. The
    /// loop goes on with the next one.
    static boolean isLast(@Nullable FlowTask task, TaskRun run) {
        return run.cursor() != null && run.cursor().exit() != null && loopAround(task) != null;
    }

    /// The last task run of an iteration has ended.
    void iterationEnded(int owner, Task.Loop loop, TaskRun last) {
        var task = t.task(t.run(owner));
        try {
            if (!loop.outputs().isEmpty() && last.state().isGood()) {
                keepOutputs(loop, task, last);
            }
            if (loop.breakWhen() != null) {
                var rendered = steps.evaluation.render(last.ordinal(), task.breakWhen());
                if (rendered == null) {
                    throw unbounded("breakWhen");
                }
                if (Values.truthy(rendered.get("breakWhen"))) {
                    t.put(owner, Cursors.last(t.cursor(owner)));
                }
            }
        } catch (ExpressionException | IllegalArgumentException e) {
            // a target that was changed well isn't changed again for the sake of its outputs
            boolean harmless = loop.rollout() != null;
            t.log(
                    t.run(owner),
                    harmless ? LogEntry.Level.WARN : LogEntry.Level.ERROR,
                    String.valueOf(e.getMessage()));
            t.put(owner, Cursors.with(t.cursor(owner), harmless ? State.WARNING : State.FAILED));
        }
    }

    private void keepOutputs(Task.Loop loop, FlowTask task, TaskRun last) {
        var rendered = steps.evaluation.render(last.ordinal(), task.iterationOutputs());
        if (rendered == null) {
            throw unbounded("outputs");
        }
        t.put(
                t.change(last.ordinal())
                        .rendered(Values.one(KEPT, Values.outputs(loop.outputs(), rendered))));
    }

    private static IllegalArgumentException unbounded(String property) {
        return new IllegalArgumentException(
                "Expected " + property + " that can be rendered without reading files or stores");
    }

    /// Puts the outputs together. Gives whether a worker has to store them first.
    boolean collects(int owner) {
        if (owner == TaskRun.NONE
                || !(t.task(t.run(owner)).definition() instanceof Task.Loop loop)
                || t.execution().killed()
                || t.run(owner).items() == null
                || t.run(owner).outputs().containsKey("iterationCount")) {
            return false;
        }
        var run = t.run(owner);
        var outputs = outputs(t.plan, t.state(), run);
        boolean given = !loop.outputs().isEmpty();
        boolean stores =
                (given && loop.fetchType() == Task.Loop.FetchType.STORE)
                        || ((given || loop.rollout() != null)
                                && Json.write(outputs).length() > MOST_INLINE);
        if (!stores) {
            t.put(t.change(owner).outputs(outputs));
            return false;
        }
        int dispatch = run.dispatch() + 1;
        t.put(t.change(owner).dispatch(dispatch).workerId(null).phase(Phase.RUNNING, t.now));
        t.command(new Command.DispatchTask(owner, dispatch, false));
        return true;
    }

    /// A worker has stored the outputs, or could not.
    void stored(TaskRun run, TaskResult result) {
        if (result.state() == State.KILLED && t.execution().killed()) {
            steps.endKilled(run);
            return;
        }
        var items = run.items();
        var counted = new LinkedHashMap<String, @Nullable Object>(run.outputs());
        counted.put("iterationCount", items == null ? 0 : items.size());
        var change =
                t.change(run.ordinal())
                        .workerId(null)
                        .wakeAt(null)
                        .phase(Phase.CHILDREN, t.now)
                        .error(result.error());
        if (result.state().isGood()) {
            change.outputs(result.outputsUri() == null ? result.outputs() : counted)
                    .outputsUri(result.outputsUri());
        } else {
            change.outputs(counted).cursor(Cursors.with(t.cursor(run.ordinal()), State.FAILED));
        }
        if (run.wakeAt() != null) {
            t.command(new Command.DropTimer(run.ordinal()));
        }
        t.put(change);
        t.look(run.ordinal());
    }

    /// All that a loop has given, as far as its iterations have ended.
    static Map<String, @Nullable Object> outputs(FlowPlan plan, ExecutionState state, TaskRun run) {
        var task = plan.task(run.taskId());
        var list = task.lists().main().getOrDefault("", List.of());
        var items = run.items();
        int count = items == null ? 0 : items.size();
        var ends = new EnumMap<State, Integer>(State.class);
        var iterations = new ArrayList<@Nullable Object>();
        for (int iteration = 0; iteration < count; iteration++) {
            var last = lastOf(state, list, run.ordinal(), iteration);
            if (last == null) {
                continue;
            }
            ends.merge(last.state(), 1, Integer::sum);
            if (last.rendered() != null && last.rendered().containsKey(KEPT)) {
                var one = new LinkedHashMap<String, @Nullable Object>();
                one.put("item", item(last));
                one.put("outputs", last.rendered().get(KEPT));
                iterations.add(one);
            }
        }
        var outputs = new LinkedHashMap<String, @Nullable Object>();
        if (task.definition() instanceof Task.Loop loop && loop.rollout() != null) {
            outputs.putAll(Rollouts.report(state, run, list));
        }
        outputs.put("iterationCount", count);
        outputs.put("runningIterations", 0);
        var terminated = new LinkedHashMap<String, @Nullable Object>();
        ends.forEach((end, number) -> terminated.put(end.name(), number));
        outputs.put("terminatedIterations", terminated);
        if (task.definition() instanceof Task.Loop loop && !loop.outputs().isEmpty()) {
            outputs.put("outputs", iterations);
        }
        return outputs;
    }

    static @Nullable TaskRun lastOf(
            ExecutionState state, List<FlowTask> list, int owner, int iteration) {
        for (int i = list.size() - 1; i >= 0; i--) {
            var run = state.child(list.get(i), owner, iteration);
            if (run != null) {
                return run;
            }
        }
        return null;
    }

    static Map<String, @Nullable Object> item(TaskRun run) {
        var item = new LinkedHashMap<String, @Nullable Object>();
        item.put("value", run.value());
        item.put("index", run.iteration());
        item.put("iteration", run.iteration());
        if (run.value() != null && run.value().startsWith("{\"key\":")) {
            try {
                if (Json.parse(run.value()) instanceof Map<?, ?> entry
                        && entry.size() == 2
                        && entry.containsKey("value")) {
                    item.put("value", Values.text(entry.get("value")));
                    item.put("key", Values.text(entry.get("key")));
                }
            } catch (IllegalArgumentException _) {
                // a text that begins like this
            }
        }
        return item;
    }

    /// The variable `item` of a task run in loops: of the innermost one, with those around it as
    /// `parent` and `parents`; nothing if it is in none.
    static @Nullable Map<String, @Nullable Object> variable(
            FlowPlan plan, ExecutionState state, TaskRun run) {
        var items = new ArrayList<Map<String, @Nullable Object>>();
        for (int up = run.ordinal(); up != TaskRun.NONE; up = state.taskRun(up).parent()) {
            var above = state.taskRun(up);
            var task = plan.find(above.taskId());
            if (task != null
                    && task.isIterated()
                    && task.parent() != null
                    && task.parent().definition() instanceof Task.Loop) {
                items.add(
                        task.isBetweenWaves()
                                ? Rollouts.wave(state.taskRun(above.parent()), above)
                                : task.rollout() != null
                                        ? Rollouts.item(state.taskRun(above.parent()), above)
                                        : item(above));
            }
        }
        if (items.isEmpty()) {
            return null;
        }
        var own = items.removeFirst();
        if (!items.isEmpty()) {
            own.put("parent", items.getFirst());
            own.put("parents", items);
        }
        return own;
    }
}
