// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.expressions.Reads;
import io.millrace.model.Task;
import io.millrace.model.TaskTypes;
import io.millrace.model.WorkerGroup;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What expressions see, and the part of it that a job takes along.
public final class JobVariables {
    /// Name of the one entry that stands for outputs that were too big for a row: their URI.
    public static final String STORED = "$stored";

    private JobVariables() {}

    /// All that expressions of a task run may see; large parts are found only when asked for.
    ///
    /// @param ordinal task run, or [TaskRun#NONE] for expressions of the flow itself
    public static Map<String, @Nullable Object> of(
            FlowPlan plan, ExecutionState state, int ordinal) {
        return of(plan, state, ordinal, TaskRun.NONE);
    }

    private static Map<String, @Nullable Object> of(
            FlowPlan plan, ExecutionState state, int ordinal, int batch) {
        return all(plan, state, ordinal, batch, new Outputs(plan, state, ordinal));
    }

    /// The part of what expressions of the flow itself see that is read, copied.
    public static Map<String, @Nullable Object> read(
            FlowPlan plan, ExecutionState state, Reads reads) {
        return of(plan, state, TaskRun.NONE, TaskRun.NONE, reads, Set.of());
    }

    /// The same for people to look at: a mask stands in place of each encrypted text.
    public static Map<String, @Nullable Object> masked(
            FlowPlan plan, ExecutionState state, int ordinal) {
        return new Guarded().of(of(plan, state, ordinal));
    }

    /// The part of [#of(FlowPlan, ExecutionState, int)] that is read, copied.
    ///
    /// @param ownIteration tasks of whose outputs only those of its own values are read
    private static Map<String, @Nullable Object> of(
            FlowPlan plan,
            ExecutionState state,
            int ordinal,
            int batch,
            Reads reads,
            Set<String> ownIteration) {
        var variables = of(plan, state, ordinal, batch);
        var pruned = reads.everything() ? variables : reads.prune(variables);
        var copy = new LinkedHashMap<String, @Nullable Object>();
        pruned.forEach((name, value) -> {
            if (name.equals("outputs")
                    && value instanceof Map<?, ?> outputs
                    && !reads.everything()
                    && !ownIteration.isEmpty()) {
                var values = values(state, ordinal);
                var own = new LinkedHashMap<String, @Nullable Object>();
                outputs.forEach((task, inner) ->
                        own.put(
                                String.valueOf(task),
                                ownIteration.contains(String.valueOf(task))
                                        ? copied(inner, values)
                                        : copied(inner, null)));
                copy.put(name, own);
            } else {
                copy.put(name, copied(value, null));
            }
        });
        return copy;
    }

    /// The values of the loops that a task run is in.
    private static Set<String> values(ExecutionState state, int ordinal) {
        var values = new LinkedHashSet<String>();
        for (int up = ordinal; up != TaskRun.NONE; up = state.taskRun(up).parent()) {
            var value = state.taskRun(up).value();
            if (value != null) {
                values.add(value);
            }
        }
        return values;
    }

    static Job job(FlowPlan plan, ExecutionState state, Command.DispatchTask command) {
        if (command.taskRun() == TaskRun.NONE) {
            return render(
                    command,
                    "outputs",
                    0,
                    TaskRun.NONE,
                    plan.outputs(),
                    plan,
                    state,
                    "TRACE",
                    false,
                    null);
        }
        var run = state.taskRun(command.taskRun());
        var task = plan.task(run.taskId());
        var common = task.definition().common();
        var group = groupOf(plan, task, run);
        int attempt = attemptOf(run);
        var level = common.logLevel().name();
        int batch = ExecutionState.batchOf(run, command.dispatch());
        if (run.phase() == Phase.RENDERING || batch != TaskRun.NONE) {
            return render(
                    command,
                    task.id(),
                    attempt,
                    batch,
                    batch == TaskRun.NONE ? pendingRendering(task, run) : task.input(),
                    plan,
                    state,
                    level,
                    common.logToFile(),
                    group);
        }
        var around = Directories.around(plan, state, run);
        var kind = kindOf(task, run);
        boolean closes = kind == Job.Kind.CLOSE_DIRECTORY;
        if (task.definition() instanceof Task.Loop loop) {
            return new Job(
                    run.ordinal(),
                    task.id(),
                    attempt,
                    command.dispatch(),
                    kind,
                    task.type(),
                    Values.one("each", loop.fetchType() == Task.Loop.FetchType.STORE),
                    Values.one("outputs", Loops.outputs(plan, state, run)),
                    null,
                    level,
                    common.logToFile(),
                    group,
                    null,
                    null);
        }
        return new Job(
                run.ordinal(),
                task.id(),
                attempt,
                command.dispatch(),
                kind,
                task.type(),
                closes ? Values.NONE : propertiesOf(plan, state, run, task),
                closes
                        ? Values.NONE
                        : of(
                                plan,
                                state,
                                run.ordinal(),
                                TaskRun.NONE,
                                task.jobReads(),
                                task.readsOwnIteration()),
                kind == Job.Kind.RUN ? Values.timeout(task, run) : null,
                level,
                common.logToFile(),
                group,
                closes ? directoryOf(run) : around == null ? null : directoryOf(around),
                kind == Job.Kind.RUN && common.cache() != null && common.cache().enabled()
                        ? common.cache()
                        : null);
    }

