// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import io.millrace.model.Flow;
import io.millrace.model.Flow.Check;
import io.millrace.model.Flow.Concurrency;
import io.millrace.model.Flow.FlowOutput;
import io.millrace.model.Flow.Listener;
import io.millrace.model.Flow.PluginDefault;
import io.millrace.model.Flow.Sla;
import io.millrace.model.Input;
import io.millrace.model.TaskTypes;
import io.millrace.model.Trigger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads the properties of a flow itself and checks what holds over all of it.
final class FlowReader {
    static final Pattern FLOW_ID = Pattern.compile("^[a-zA-Z0-9][a-zA-Z0-9._-]*");
    static final Pattern NAMESPACE = Pattern.compile("^[a-z0-9][a-z0-9._-]*");
    private static final String SYSTEM_LABEL = "system.";
    private static final String READ_ONLY_LABEL = "system.readOnly";

    private final TypeCatalog catalog;
    private final ParserLimits limits;
    private final Problems problems;
    private final TemplateSource templates;

    FlowReader(
            TypeCatalog catalog, ParserLimits limits, Problems problems, TemplateSource templates) {
        this.catalog = catalog;
        this.limits = limits;
        this.problems = problems;
        this.templates = templates;
    }

    /// The flow; of no use if there were problems.
    Flow read(Fields flow, List<PluginDefault> inherited) {
        flow.ignore("tenantId", "deleted", "source", "updated", "created");
        var id = flow.requiredText("id", FLOW_ID, 100);
        var namespace = flow.requiredText("namespace", NAMESPACE, 150);
        var defaults = pluginDefaults(flow);
        var merged = new Defaults(defaults, inherited);
        var inputReader = new InputReader();
        var tasks =
                new TaskReader(
                        catalog,
                        limits,
                        merged,
                        inputReader,
                        templates,
                        new TaskReader.Owner(namespace, id));
        var triggers = new TriggerReader(catalog, merged, this);
        if (!flow.has("tasks")) {
            flow.problem("tasks", "must not be empty");
        }
        var read =
                new Flow(
                        namespace,
                        id,
                        revision(flow),
                        flow.text("description"),
                        labels(flow, "labels"),
                        inputReader.inputs(flow, "inputs"),
                        flow.map("variables"),
                        tasks.required(flow, "tasks"),
                        tasks.optional(flow, "errors"),
                        tasks.optional(flow, "finally"),
                        tasks.optional(flow, "afterExecution"),
                        listeners(flow, tasks, triggers),
                        triggers(flow, triggers),
                        defaults,
                        concurrency(flow.fields("concurrency")),
                        outputs(flow),
                        RetryReader.read(flow.fields("retry")),
                        slas(flow),
                        checks(flow),
                        flow.flag("disabled", false),
                        TaskReader.workerGroup(flow));
        tasks.reportDuplicates(problems);
        checkScheduled(flow, read);
        flow.done("a flow");
        return read;
    }

    /// What schedules give for inputs.
    private static void checkScheduled(Fields flow, Flow read) {
        for (var trigger : flow.maps("triggers")) {
            var type = TaskTypes.canonical(trigger.text("type", ""));
            var given = trigger.fields("inputs");
            if (given == null || !type.equals(TaskTypes.CORE + "trigger.Schedule")) {
                continue;
            }
            for (var input : read.inputs()) {
                LiteralDefaults.fault(input, given.tree(input.id()))
                        .ifPresent(why ->
                                given.problem(
                                        input.id(),
                                        "Invalid value for input '%s' supplied by Schedule Trigger"
                                                        .formatted(input.id())
                                                + " '%s': %s"
                                                        .formatted(trigger.text("id", ""), why)));
            }
        }
    }

    private static @Nullable Integer revision(Fields flow) {
        var revision = flow.integer("revision");
        if (revision != null && revision < 1) {
            flow.problem("revision", "must be greater than or equal to 1");
        }
        return revision;
    }

    /// Labels that a user may set.
    Map<String, String> labels(Fields owner, String key) {
        var labels = owner.labels(key);
        owner.labelNodes(key)
                .forEach((name, entry) -> {
                    if (name.isEmpty()) {
                        problems.add(owner.path(key), entry.key(), "key: must not be empty");
                    }
                    if (name.startsWith(SYSTEM_LABEL) && !name.equals(READ_ONLY_LABEL)) {
                        problems.add(
                                owner.path(key),
                                entry.key(),
                                "System labels can only be set by Millrace itself,"
                                        + " offending label: %s=%s"
                                                .formatted(name, labels.get(name)));
                    }
                });
        return labels;
    }

