// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.expressions.ExpressionException;
import io.millrace.model.Task;
import io.millrace.model.TaskTypes;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How task runs begin: their conditions and properties are rendered, then they are evaluated here,
/// sent to a worker, or open their first list.
final class Beginnings {
    /// Where a worker puts the lines of the file that a loop goes through.
    static final String LINES = "lines";

    private final Transition t;
    private final Steps steps;

    Beginnings(Transition transition, Steps steps) {
        this.t = transition;
        this.steps = steps;
    }

    void begin(TaskRun run) {
        if (!steps.mayBegin()) {
            return;
        }
        var task = t.plan.find(run.taskId());
        if (task == null) {
            steps.ends.failWith(
                    run, "Expected a task " + run.taskId() + " in this revision but there is none");
            return;
        }
        var refusal = t.plan.refusal(task);
        if (refusal.isPresent()) {
            steps.ends.failWith(run, refusal.get());
            return;
        }
        if (steps.rollouts.waitsAbove(run) || steps.rollouts.waitsForLock(run, task)) {
            return;
        }
        beginNow(run, task);
    }

    /// The lock of its target, if it needs one, is its own.
    void beginNow(TaskRun run, FlowTask task) {
        if (stopsAt(run)) {
            t.put(
                    t.change(run.ordinal())
                            .state(State.BREAKPOINT, t.now)
                            .phase(Phase.HALTED, t.now));
            t.put(t.change().halted(t.execution().halted() + 1));
            return;
        }
        var known = run.rendered() == null ? Values.NONE : run.rendered();
        try {
            if (!task.runIf().isEmpty()) {
                var condition =
                        known.containsKey("runIf")
                                ? known
                                : steps.evaluation.render(run.ordinal(), task.runIf());
                if (condition == null) {
                    renderOnWorker(run);
                    return;
                }
                if (!Values.truthy(condition.get("runIf"))) {
                    steps.ends.end(
                            t.put(t.change(run.ordinal()).state(State.RUNNING, t.now)),
                            State.SKIPPED);
                    return;
                }
            }
            var mock = mockOf(run);
            if (mock != null && steps.approvals.decides(task.definition(), mock)) {
                steps.approvals.beginDecided(run, mock);
                return;
            }
            if (mock != null) {
                endMocked(run, mock);
                return;
            }
            var input = known;
            if (!rendersLater(task)
                    && !known.keySet().containsAll(task.input().source().keySet())) {
                input = steps.evaluation.render(run.ordinal(), task.input());
                if (input == null) {
                    renderOnWorker(run);
                    return;
                }
            }
            // what is none fails the task now: the job that it is for can't be made of it
            var _ = Values.duration(input.get("timeout"));
            enter(run, task, input);
        } catch (ExpressionException | IllegalArgumentException e) {
            steps.ends.failWith(t.run(run.ordinal()), String.valueOf(e.getMessage()));
        }
    }

    /// Whether there is a breakpoint for it, by its id or by `id.value` of its iteration. It stops
    /// at one once.
    private boolean stopsAt(TaskRun run) {
        var breakpoints = t.execution().breakpoints();
        if (breakpoints.isEmpty() || run.history().includes(State.BREAKPOINT)) {
            return false;
        }
        return breakpoints.contains(run.taskId())
                || (run.value() != null && breakpoints.contains(run.taskId() + "." + run.value()));
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
        var attempt = new Attempt(State.RUNNING, t.now, null, null, null);
        steps.ends.end(
                t.put(
                        t.change(run.ordinal())
                                .state(State.RUNNING, t.now)
                                .attempts(Steps.plus(run.attempts(), attempt))
                                .outputs(mock.outputs())
                                .rendered(null)),
                mock.state());
    }

    /// Whether what it reads is rendered for each of its rounds, or batches.
    private static boolean rendersLater(FlowTask task) {
        return task.definition() instanceof Task.LoopUntil
                || task.definition() instanceof Task.Batches;
    }