    /// The group that the task asks for, or the flow; none as long as its key is not rendered.
    private static @Nullable WorkerGroup groupOf(FlowPlan plan, FlowTask task, TaskRun run) {
        var asked = FlowCompiler.workerGroup(plan.flow(), task.definition());
        if (asked == null || !FlowCompiler.isExpression(asked.key())) {
            return asked;
        }
        var key = run.rendered() == null ? null : Values.text(run.rendered().get("workerGroup"));
        return key == null || key.isBlank() ? null : new WorkerGroup(key, asked.fallback());
    }

    private static Job.Kind kindOf(FlowTask task, TaskRun run) {
        if (task.definition() instanceof Task.Loop) {
            return Job.Kind.STORE;
        }
        if (!Directories.isOne(task.definition())) {
            return Job.Kind.RUN;
        }
        return run.cursor() == null ? Job.Kind.OPEN_DIRECTORY : Job.Kind.CLOSE_DIRECTORY;
    }

    private static Job.@Nullable Directory directoryOf(TaskRun run) {
        return run.workerId() == null
                ? null
                : new Job.Directory(run.workerId(), run.ordinal(), run.dispatch());
    }

    private static Map<String, @Nullable Object> propertiesOf(
            FlowPlan plan, ExecutionState state, TaskRun run, FlowTask task) {
        if (task.type().equals(TaskTypes.FOR_EACH_ITEM_MERGE_OUTPUTS)) {
            var items = batchesBefore(plan, state, run);
            return Values.one("taskRun", items == null ? TaskRun.NONE : items.ordinal());
        }
        return task.properties();
    }

    /// The task run that has started a flow for each batch of the file whose outputs this one
    /// merges.
    static @Nullable TaskRun batchesBefore(FlowPlan plan, ExecutionState state, TaskRun run) {
        var parent = plan.task(run.taskId()).parent();
        if (parent == null) {
            return null;
        }
        for (var sibling : parent.lists().main().getOrDefault("", List.of())) {
            if (sibling.definition() instanceof Task.Batches) {
                return state.child(sibling, run.parent(), TaskRun.NONE);
            }
        }
        return null;
    }

    private static Job render(
            Command.DispatchTask command,
            String taskId,
            int attempt,
            int batch,
            Rendering rendering,
            FlowPlan plan,
            ExecutionState state,
            String logLevel,
            boolean logToFile,
            @Nullable WorkerGroup workerGroup) {
        return new Job(
                command.taskRun(),
                taskId,
                attempt,
                command.dispatch(),
                Job.Kind.RENDER,
                "render",
                rendering.source(),
                of(plan, state, command.taskRun(), batch, rendering.reads(), Set.of()),
                null,
                logLevel,
                logToFile,
                workerGroup,
                null,
                null);
    }

    /// What a task run that is being rendered waits for: its condition first, then the rest.
    static Rendering pendingRendering(FlowTask task, TaskRun run) {
        var known = run.rendered();
        if (task.definition() instanceof Task.Loop
                && known != null
                && Beginnings.isFile(known.get("values"))) {
            return task.readLines();
        }
        boolean conditionKnown =
                run.cursor() != null
                        || task.runIf().isEmpty()
                        || (known != null && known.containsKey("runIf"));
        return conditionKnown ? task.input() : task.runIf();
    }