    private List<PluginDefault> pluginDefaults(Fields flow) {
        var all = new ArrayList<PluginDefault>();
        for (var key : List.of("pluginDefaults", "taskDefaults")) {
            for (var entry : flow.maps(key)) {
                var type = entry.requiredText("type");
                var values = entry.fields("values");
                if (values == null) {
                    entry.problem("values", "must not be null");
                } else {
                    catalog.find(type).ifPresent(known -> checkDefaults(known, values));
                    for (var name : values.node().entries().keySet()) {
                        if (values.get(name) == null) {
                            values.problem(name, "must not be null");
                        }
                    }
                }
                all.add(
                        new PluginDefault(
                                catalog.find(type)
                                        .map(PluginType::name)
                                        .orElseGet(() -> TaskTypes.canonical(type)),
                                entry.flag("forced", false),
                                entry.map("values")));
                entry.done("a plugin default");
            }
        }
        return all;
    }

    private static void checkDefaults(PluginType type, Fields values) {
        if (type.open()) {
            return;
        }
        values.ignore(type.properties().keySet().toArray(String[]::new));
        values.ignore(
                type.kind() == PluginType.Kind.TASK ? TaskReader.COMMON : TriggerReader.COMMON);
        values.ignore("errors", "finally");
        values.done(type.name());
    }

    private List<Listener> listeners(Fields flow, TaskReader tasks, TriggerReader triggers) {
        var listeners = new ArrayList<Listener>();
        for (var listener : flow.maps("listeners")) {
            listeners.add(
                    new Listener(
                            listener.text("description"),
                            triggers.conditions(listener, "conditions"),
                            tasks.required(listener, "tasks")));
            listener.done("a listener");
        }
        return listeners;
    }

    private List<Trigger> triggers(Fields flow, TriggerReader reader) {
        var triggers = new ArrayList<Trigger>();
        for (var fields : flow.maps("triggers")) {
            var trigger = reader.read(fields);
            if (trigger != null) {
                triggers.add(trigger);
            }
        }
        reportDuplicates(flow, "triggers", "trigger id", triggers, Trigger::id);
        var twice = twice(triggers, FlowReader::preconditions);
        if (!twice.isEmpty()) {
            flow.problem(
                    "triggers",
                    "Duplicate preconditions with id [" + String.join(", ", twice) + "]");
        }
        return triggers;
    }

    /// The id of a trigger's `preconditions`; empty if it has none.
    private static String preconditions(Trigger trigger) {
        return trigger.properties().get("preconditions") instanceof Map<?, ?> preconditions
                ? Objects.toString(preconditions.get("id"), "")
                : "";
    }

    private static @Nullable Concurrency concurrency(@Nullable Fields fields) {
        if (fields == null) {
            return null;
        }
        fields.required("limit");
        var read =
                new Concurrency(
                        fields.integer("limit", 1, 1),
                        fields.choice(
                                "behavior",
                                Concurrency.Behavior.class,
                                Concurrency.Behavior.QUEUE));
        fields.done("a concurrency limit");
        return read;
    }

    static List<FlowOutput> outputs(Fields flow) {
        var outputs = new ArrayList<FlowOutput>();
        for (var output : flow.maps("outputs")) {
            var id = output.requiredText("id", InputReader.ID, 250);
            output.required("type");
            output.required("value");
            outputs.add(
                    new FlowOutput(
                            id,
                            InputReader.type(output, "type", Input.Type.STRING),
                            output.tree("value"),
                            output.text("description"),
                            output.text("displayName"),
                            output.flag("required", true)));
            output.done("an output");
        }
        reportDuplicates(flow, "outputs", "output", outputs, FlowOutput::id);
        return outputs;
    }

    private List<Sla> slas(Fields flow) {
        var slas = new ArrayList<Sla>();
        for (var sla : flow.maps("sla")) {
            var id = sla.requiredText("id");
            sla.required("type");
            sla.required("behavior");
            var type = sla.choice("type", Sla.Type.class);
            if (type == Sla.Type.MAX_DURATION) {
                sla.required("duration");
            } else if (type == Sla.Type.EXECUTION_ASSERTION) {
                sla.required("assert");
            }
            slas.add(
                    new Sla(
                            id,
                            type == null ? Sla.Type.MAX_DURATION : type,
                            sla.positiveDuration("duration"),
                            sla.text("assert"),
                            sla.choice("behavior", Sla.Behavior.class, Sla.Behavior.NONE),
                            labels(sla, "labels")));
            sla.done("an SLA");
        }
        return slas;
    }

