// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.expressions.Expressions;
import io.millrace.expressions.Reads;
import io.millrace.model.DurationValue;
import io.millrace.model.Flow;
import io.millrace.model.RetryPolicy;
import io.millrace.model.Task;
import io.millrace.model.Task.Approval.Decision;
import io.millrace.model.TaskTypes;
import io.millrace.model.TypeRules;
import io.millrace.model.WorkerGroup;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes a plan of a flow: one walk over its tasks, parents before children.
final class FlowCompiler {
    /// A worker renders what isn't known to be harmless, and is sent all that it might read.
    private static final Reads LOOP_VALUE =
            new Reads(false, Set.of(Reads.Path.of("taskrun", "value")), Set.of());

    private static final Reads ALL = new Reads(true, Set.of(), Set.of());

    private final Flow flow;
    private final Expressions expressions;
    private final List<FlowTask> tasks = new ArrayList<>();

    FlowCompiler(Flow flow, Expressions expressions) {
        this.flow = flow;
        this.expressions = expressions;
    }

    FlowPlan compile(int revision, Map<String, @Nullable Object> installation, TypeRules types) {
        var main = list(flow.tasks(), null, Cursor.Stage.MAIN);
        var errors = list(flow.errors(), null, Cursor.Stage.ERRORS);
        var finallyTasks = list(flow.finallyTasks(), null, Cursor.Stage.FINALLY);
        var after = new ArrayList<FlowTask>();
        for (int number = 0; number < flow.listeners().size(); number++) {
            for (var task : list(flow.listeners().get(number).tasks(), null, Cursor.Stage.AFTER)) {
                task.listener(number);
                after.add(task);
            }
        }
        after.addAll(list(flow.afterExecution(), null, Cursor.Stage.AFTER));
        var lists = new Lists(Map.of("", main), errors, finallyTasks, after);
        place(lists);
        var outputs = new LinkedHashMap<String, @Nullable Object>();
        flow.outputs().forEach(output -> outputs.put(output.id(), output.value()));
        return new FlowPlan(
                flow,
                revision,
                expressions,
                installation,
                tasks,
                lists,
                Rendering.of(expressions, outputs),
                types);
    }

    private List<FlowTask> list(
            List<Task> definitions, @Nullable FlowTask parent, Cursor.Stage stage) {
        var compiled = new ArrayList<FlowTask>();
        for (var definition : definitions) {
            if (!definition.common().disabled()) {
                compiled.add(task(definition, parent, stage));
            }
        }
        for (int i = 1; i < compiled.size(); i++) {
            compiled.get(i - 1).before(compiled.get(i));
        }
        return compiled;
    }

    private FlowTask task(Task definition, @Nullable FlowTask parent, Cursor.Stage stage) {
        var task =
                new FlowTask(
                        definition,
                        tasks.size(),
                        parent,
                        stage,
                        retryOf(definition, parent),
                        Rendering.of(expressions, runIf(definition)),
                        Rendering.of(expressions, input(definition)),
                        jobReads(definition),
                        OwnIteration.read(definition));
        tasks.add(task);
        if (definition instanceof Task.Flowable flowable) {
            var main = new LinkedHashMap<String, List<FlowTask>>();
            branches(flowable)
                    .forEach((name, body) -> main.put(name, list(body, task, Cursor.Stage.MAIN)));
            var handlers = flowable.handlers();
            var lists =
                    new Lists(
                            main,
                            list(handlers.errors(), task, Cursor.Stage.ERRORS),
                            list(handlers.finallyTasks(), task, Cursor.Stage.FINALLY),
                            List.of());
            task.link(lists);
            place(lists);
            main.getOrDefault(Rollouts.CHECK, List.of()).forEach(FlowTask::betweenWaves);
            if (definition instanceof Task.Loop loop) {
                var outputs = new LinkedHashMap<String, @Nullable Object>();
                loop.outputs().forEach(output -> outputs.put(output.id(), output.value()));
                task.iterations(
                        Rendering.of(expressions, outputs),
                        loop.breakWhen() == null
                                ? Rendering.NOTHING
                                : Rendering.of(
                                        expressions, Values.one("breakWhen", loop.breakWhen())),
                        loop.values() instanceof String values
                                ? Rendering.of(
                                        expressions, Values.one(Beginnings.LINES, reading(values)))
                                : Rendering.NOTHING);
            }
            if (definition instanceof Task.Dag dag) {
                depend(dag, main.getOrDefault("", List.of()));
            }
        }
        return task;
    }