    /// Number of the attempt that runs or comes next, from 0.
    static int attemptOf(TaskRun run) {
        int count = run.attempts().size();
        return count > 0 && run.attempts().getLast().state() == State.RUNNING ? count - 1 : count;
    }

    /// @param batch number of the batch of a file that they are for, or [TaskRun#NONE]
    static Map<String, @Nullable Object> all(
            FlowPlan plan, ExecutionState state, int ordinal, int batch, Outputs outputs) {
        var execution = state.execution();
        var suppliers = new LinkedHashMap<String, Supplier<@Nullable Object>>();
        plan.installation().forEach((name, value) -> suppliers.put(name, () -> value));
        suppliers.put("flow", () -> flow(execution));
        suppliers.put("execution", () -> execution(execution));
        if (!plan.flow().inputs().isEmpty() || !execution.inputs().isEmpty()) {
            suppliers.put("inputs", execution::inputs);
        }
        suppliers.put("outputs", () -> outputs);
        suppliers.put("tasks", () -> tasks(state));
        suppliers.put("labels", () -> nested(execution.labels()));
        var trigger = execution.trigger();
        if (trigger != null) {
            suppliers.put("trigger", () -> trigger(trigger));
            if (trigger.isSchedule()) {
                suppliers.put("schedule", trigger::variables);
            }
        }
        if (!plan.flow().variables().isEmpty() || !execution.variables().isEmpty()) {
            suppliers.put("vars", () -> variables(plan, execution));
        }
        if (ordinal != TaskRun.NONE) {
            var run = state.taskRun(ordinal);
            suppliers.put(
                    "task", () -> map("id", run.taskId(), "type", plan.task(run.taskId()).type()));
            var definition = plan.find(run.taskId());
            boolean inDirectory =
                    definition != null
                            && definition.parent() != null
                            && Directories.isOne(definition.parent().definition());
            suppliers.put("taskrun", () -> taskRun(state, run, batch, inDirectory));
            if (inDirectory) {
                suppliers.put(
                        "workerTaskrun",
                        () -> taskRun(state, state.taskRun(run.parent()), TaskRun.NONE, false));
            }
            var handler = definition == null ? null : handlerAround(definition);
            if (handler != null) {
                suppliers.put("error", () -> error(plan, state, run, handler));
            }
            if (definition != null && definition.inLoop()) {
                var item = Loops.variable(plan, state, run);
                if (item != null) {
                    suppliers.put("item", () -> item);
                }
            }
            if (run.parent() != TaskRun.NONE) {
                var parents = parents(state, run);
                if (!parents.isEmpty()) {
                    suppliers.put("parent", parents::getFirst);
                    suppliers.put("parents", () -> parents);
                }
            }
        }
        return new Lazy(suppliers);
    }

    /// The task of a list `errors` that a task is, or is in; the innermost, if there are several.
    private static @Nullable FlowTask handlerAround(FlowTask task) {
        for (FlowTask at = task; at != null; at = at.parent()) {
            if (at.stage() == Cursor.Stage.ERRORS) {
                return at;
            }
        }
        return null;
    }

    /// What the tasks of a list `errors` run for: the task that failed last, and why.
    private static @Nullable Map<String, @Nullable Object> error(
            FlowPlan plan, ExecutionState state, TaskRun run, FlowTask handler) {
        int owner = TaskRun.NONE;
        for (int at = run.ordinal(); at != TaskRun.NONE; at = state.taskRun(at).parent()) {
            if (state.taskRun(at).taskId().equals(handler.id())) {
                owner = state.taskRun(at).parent();
                break;
            }
        }
        TaskRun failed = null;
        for (var other : state.taskRuns()) {
            if (other.state() == State.FAILED
                    && isBelow(state, other, owner)
                    && !isHandler(plan, other)
                    && (failed == null
                            || isBelow(state, other, failed.ordinal())
                            || (other.history().changedAt().isAfter(failed.history().changedAt())
                                    && !isBelow(state, failed, other.ordinal())))) {
                failed = other;
            }
        }
        if (failed == null) {
            return null;
        }
        var error = map("taskId", failed.taskId());
        error.put("message", failed.error());
        if (failed.value() != null) {
            error.put("value", failed.value());
        }
        return error;
    }

