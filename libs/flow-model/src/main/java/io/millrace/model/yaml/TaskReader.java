// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import static io.millrace.model.TaskTypes.*;

import io.millrace.model.DurationValue;
import io.millrace.model.LogLevel;
import io.millrace.model.Task;
import io.millrace.model.Task.Handlers;
import io.millrace.model.TaskCommon;
import io.millrace.model.WorkerGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads tasks, nested ones too, and remembers their ids.
final class TaskReader {
    static final Pattern ID = Pattern.compile("^[a-zA-Z0-9][a-zA-Z0-9_-]*");

    /// Name under which a form brings along what whoever decides an approval says.
    private static final String COMMENT = "comment";

    static final String[] COMMON = {
        "id",
        "type",
        "version",
        "description",
        "disabled",
        "runIf",
        "when",
        "allowFailure",
        "allowWarning",
        "retry",
        "timeout",
        "logLevel",
        "logToFile",
        "workerGroup",
        "workerSelector",
        "taskCache",
        "assets"
    };

    private final TypeCatalog catalog;
    private final ParserLimits limits;
    private final FlowReader.Defaults defaults;
    private final InputReader inputs;
    private final TemplateSource templates;
    private final Owner owner;
    private final List<Seen> seen = new ArrayList<>();

    /// The flow that the tasks are of; of a task alone there is none.
    record Owner(String namespace, String id) {
        static final Owner NONE = new Owner("", "");
    }

    private record Seen(String id, String path, Position position) {}

    TaskReader(
            TypeCatalog catalog,
            ParserLimits limits,
            FlowReader.Defaults defaults,
            InputReader inputs,
            TemplateSource templates,
            Owner owner) {
        this.catalog = catalog;
        this.limits = limits;
        this.defaults = defaults;
        this.inputs = inputs;
        this.templates = templates;
        this.owner = owner;
    }

    List<Task> optional(Fields owner, String key) {
        var tasks = new ArrayList<Task>();
        for (var fields : owner.maps(key)) {
            var task = read(fields);
            if (task != null) {
                tasks.add(task);
            }
        }
        return tasks;
    }

    List<Task> required(Fields owner, String key) {
        if (owner.get(key) == null
                || (owner.get(key) instanceof YamlNode.Sequence list && list.items().isEmpty())) {
            owner.problem(key, "must not be empty");
        }
        return optional(owner, key);
    }

    /// One problem for all ids that are there twice, where the first of them is there again.
    void reportDuplicates(Problems problems) {
        var ids = new HashSet<String>();
        var twice = new LinkedHashMap<String, Seen>();
        for (var task : seen) {
            if (!ids.add(task.id)) {
                twice.putIfAbsent(task.id, task);
            }
        }
        if (!twice.isEmpty()) {
            var first = twice.values().iterator().next();
            problems.add(
                    first.path,
                    first.position,
                    "Duplicate task id with name [" + String.join(", ", twice.keySet()) + "]");
        }
    }

    @Nullable Task read(Fields written) {
        if (seen.size() == limits.maxTasks()) {
            written.problems()
                    .add(
                            written.path(),
                            written.position(),
                            "Expected at most " + limits.maxTasks() + " tasks");
            return null;
        }
        var id = written.requiredText("id", ID, 256);
        seen.add(new Seen(id, written.path("id"), written.position("id")));
        var name = written.requiredText("type");
        if (name.isEmpty()) {
            return null;
        }
        var known = catalog.find(name);
        var type = known.map(PluginType::name).orElseGet(() -> canonical(name));
        boolean isTask = known.isEmpty() || known.get().kind() == PluginType.Kind.TASK;
        if (!isTask || (known.isEmpty() && catalog.closed())) {
            written.problem(
                    "type",
                    "Invalid type: "
                            + Fields.clip(name)
                            + Names.didYouMean(type, catalog.names(PluginType.Kind.TASK)));
            return null;
        }
        catalog.rules().refusal(type).ifPresent(why -> written.problem("type", why));
        var fields = defaults.apply(type, name, known.orElse(null), written);
        checkRunner(fields);
        var task = task(fields, common(fields, id, type), known.orElse(null));
        fields.done(type);
        return task;
    }