    /// A template for the content of the file whose URI this one gives.
    private static String reading(String template) {
        var text = template.strip();
        boolean isExpression =
                text.startsWith("{{")
                        && text.endsWith("}}")
                        && text.indexOf("}}") == text.length() - 2;
        var uri =
                isExpression
                        ? text.substring(2, text.length() - 2).strip()
                        : "'" + text.replace("'", "") + "'";
        return "{{ read(" + uri + ") }}";
    }

    private static void place(Lists lists) {
        var all = new ArrayList<FlowTask>();
        lists.main().values().forEach(all::addAll);
        all.addAll(lists.errors());
        all.addAll(lists.finallyTasks());
        all.addAll(lists.after());
        all.sort((a, b) -> Integer.compare(a.index(), b.index()));
        for (int i = 0; i < all.size(); i++) {
            all.get(i).place(i, all.size());
        }
    }

    private static void depend(Task.Dag dag, List<FlowTask> compiled) {
        var byId = new LinkedHashMap<String, FlowTask>();
        compiled.forEach(task -> byId.put(task.id(), task));
        for (var node : dag.nodes()) {
            var task = byId.get(node.task().id());
            if (task != null) {
                task.after(
                        node.dependsOn().stream()
                                .filter(byId::containsKey)
                                .map(byId::get)
                                .toList());
            }
        }
    }

    private @Nullable RetryPolicy retryOf(Task definition, @Nullable FlowTask parent) {
        if (definition.common().retry() != null) {
            return definition.common().retry();
        }
        return parent == null ? flow.retry() : parent.retry();
    }

    private static Map<String, @Nullable Object> runIf(Task definition) {
        var runIf = definition.common().runIf();
        return runIf == null ? Values.NONE : Values.one("runIf", runIf);
    }

    /// The lists of a flowable, by the name of the branch.
    private static Map<String, List<Task>> branches(Task.Flowable flowable) {
        return switch (flowable) {
            case Task.If choice -> ordered("then", choice.then(), "else", choice.otherwise());
            case Task.Switch choice -> {
                var all = new LinkedHashMap<String, List<Task>>();
                choice.cases().forEach((name, tasks) -> all.put("case:" + name, tasks));
                all.put("defaults", choice.defaults());
                yield all;
            }
            case Task.Pause pause ->
                    pause.onPause() == null
                            ? Map.of("", pause.tasks())
                            : ordered("onPause", List.of(pause.onPause()), "", pause.tasks());
            case Task.Approval approval -> {
                var all = new LinkedHashMap<String, List<Task>>();
                all.put(Approvals.WAIT, approval.onWait());
                all.put(Approvals.branch(Decision.APPROVED), approval.onApprove());
                all.put(Approvals.branch(Decision.DENIED), approval.onDeny());
                yield all;
            }
            case Task.Loop loop when loop.rollout() != null ->
                    ordered("", loop.tasks(), Rollouts.CHECK, loop.rollout().healthCheck());
            case Task.Sequential _,
                    Task.Parallel _,
                    Task.Dag _,
                    Task.ForEach _,
                    Task.EachSequential _,
                    Task.EachParallel _,
                    Task.Loop _,
                    Task.AllowFailure _,
                    Task.LoopUntil _,
                    Task.ForEachItem _,
                    Task.Template _,
                    Task.WorkingDirectory _ ->
                    Map.of("", flowable.body());
        };
    }

    private static Map<String, List<Task>> ordered(
            String first, List<Task> firstTasks, String second, List<Task> secondTasks) {
        var map = new LinkedHashMap<String, List<Task>>();
        map.put(first, firstTasks);
        map.put(second, secondTasks);
        return map;
    }