    private static boolean isHandler(FlowPlan plan, TaskRun run) {
        var definition = plan.find(run.taskId());
        return definition != null && handlerAround(definition) != null;
    }

    /// @param above [TaskRun#NONE]: the flow itself
    private static boolean isBelow(ExecutionState state, TaskRun run, int above) {
        int at = run.parent();
        while (at != above && at != TaskRun.NONE) {
            at = state.taskRun(at).parent();
        }
        return at == above;
    }

    /// The state of each task that has a task run, in loops by the value of the iteration.
    @SuppressWarnings("unchecked") // only maps of this shape are put in
    private static Map<String, @Nullable Object> tasks(ExecutionState state) {
        var tasks = new LinkedHashMap<String, @Nullable Object>();
        for (var run : state.taskRuns()) {
            var seen = map("state", run.state().name());
            if (run.value() == null) {
                tasks.put(run.taskId(), seen);
            } else {
                var byValue =
                        (Map<String, @Nullable Object>)
                                tasks.computeIfAbsent(
                                        run.taskId(),
                                        _ -> new LinkedHashMap<String, @Nullable Object>());
                if (byValue != null) {
                    byValue.put(run.value(), seen);
                }
            }
        }
        return tasks;
    }

    private static Map<String, @Nullable Object> trigger(Trigger trigger) {
        return new Unprinted(
                trigger.variables(), "_context", map("id", trigger.id(), "type", trigger.type()));
    }

    private static Map<String, @Nullable Object> flow(Execution execution) {
        return map(
                "id", execution.flowId(),
                "namespace", execution.namespace(),
                "revision", execution.revision(),
                "tenantId", execution.tenant());
    }

    private static Map<String, @Nullable Object> execution(Execution execution) {
        var map =
                map(
                        "id", execution.id(),
                        "startDate", execution.history().startedAt(),
                        "originalId", execution.originalId(),
                        "state", execution.state().name());
        if (execution.state().isTerminal()) {
            map.put("endDate", execution.history().changedAt());
        }
        map.put("attempt", execution.attempt());
        map.put("outputs", execution.outputs());
        return map;
    }

    /// @param inDirectory whether it is in a working directory: its value is that of the directory
    private static Map<String, @Nullable Object> taskRun(
            ExecutionState state, TaskRun run, int batch, boolean inDirectory) {
        var execution = state.execution();
        var map =
                map(
                        "id", execution.id() + "-" + run.ordinal(),
                        "startDate", run.history().startedAt(),
                        "attemptsCount", attemptOf(run));
        if (run.parent() != TaskRun.NONE) {
            map.put("parentId", execution.id() + "-" + run.parent());
        }
        var valued = inDirectory ? state.taskRun(run.parent()) : run;
        if (valued.value() != null) {
            map.put("value", valued.value());
            map.put("iteration", valued.iteration());
        }
        if (batch != TaskRun.NONE && run.batches() != null) {
            map.put("items", run.batches().uriOf(batch));
            map.put("iteration", batch);
        }
        return map;
    }

    /// Of each flowable around it that has a value or outputs, nearest first: these and its id.
    private static List<Map<String, @Nullable Object>> parents(ExecutionState state, TaskRun run) {
        var all = new ArrayList<Map<String, @Nullable Object>>();
        for (int up = run.parent(); up != TaskRun.NONE; ) {
            var above = state.taskRun(up);
            var known = new LinkedHashMap<String, @Nullable Object>();
            if (above.value() != null) {
                known.put("taskrun", map("value", above.value()));
            }
            if (!above.outputs().isEmpty()) {
                known.put("outputs", above.outputs());
            }
            if (!known.isEmpty()) {
                all.add(new Unprinted(known, "task", map("id", above.taskId())));
            }
            up = above.parent();
        }
        return all;
    }

    /// A map with an entry that is found by those who ask for it, but isn't printed: flows of old
    /// print a whole `parent` or `trigger`, and compare it.
    private static final class Unprinted extends AbstractMap<String, @Nullable Object> {
        private final Map<String, @Nullable Object> printed;
        private final String name;
        private final Map<String, @Nullable Object> value;