    private void checkRunner(Fields task) {
        if (!catalog.rules().levels().isEmpty()
                && task.get("taskRunner") instanceof YamlNode.Mapping runner
                && runner.get("type") instanceof YamlNode.Scalar type) {
            catalog.rules()
                    .refusalOfPart(type.text())
                    .ifPresent(why ->
                            task.problems()
                                    .add(task.path("taskRunner") + ".type", type.position(), why));
        }
    }

    private Task task(Fields task, TaskCommon common, @Nullable PluginType known) {
        return switch (common.type()) {
            case SEQUENTIAL -> new Task.Sequential(common, required(task, "tasks"), handlers(task));
            case PARALLEL ->
                    new Task.Parallel(
                            common,
                            task.integer("concurrent", 0, 0),
                            required(task, "tasks"),
                            handlers(task));
            case DAG ->
                    new Task.Dag(
                            common, task.integer("concurrent", 0, 0), nodes(task), handlers(task));
            case IF ->
                    new Task.If(
                            common,
                            task.requiredText("condition"),
                            required(task, "then"),
                            optional(task, "else"),
                            handlers(task));
            case SWITCH -> choose(task, common);
            case FOR_EACH ->
                    new Task.ForEach(
                            common,
                            values(task, "values"),
                            task.integer("concurrencyLimit", 0, 1),
                            required(task, "tasks"),
                            handlers(task));
            case EACH_SEQUENTIAL ->
                    new Task.EachSequential(
                            common, values(task, "value"), required(task, "tasks"), handlers(task));
            case EACH_PARALLEL ->
                    new Task.EachParallel(
                            common,
                            values(task, "value"),
                            task.integer("concurrent", 0, 0),
                            required(task, "tasks"),
                            handlers(task));
            case LOOP ->
                    new Task.Loop(
                            common,
                            values(task, "values"),
                            task.integer("concurrencyLimit", 0, 0),
                            task.flag("transmitFailed", true),
                            FlowReader.outputs(task),
                            task.choice(
                                    "fetchType",
                                    Task.Loop.FetchType.class,
                                    Task.Loop.FetchType.AUTO),
                            task.text("breakWhen"),
                            required(task, "tasks"),
                            null,
                            handlers(task));
            case ROLLOUT -> rollout(task, common);
            case ALLOW_FAILURE ->
                    new Task.AllowFailure(common, required(task, "tasks"), handlers(task));
            case PAUSE -> pause(task, common);
            case APPROVAL -> approval(task, common);
            case LOOP_UNTIL ->
                    new Task.LoopUntil(
                            common,
                            task.requiredText("condition"),
                            task.flag("failOnMaxReached", false),
                            frequency(task.fields("checkFrequency")),
                            required(task, "tasks"),
                            handlers(task));
            case WORKING_DIRECTORY -> workingDirectory(task, common);
            case SUBFLOW -> new Task.Subflow(common, call(task), task.map("outputs"));
            case FOR_EACH_ITEM ->
                    new Task.ForEachItem(
                            common,
                            task.requiredText("items"),
                            batch(task.fields("batch")),
                            call(task),
                            handlers(task));
            case TEMPLATE -> template(task, common);
            default -> new Task.PluginTask(common, properties(task, known));
        };
    }

    private Task rollout(Fields task, TaskCommon common) {
        var tasks = required(task, "tasks");
        var lockWait = task.durationValue("lockWait");
        return new Task.Loop(
                common,
                values(task, "targets"),
                task.integer("concurrencyLimit", 0, 0),
                true,
                FlowReader.outputs(task),
                task.choice("fetchType", Task.Loop.FetchType.class, Task.Loop.FetchType.AUTO),
                null,
                tasks,
                new Task.Loop.Rollout(
                        task.has("waves") ? values(task, "waves") : List.of("100%"),
                        task.has("maxFailures") ? values(task, "maxFailures") : "0",
                        task.choice("lock", Task.Loop.LockScope.class, Task.Loop.LockScope.TENANT),
                        lockWait == null
                                ? new DurationValue.Literal(Duration.ofHours(1))
                                : lockWait,
                        optional(task, "healthCheck")),
                handlers(task));
    }