    void renderOnWorker(TaskRun run) {
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
            steps.ends.failWith(run, error);
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
            case Task.PluginTask plugin when PureTasks.isPure(plugin) -> evaluate(run, task, input);
            case Task.PluginTask _ when isMergeOfNothing(run, task) -> {
                var attempt = new Attempt(State.RUNNING, t.now, null, null, null);
                steps.ends.end(
                        t.put(
                                t.change(run.ordinal())
                                        .state(State.RUNNING, t.now)
                                        .attempts(Steps.plus(run.attempts(), attempt))),
                        State.SUCCESS);
            }
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
            case Task.Sequential _,
                    Task.Parallel _,
                    Task.Dag _,
                    Task.AllowFailure _,
                    Task.ForEachItem _ ->
                    enter(run, "", Map.of(), null);
            case Task.LoopUntil _ -> enter(run, "", Map.of("iterationCount", 0), null);
            case Task.If _ -> {
                boolean holds = Values.truthy(input.get("condition"));
                enter(run, holds ? "then" : "else", Map.of("evaluationResult", holds), null);
            }
            case Task.Switch choice -> {
                var value = String.valueOf(Values.text(input.get("value")));
                boolean matches = choice.cases().containsKey(value);
                var branch = matches ? "case:" + value : "defaults";
                boolean known = matches || !choice.defaults().isEmpty();
                enter(run, branch, Map.of("value", value, "defaults", !matches), null);
                if (!known) {
                    steps.ends.failWith(
                            t.run(run.ordinal()),
                            "Expected one of the cases but got '" + value + "', and no defaults");
                }
            }
            case Task.ForEach _, Task.EachSequential _, Task.EachParallel _ ->
                    enter(run, "", Map.of(), Values.items(input.get("values")));
            case Task.Loop loop
                    when loop.rollout() != null
                            && (input.containsKey(LINES) || !isFile(input.get("values"))) ->
                    enterRollout(run, input);
            case Task.Loop _ when input.containsKey(LINES) ->
                    enter(run, "", Map.of(), Values.lines(input.get(LINES)));
            case Task.Loop _ when isFile(input.get("values")) -> {
                // a worker reads it
                t.put(t.change(run.ordinal()).rendered(input));
                renderOnWorker(t.run(run.ordinal()));
            }
            case Task.Loop _ ->
                    enter(run, "", Map.of(), new Items(Values.allItems(input.get("values"))));
            case Task.Pause pause -> steps.pauses.pause(run, pause, input);
            case Task.Approval _ -> steps.approvals.begin(run, input);
            case Task.Subflow subflow -> startChild(run, subflow, input);
            case Task.Batches _ -> steps.batches.begin(run);
            case Task.WorkingDirectory _ -> steps.directories.open(run, input);
            case Task.Template template when template.found() ->
                    enter(run, "", Values.one("args", input.get("args")), null);
            case Task.Template template ->
                    steps.ends.failWith(
                            run,
                            "Can't find flow template '"
                                    + template.namespace()
                                    + "."
                                    + template.templateId()
                                    + "'");
        }
    }

    private void enterRollout(TaskRun run, Map<String, @Nullable Object> input) {
        var targets =
                input.containsKey(LINES)
                        ? Values.lines(input.get(LINES))
                        : new Items(Values.allItems(input.get("values")));
        enter(run, "", Rollouts.plan(targets, input), targets);
    }

    /// Whether a loop goes through the lines of a file of the internal storage.
    static boolean isFile(@Nullable Object values) {
        return values instanceof String text && text.strip().startsWith("kestra://");
    }

    /// Whether no child execution of a file's batches has given outputs.
    private boolean isMergeOfNothing(TaskRun run, FlowTask task) {
        if (!task.type().equals(TaskTypes.FOR_EACH_ITEM_MERGE_OUTPUTS)) {
            return false;
        }
        var items = JobVariables.batchesBefore(t.plan, t.state(), run);
        return items == null || items.batches() == null || items.batches().withOutputs() == 0;
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
                                        Steps.plus(
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
        var own = result.exit() == null ? result.state() : result.exit();
        t.put(
                steps.ends
                        .endAttempt(started, own, t.now)
                        .outputs(result.outputs())
                        .error(whyFailed(result)));
        if (result.exit() == null) {
            steps.ends.end(t.run(run.ordinal()), own);
        } else {
            steps.ends.endForGood(t.run(run.ordinal()), own);
            steps.exit(own);
        }
    }

    /// The last that a task said which failed.
    private static @Nullable String whyFailed(PureTasks.Result result) {
        return result.state() == State.FAILED && !result.lines().isEmpty()
                ? result.lines().getLast().message()
                : null;
    }

    private void startChild(
            TaskRun run, Task.Subflow subflow, Map<String, @Nullable Object> input) {
        int dispatch = run.dispatch() + 1;
        var started =
                t.put(
                        t.change(run.ordinal())
                                .state(State.RUNNING, t.now)
                                .attempts(
                                        Steps.plus(
                                                run.attempts(),
                                                new Attempt(
                                                        State.RUNNING, t.now, null, null, null)))
                                .dispatch(dispatch)
                                .phase(Phase.CHILD, t.now)
                                .rendered(input));
        t.put(
                t.change(run.ordinal())
                        .outputs(Map.of("executionId", steps.evaluation.childId(started))));
        t.command(steps.evaluation.startChild(t.run(run.ordinal()), subflow));
    }
}