        Unprinted(
                Map<String, @Nullable Object> printed,
                String name,
                Map<String, @Nullable Object> value) {
            this.printed = printed;
            this.name = name;
            this.value = value;
        }

        @Override
        public boolean containsKey(@Nullable Object key) {
            return name.equals(key) || printed.containsKey(key);
        }

        @Override
        public @Nullable Object get(@Nullable Object key) {
            return name.equals(key) ? value : printed.get(key);
        }

        @Override
        public Set<Entry<String, @Nullable Object>> entrySet() {
            return printed.entrySet();
        }
    }

    private static Map<String, @Nullable Object> variables(FlowPlan plan, Execution execution) {
        if (execution.variables().isEmpty()) {
            return plan.flow().variables();
        }
        var merged = new LinkedHashMap<String, @Nullable Object>(plan.flow().variables());
        merged.putAll(execution.variables());
        merged.values().removeIf(Values.UNSET::equals);
        return merged;
    }

    /// Labels as a tree: `system.correlationId` lies in `system`.
    @SuppressWarnings("unchecked") // only maps of this shape are put in
    private static Map<String, @Nullable Object> nested(Map<String, String> labels) {
        var root = new LinkedHashMap<String, @Nullable Object>();
        labels.forEach((key, value) -> {
            var node = root;
            var parts = key.split("\\.", -1);
            for (int i = 0; i < parts.length - 1; i++) {
                if (!(node.get(parts[i]) instanceof Map<?, ?>)) {
                    node.put(parts[i], new LinkedHashMap<String, @Nullable Object>());
                }
                node = (LinkedHashMap<String, @Nullable Object>) node.get(parts[i]);
                if (node == null) {
                    return;
                }
            }
            node.put(parts[parts.length - 1], value);
        });
        return root;
    }

    private static Map<String, @Nullable Object> map(Object... keysAndValues) {
        var map = new LinkedHashMap<String, @Nullable Object>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }

    /// The same without anything that is found only when asked for.
    ///
    /// @param values iterations of loops to keep; absent for all
    private static @Nullable Object copied(@Nullable Object value, @Nullable Set<String> values) {
        var copy = new LinkedHashMap<String, @Nullable Object>();
        switch (value) {
            case Outputs.ByValue loop when values != null -> {
                for (var iteration : values) {
                    if (loop.containsKey(iteration)) {
                        copy.put(iteration, copied(loop.get(iteration), values));
                    }
                }
            }
            case Outputs.ByValue loop -> loop.forEach((k, v) -> copy.put(k, copied(v, null)));
            case Outputs outputs -> outputs.forEach((k, v) -> copy.put(k, copied(v, values)));
            case LinkedHashMap<?, ?> map ->
                    map.forEach((k, v) -> copy.put(String.valueOf(k), copied(v, values)));
            case null, default -> {
                return value;
            }
        }
        return copy;
    }

    /// A map whose values are found when asked for.
    static final class Lazy extends AbstractMap<String, @Nullable Object> {
        private final Map<String, Supplier<@Nullable Object>> suppliers;

        Lazy(Map<String, Supplier<@Nullable Object>> suppliers) {
            this.suppliers = suppliers;
        }

        @Override
        public boolean containsKey(@Nullable Object key) {
            return suppliers.containsKey(key);
        }

        @Override
        public @Nullable Object get(@Nullable Object key) {
            var supplier = suppliers.get(key);
            return supplier == null ? null : supplier.get();
        }

        @Override
        public Set<Entry<String, @Nullable Object>> entrySet() {
            return new AbstractSet<>() {
                @Override
                public Iterator<Entry<String, @Nullable Object>> iterator() {
                    var names = suppliers.keySet().iterator();
                    return new Iterator<>() {
                        @Override
                        public boolean hasNext() {
                            return names.hasNext();
                        }

                        @Override
                        public Entry<String, @Nullable Object> next() {
                            var name = names.next();
                            return new SimpleImmutableEntry<>(name, get(name));
                        }
                    };
                }

                @Override
                public int size() {
                    return suppliers.size();
                }
            };
        }
    }
}