    private static TaskCommon common(Fields task, String id, String type) {
        task.ignore(COMMON);
        return new TaskCommon(
                id,
                type,
                task.text("description"),
                task.flag("disabled", false),
                task.text(task.anyOf("when", "runIf")),
                task.flag("allowFailure", false),
                task.flag("allowWarning", false),
                RetryReader.read(task.fields("retry")),
                task.durationValue("timeout"),
                task.choice("logLevel", LogLevel.class, LogLevel.TRACE),
                task.flag("logToFile", false),
                workerGroup(task),
                cache(task.fields("taskCache")));
    }

    /// `workerGroup`, or what Kestra 2 says in its place: `workerSelector`, whose first tag is the
    /// name of the group.
    static @Nullable WorkerGroup workerGroup(Fields owner) {
        var group = owner.fields("workerGroup");
        var selector = owner.fields("workerSelector");
        if (group != null) {
            var read = new WorkerGroup(group.requiredText("key"), fallback(group));
            group.done("a worker group");
            return read;
        }
        if (selector == null) {
            return null;
        }
        var tags = selector.texts("tags");
        selector.ignore("match", "matchMode");
        var fallback = fallback(selector);
        selector.done("a worker selector");
        if (tags.isEmpty()) {
            selector.problem("tags", "must not be empty");
            return null;
        }
        return new WorkerGroup(tags.getFirst(), fallback);
    }

    private static WorkerGroup.Fallback fallback(Fields group) {
        return group.choice("fallback", WorkerGroup.Fallback.class, WorkerGroup.Fallback.WAIT);
    }

    private static TaskCommon.@Nullable Cache cache(@Nullable Fields cache) {
        if (cache == null) {
            return null;
        }
        cache.required("enabled");
        var read = new TaskCommon.Cache(cache.flag("enabled", false), cache.duration("ttl"));
        cache.done("a task cache");
        return read;
    }

    private Handlers handlers(Fields task) {
        return new Handlers(optional(task, "errors"), optional(task, "finally"));
    }

    private static Object values(Fields task, String key) {
        task.required(key);
        if (task.get(key) instanceof YamlNode.Scalar scalar) {
            return scalar.text();
        }
        var tree = task.tree(key);
        return tree == null ? List.of() : tree;
    }

    private Task choose(Fields task, TaskCommon common) {
        var value = task.requiredText("value");
        var cases = new LinkedHashMap<String, List<Task>>();
        var branches = task.fields("cases");
        if (branches != null) {
            for (var branch : branches.node().entries().keySet()) {
                cases.put(branch, optional(branches, branch));
            }
        }
        var defaults = optional(task, "defaults");
        if (defaults.isEmpty() && cases.values().stream().allMatch(List::isEmpty)) {
            boolean nothingWritten =
                    !task.has("defaults")
                            && (branches == null || branches.node().entries().isEmpty());
            if (nothingWritten || task.problems().isEmpty()) {
                task.problem("cases", "No task defined, neither cases or default have any tasks");
            }
        }
        return new Task.Switch(common, value, cases, defaults, handlers(task));
    }

    private List<Task.Dag.Node> nodes(Fields dag) {
        if (!dag.has("tasks") || dag.maps("tasks").isEmpty()) {
            dag.problem("tasks", "must not be empty");
        }
        var nodes = new ArrayList<Task.Dag.Node>();
        for (var node : dag.maps("tasks")) {
            var fields = node.fields("task");
            var dependsOn = node.texts("dependsOn");
            if (fields == null) {
                node.problem("task", "must not be null");
            } else {
                var task = read(fields);
                if (task != null) {
                    nodes.add(new Task.Dag.Node(task, dependsOn));
                }
            }
            node.done("a task of a Dag");
        }
        checkDependencies(dag, nodes);
        return nodes;
    }