    /// What has to be rendered before the task begins, or, for what a worker runs, is dispatched.
    private Map<String, @Nullable Object> input(Task definition) {
        var input = new LinkedHashMap<String, @Nullable Object>();
        switch (definition) {
            case Task.PluginTask plugin when PureTasks.isPure(plugin) ->
                    input.putAll(plugin.properties());
            case Task.PluginTask _, Task.WorkingDirectory _ -> {
                if (definition.common().timeout()
                        instanceof DurationValue.Expression(var template)) {
                    input.put("timeout", template);
                }
                var group = workerGroup(flow, definition);
                if (group != null && isExpression(group.key())) {
                    input.put("workerGroup", group.key());
                }
            }
            case Task.If choice -> input.put("condition", choice.condition());
            case Task.Switch choice -> input.put("value", choice.value());
            case Task.ForEach loop -> input.put("values", loop.values());
            case Task.EachSequential loop -> input.put("values", loop.value());
            case Task.EachParallel loop -> input.put("values", loop.value());
            case Task.Loop loop -> {
                input.put("values", loop.values());
                if (loop.rollout() != null) {
                    input.put("waves", loop.rollout().waves());
                    input.put("maxFailures", loop.rollout().maxFailures());
                    put(input, "lockWait", loop.rollout().lockWait());
                }
            }
            case Task.Pause pause -> {
                put(input, "pauseDuration", pause.pauseDuration());
                if (pause.pauseDuration() != null) {
                    input.put("behavior", pause.behavior());
                }
                put(input, "timeout", pause.common().timeout());
            }
            case Task.Approval approval -> {
                input.put(Approvals.AUTOMATIC, approval.autoApprove());
                input.put(ReviewForm.COMMENT_REQUIRED, approval.commentRequired());
                input.put(ReviewForm.APPROVE, approval.decisions().approve());
                input.put(ReviewForm.DENY, approval.decisions().deny());
                put(input, "timeout", approval.common().timeout());
            }
            case Task.LoopUntil loop -> {
                var check = loop.checkFrequency();
                input.put("condition", loop.condition());
                if (check.maxIterations() != null) {
                    input.put("maxIterations", check.maxIterations());
                }
                put(input, "maxDuration", check.maxDuration());
                put(input, "interval", check.interval());
            }
            case Task.Template template -> input.put("args", template.args());
            case Task.Subflow subflow -> putCall(input, subflow.call());
            case Task.Batches batches -> putCall(input, batches.call());
            case Task.Sequential _,
                    Task.Parallel _,
                    Task.Dag _,
                    Task.AllowFailure _,
                    Task.ForEachItem _ -> {
                // nothing
            }
        }
        return Collections.unmodifiableMap(input);
    }

    /// The group of workers that a task asks for, or else its flow.
    static @Nullable WorkerGroup workerGroup(Flow flow, Task definition) {
        var own = definition.common().workerGroup();
        return own == null ? flow.workerGroup() : own;
    }

    static boolean isExpression(String text) {
        return text.contains("{{") || text.contains("{%");
    }

    private static void putCall(Map<String, @Nullable Object> input, Task.Call call) {
        input.put("namespace", call.namespace());
        input.put("flowId", call.flowId());
        input.put("inputs", call.inputs());
        input.put("labels", call.labels());
        if (call.scheduleDate() != null) {
            input.put("scheduleDate", call.scheduleDate());
        }
    }

    /// What the worker that opens the directory is told.
    static Map<String, @Nullable Object> propertiesOf(Task.WorkingDirectory directory) {
        var properties = new LinkedHashMap<String, @Nullable Object>();
        if (directory.inputFiles() != null) {
            properties.put("inputFiles", directory.inputFiles());
        }
        if (!directory.outputFiles().isEmpty()) {
            properties.put("outputFiles", directory.outputFiles());
        }
        if (!directory.namespaceFiles().isEmpty()) {
            properties.put("namespaceFiles", directory.namespaceFiles());
        }
        if (!directory.cache().isEmpty()) {
            properties.put("cache", directory.cache());
        }
        return Collections.unmodifiableMap(properties);
    }

    private static void put(
            Map<String, @Nullable Object> input, String name, @Nullable DurationValue value) {
        switch (value) {
            case null -> {
                // not given
            }
            case DurationValue.Literal(var duration) -> input.put(name, duration.toString());
            case DurationValue.Expression(var template) -> input.put(name, template);
        }
    }

    private Reads jobReads(Task definition) {
        var source =
                switch (definition) {
                    case Task.PluginTask plugin when !PureTasks.isPure(plugin) ->
                            plugin.properties();
                    case Task.WorkingDirectory directory -> propertiesOf(directory);
                    default -> Values.NONE;
                };
        var properties = Rendering.of(expressions, source);
        boolean templated = definition.type().equals(TaskTypes.CORE + "templating.TemplatedTask");
        if (properties.isBroken() || templated) {
            return ALL; // what a rendered specification holds is rendered again
        }
        // a state of a loop is kept by the loop's value
        return definition.type().startsWith(TaskTypes.CORE + "state.")
                ? properties.reads().and(LOOP_VALUE)
                : properties.reads();
    }
}
