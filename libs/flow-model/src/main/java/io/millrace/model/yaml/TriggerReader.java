// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import io.millrace.model.LogLevel;
import io.millrace.model.TaskTypes;
import io.millrace.model.Trigger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads triggers and conditions.
final class TriggerReader {
    static final Pattern ID = Pattern.compile("^[a-zA-Z0-9][a-zA-Z0-9_-]*");
    static final String[] COMMON = {
        "id",
        "type",
        "version",
        "description",
        "disabled",
        "conditions",
        "when",
        "inputs",
        "labels",
        "stopAfter",
        "logLevel",
        "workerGroup",
        "workerSelector",
        "assets"
    };
    private static final String[] SWITCHES = {"logToFile", "allowConcurrent", "failOnTriggerError"};

    private final TypeCatalog catalog;
    private final FlowReader.Defaults defaults;
    private final FlowReader flow;

    TriggerReader(TypeCatalog catalog, FlowReader.Defaults defaults, FlowReader flow) {
        this.catalog = catalog;
        this.defaults = defaults;
        this.flow = flow;
    }

    @Nullable Trigger read(Fields written) {
        var id = written.requiredText("id", ID, 256);
        var known = known(written, PluginType.Kind.TRIGGER);
        if (known == null) {
            return null;
        }
        catalog.rules().refusal(known.name()).ifPresent(why -> written.problem("type", why));
        var fields =
                defaults.apply(known.name(), written.requiredText("type"), known, written)
                        .ignore(COMMON);
        var switches = new LinkedHashMap<String, @Nullable Object>();
        for (var key : SWITCHES) {
            if (fields.has(key)) {
                switches.put(key, fields.flag(key, false));
            }
        }
        var properties = TaskReader.properties(fields, known.open() ? null : known);
        properties.putAll(switches);
        if (known.properties().containsKey("scheduleConditions")
                && fields.has("scheduleConditions")) {
            properties.put("scheduleConditions", conditions(fields, "scheduleConditions"));
        }
        TriggerRules.check(known.name(), fields);
        TriggerRules.states(fields, "stopAfter");
        var trigger =
                new Trigger(
                        id,
                        known.name(),
                        fields.text("description"),
                        fields.flag("disabled", false),
                        conditions(fields, "conditions"),
                        fields.text("when"),
                        fields.map("inputs"),
                        flow.labels(fields, "labels"),
                        fields.texts("stopAfter"),
                        fields.choice("logLevel", LogLevel.class, LogLevel.TRACE),
                        TaskReader.workerGroup(fields),
                        properties);
        fields.done(known.name());
        return trigger;
    }

    /// Conditions as trees with canonical types.
    List<Map<String, @Nullable Object>> conditions(Fields owner, String key) {
        var conditions = new ArrayList<Map<String, @Nullable Object>>();
        for (var condition : owner.maps(key)) {
            var read = condition(condition);
            if (read != null) {
                conditions.add(read);
            }
        }
        return conditions;
    }

    private @Nullable Map<String, @Nullable Object> condition(Fields written) {
        var known = known(written, PluginType.Kind.CONDITION);
        if (known == null) {
            return null;
        }
        var fields =
                defaults.apply(known.name(), written.requiredText("type"), known, written)
                        .ignore("type", "description");
        var tree = new LinkedHashMap<String, @Nullable Object>();
        tree.put("type", known.name());
        tree.putAll(TaskReader.properties(fields, known.open() ? null : known));
        if (!known.properties().containsKey("conditions")) {
            TriggerRules.check(known.name(), fields);
            fields.done(known.name());
            return tree;
        }
        if (fields.get("conditions") instanceof YamlNode.Sequence) {
            tree.put("conditions", conditions(fields, "conditions"));
        } else if (fields.get("conditions") instanceof YamlNode.Mapping) {
            tree.put("conditions", named(fields));
        }
        TriggerRules.check(known.name(), fields);
        fields.done(known.name());
        return tree;
    }

    private Map<String, @Nullable Object> named(Fields owner) {
        var named = new LinkedHashMap<String, @Nullable Object>();
        var fields = owner.fields("conditions");
        if (fields != null) {
            for (var name : fields.node().entries().keySet()) {
                var condition = fields.fields(name);
                named.put(name, condition == null ? null : condition(condition));
            }
        }
        return named;
    }

    private @Nullable PluginType known(Fields fields, PluginType.Kind kind) {
        var name = fields.requiredText("type");
        if (name.isEmpty()) {
            return null;
        }
        var found = catalog.find(name);
        if (found.isPresent() && found.get().kind() == kind) {
            return found.get();
        }
        if (found.isEmpty() && !catalog.closed()) {
            return new PluginType(TaskTypes.canonical(name), List.of(), kind, Map.of(), true);
        }
        fields.problem(
                "type",
                "Invalid type: "
                        + Fields.clip(name)
                        + Names.didYouMean(TaskTypes.canonical(name), catalog.names(kind)));
        return null;
    }
}