    private static void checkDependencies(Fields dag, List<Task.Dag.Node> nodes) {
        var dependencies = new LinkedHashMap<String, List<String>>();
        nodes.forEach(node -> dependencies.put(node.task().id(), node.dependsOn()));
        var missing = new LinkedHashSet<String>();
        nodes.forEach(node -> missing.addAll(node.dependsOn()));
        missing.removeAll(dependencies.keySet());
        if (!missing.isEmpty() && nodes.size() == dag.maps("tasks").size()) {
            var first = missing.iterator().next();
            var owner = dependent(dag, first);
            owner.problems()
                    .add(
                            owner.path("dependsOn"),
                            owner.itemPosition("dependsOn", first),
                            "Not existing task id in dependency: %s%s"
                                    .formatted(
                                            String.join(", ", missing),
                                            Names.didYouMean(first, dependencies.keySet())));
        }
        var cyclic = Cycles.of(dependencies);
        if (!cyclic.isEmpty()) {
            dag.problem("tasks", "Cyclic dependency detected: " + String.join(", ", cyclic));
        }
    }

    /// The entry of a Dag that names a task as its dependency.
    private static Fields dependent(Fields dag, String id) {
        return dag.maps("tasks").stream()
                .filter(node -> node.texts("dependsOn").contains(id))
                .findFirst()
                .orElse(dag);
    }

    private Task template(Fields task, TaskCommon common) {
        var namespace = task.requiredText("namespace");
        var id = task.requiredText("templateId");
        var args = task.map("args");
        var own = handlers(task);
        var source = templates.find(namespace, id);
        if (source.isEmpty()) {
            return new Task.Template(common, namespace, id, args, false, List.of(), own);
        }
        var read = new YamlReader(limits, task.problems()).read(source.get());
        if (read.isEmpty() || !(read.get() instanceof YamlNode.Mapping template)) {
            return new Task.Template(common, namespace, id, args, false, List.of(), own);
        }
        var fields = new Fields(task.problems(), task.path(), template);
        var errors = optional(fields, "errors");
        return new Task.Template(
                common,
                namespace,
                id,
                args,
                true,
                required(fields, "tasks"),
                new Handlers(errors.isEmpty() ? own.errors() : errors, own.finallyTasks()));
    }

    private Task pause(Fields task, TaskCommon common) {
        var onPause = task.fields("onPause");
        var approvers = approvers(task);
        var length = task.durationValue(task.anyOf("pauseDuration", "delay"));
        var behavior =
                choice(
                        task,
                        "behavior",
                        Task.Pause.Behavior.class,
                        task.has("assignment") ? "FAIL" : "RESUME");
        boolean goesOn = !behavior.equals("FAIL") && !behavior.equals("CANCEL");
        if (approvers != null && length != null && goesOn) {
            task.problem("behavior", "must be FAIL or CANCEL: time gives no approval");
        }
        return new Task.Pause(
                common,
                length,
                behavior,
                inputs.inputs(task, "onResume"),
                onPause == null ? null : read(onPause),
                approvers,
                optional(task, "tasks"),
                handlers(task));
    }

    private Task approval(Fields task, TaskCommon common) {
        var asked = inputs.inputs(task, "inputs");
        task.maps("inputs").stream()
                .filter(input -> COMMENT.equals(input.text("id")))
                .forEach(input ->
                        input.problem(
                                "id",
                                "must not be `comment`: whoever decides says his comment by that"));
        var decisions = task.fields("decisions");
        var approve = decisions == null ? "Approve" : decisions.text("approve", "Approve");
        var deny = decisions == null ? "Deny" : decisions.text("deny", "Deny");
        if (decisions != null) {
            decisions.done("the decisions");
        }
        var behaviors = new EnumMap<Task.Approval.Decision, String>(Task.Approval.Decision.class);
        behaviors.put(
                Task.Approval.Decision.APPROVED, behavior(task, "approveBehavior", "CONTINUE"));
        behaviors.put(Task.Approval.Decision.DENIED, behavior(task, "denyBehavior", "CANCEL"));
        var expired = behavior(task, "expireBehavior", "CANCEL");
        behaviors.put(Task.Approval.Decision.EXPIRED, expired);
        var approvers = approvers(task);
        if (approvers != null && (expired.equals("CONTINUE") || expired.equals("WARN"))) {
            task.problem("expireBehavior", "must end the execution: time gives no approval");
        }
        return new Task.Approval(
                common,
                asked,
                new Task.Approval.Decisions(approve, deny),
                choice(task, "commentRequired", Task.Approval.CommentRequired.class, "NEVER"),
                automatic(task),
                behaviors,
                optional(task, "onWait"),
                optional(task, "onApprove"),
                optional(task, "onDeny"),
                approvers,
                handlers(task));
    }