    private static List<Check> checks(Fields flow) {
        var checks = new ArrayList<Check>();
        for (var check : flow.maps("checks")) {
            checks.add(
                    new Check(
                            check.requiredText(check.anyOf("when", "condition")),
                            check.requiredText("message"),
                            check.choice("style", Check.Style.class, Check.Style.INFO),
                            check.choice(
                                    "behavior",
                                    Check.Behavior.class,
                                    Check.Behavior.BLOCK_EXECUTION)));
            check.done("a check");
        }
        return checks;
    }

    static <T> void reportDuplicates(
            Fields owner, String key, String what, List<T> items, Function<T, String> id) {
        var twice = twice(items, id);
        if (!twice.isEmpty()) {
            owner.problem(
                    key, "Duplicate %s with name [%s]".formatted(what, String.join(", ", twice)));
        }
    }

    private static <T> Set<String> twice(List<T> items, Function<T, String> id) {
        var seen = new HashSet<String>();
        var twice = new LinkedHashSet<String>();
        for (var item : items) {
            if (!seen.add(id.apply(item)) && !id.apply(item).isEmpty()) {
                twice.add(id.apply(item));
            }
        }
        return twice;
    }

    /// Plugin defaults of a flow and of its surroundings, and which of them apply to a type.
    static final class Defaults {
        private final List<PluginDefault> inOrder = new ArrayList<>();
        private final Map<String, List<PluginDefault>> byType = new HashMap<>();

        Defaults(List<PluginDefault> own, List<PluginDefault> inherited) {
            inOrder.addAll(own);
            inOrder.addAll(inherited);
        }

        /// `fields` with the defaults for its type, by any of the type's names, and its parts with
        /// those for theirs (a task runner, say): of those that aren't forced, and of those that
        /// are, the first of the list wins.
        ///
        /// @param type its present name
        /// @param written its name in the flow
        Fields apply(String type, String written, @Nullable PluginType known, Fields fields) {
            if (inOrder.isEmpty()) {
                return fields;
            }
            var node = withDefaults(type, written, known, withParts(fields.node()));
            return node.equals(fields.node())
                    ? fields
                    : new Fields(fields.problems(), fields.path(), node);
        }

        private YamlNode.Mapping withParts(YamlNode.Mapping whole) {
            var changed = new LinkedHashMap<String, YamlNode.Entry>();
            whole.entries()
                    .forEach((key, entry) -> {
                        if (entry.value() instanceof YamlNode.Mapping part) {
                            var completed = withParts(part);
                            if (part.get("type") instanceof YamlNode.Scalar type) {
                                completed =
                                        withDefaults(
                                                TaskTypes.canonical(type.text()),
                                                type.text(),
                                                null,
                                                completed);
                            }
                            if (!completed.equals(part)) {
                                changed.put(key, new YamlNode.Entry(entry.key(), completed));
                            }
                        }
                    });
            if (changed.isEmpty()) {
                return whole;
            }
            var entries = new LinkedHashMap<>(whole.entries());
            entries.putAll(changed);
            return new YamlNode.Mapping(entries, whole.position());
        }

        private YamlNode.Mapping withDefaults(
                String type, String written, @Nullable PluginType known, YamlNode.Mapping given) {
            var matching =
                    byType.computeIfAbsent(
                            type + " " + written + " " + (known != null),
                            _ -> matching(type, written, known));
            YamlNode node = given;
            for (var soft : matching) {
                if (!soft.forced()) {
                    node = YamlNode.merge(YamlNode.of(soft.values(), given.position()), node);
                }
            }
            for (var forced : matching.reversed()) {
                if (forced.forced()) {
                    node = YamlNode.merge(node, YamlNode.of(forced.values(), given.position()));
                }
            }
            return (YamlNode.Mapping) node;
        }

        /// A default names a type by any of its names, or by what its present name, or the one in
        /// the flow, begins with. (What an older name begins with may be another package by now.)
        private List<PluginDefault> matching(
                String type, String written, @Nullable PluginType known) {
            var older = new HashSet<>(TaskTypes.olderNames(type));
            if (known != null) {
                older.addAll(known.aliases());
            }
            return inOrder.stream()
                    .filter(d ->
                            type.startsWith(d.type())
                                    || written.strip().startsWith(d.type())
                                    || older.contains(d.type()))
                    .toList();
        }
    }
}