    private static String automatic(Fields task) {
        var text = task.text("autoApprove", "");
        return Fields.holdsExpression(text)
                ? text
                : String.valueOf(task.flag("autoApprove", false));
    }

    private static String behavior(Fields task, String key, String otherwise) {
        return choice(task, key, Task.Approval.Behavior.class, otherwise);
    }

    /// One of the constants, or an expression.
    private static <E extends Enum<E>> String choice(
            Fields task, String key, Class<E> type, String otherwise) {
        var text = task.text(key, otherwise);
        return Fields.holdsExpression(text)
                ? text
                : task.choice(key, type, Enum.valueOf(type, otherwise)).name();
    }

    /// Who has to end what waits for a person.
    private static Task.@Nullable Approvers approvers(Fields task) {
        var assignment = task.fields("assignment");
        return assignment == null ? approval(task.fields("approval")) : assigned(assignment);
    }

    private static Task.@Nullable Approvers approval(@Nullable Fields fields) {
        if (fields == null) {
            return null;
        }
        var approvers =
                new Task.Approvers(
                        fields.texts("groups"), fields.texts("users"), fields.flag("other", true));
        if (!approvers.other() && approvers.groups().isEmpty() && approvers.users().isEmpty()) {
            fields.problem("other", "must be true where neither groups nor users are given");
        }
        fields.done("approval");
        return approvers;
    }

    /// As Kestra says who has to end it.
    private static Task.Approvers assigned(Fields fields) {
        var approvers = new Task.Approvers(fields.texts("groups"), fields.texts("users"), false);
        if (approvers.groups().isEmpty() && approvers.users().isEmpty()) {
            fields.problem("users", "must not be empty where no groups are given");
        }
        fields.done("an assignment");
        return approvers;
    }

    private static Task.LoopUntil.CheckFrequency frequency(@Nullable Fields fields) {
        var hour = new DurationValue.Literal(Duration.ofHours(1));
        var second = new DurationValue.Literal(Duration.ofSeconds(1));
        if (fields == null) {
            return new Task.LoopUntil.CheckFrequency(100, hour, second);
        }
        var iterations = fields.tree("maxIterations");
        if (iterations instanceof Number number && number.longValue() < 1) {
            fields.problem("maxIterations", "must be greater than 0");
        }
        var maxDuration = fields.durationValue("maxDuration");
        var interval = fields.durationValue("interval");
        fields.done("a check frequency");
        return new Task.LoopUntil.CheckFrequency(
                iterations == null ? 100 : iterations,
                maxDuration == null ? hour : maxDuration,
                interval == null ? second : interval);
    }

    private Task workingDirectory(Fields task, TaskCommon common) {
        if (!(task.get("tasks") instanceof YamlNode.Sequence list) || list.items().isEmpty()) {
            task.problem("tasks", "The 'tasks' property cannot be empty");
        }
        var tasks = optional(task, "tasks");
        if (!tasks.stream().allMatch(Task.PluginTask.class::isInstance)) {
            task.problem(
                    "tasks",
                    "Only runnable tasks are allowed as children of a WorkingDirectory task");
        }
        if (tasks.stream().anyMatch(child -> child.common().workerGroup() != null)) {
            task.problem(
                    "tasks",
                    "Cannot set a Worker Group in any WorkingDirectory sub-tasks, it is only"
                            + " supported at the WorkingDirectory level");
        }
        return new Task.WorkingDirectory(
                common,
                task.tree("inputFiles"),
                task.texts("outputFiles"),
                task.map("namespaceFiles"),
                task.map("cache"),
                tasks,
                handlers(task));
    }

    private Task.Call call(Fields task) {
        var labels = new LinkedHashMap<String, @Nullable Object>();
        task.labelNodes("labels")
                .forEach((name, entry) -> {
                    if (entry.value() instanceof YamlNode.Scalar scalar) {
                        labels.put(name, scalar.text());
                    } else {
                        task.problem("labels", "Expected text as value of label `" + name + "`");
                    }
                });
        var namespace = task.requiredText("namespace");
        var flowId = task.requiredText("flowId");
        if (owner.namespace().equals(namespace) && owner.id().equals(flowId)) {
            task.problem(
                    "flowId",
                    "Invalid Flow: Recursive call to flow [%s.%s]".formatted(namespace, flowId));
        }
        return new Task.Call(
                namespace,
                flowId,
                task.integer("revision"),
                task.map("inputs"),
                labels,
                task.flag("wait", true),
                task.flag("transmitFailed", true),
                task.flag("inheritLabels", false),
                task.text(task.anyOf("scheduleDate", "scheduleOn")),
                task.choice(
                        "restartBehavior",
                        Task.Call.RestartBehavior.class,
                        Task.Call.RestartBehavior.RETRY_FAILED));
    }

    private static Task.ForEachItem.Batch batch(@Nullable Fields fields) {
        if (fields == null) {
            return new Task.ForEachItem.Batch(1, null, null, "\n", null);
        }
        var rows = fields.tree("rows");
        var partitions = fields.tree("partitions");
        var bytes = fields.text("bytes");
        var separator = fields.text("separator", "\n");
        var pattern = fields.text("regexPattern");
        fields.done("a batch");
        boolean nothingSaid =
                rows == null && partitions == null && bytes == null && pattern == null;
        return new Task.ForEachItem.Batch(
                nothingSaid ? (Integer) 1 : rows, partitions, bytes, separator, pattern);
    }

    /// What a plugin takes. Scalars of text properties stay as they are written (`1.10`, `0123`).
    static Map<String, @Nullable Object> properties(Fields fields, @Nullable PluginType known) {
        var properties = new LinkedHashMap<String, @Nullable Object>();
        if (known == null || known.open()) {
            fields.others().forEach((key, entry) -> properties.put(key, entry.value().tree()));
            return properties;
        }
        fields.ignore(known.properties().keySet().toArray(String[]::new));
        for (var key : fields.node().entries().keySet()) {
            var property = known.properties().get(key);
            if (property != null) {
                properties.put(key, property(fields, key, property));
            }
        }
        known.properties()
                .forEach((key, property) -> {
                    if (property.required()) {
                        fields.required(key);
                    }
                });
        return properties;
    }

    private static @Nullable Object property(
            Fields fields, String key, PluginType.Property property) {
        var node = fields.get(key);
        if (node == null) {
            return null;
        }
        if (node instanceof YamlNode.Scalar scalar && Fields.holdsExpression(scalar.text())) {
            return scalar.text();
        }
        return switch (property.shape()) {
            case ANY -> node.tree();
            case TEXT -> fields.choice(key, property.choices());
            case FLAG -> fields.flag(key, false);
            case NUMBER -> {
                double _ = fields.number(key, 0);
                yield node.tree();
            }
            case DURATION -> {
                fields.durationValue(key);
                yield fields.text(key);
            }
            case LIST -> {
                if (node instanceof YamlNode.Mapping) {
                    fields.problem(key, "Expected a list but got " + node.kind());
                }
                yield node.tree();
            }
            case MAP -> {
                if (node instanceof YamlNode.Sequence) {
                    fields.problem(key, "Expected a map but got " + node.kind());
                }
                yield node.tree();
            }
        };
    }
}
