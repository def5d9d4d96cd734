// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.schema;

import static io.millrace.model.schema.Schemas.any;
import static io.millrace.model.schema.Schemas.atLeastOne;
import static io.millrace.model.schema.Schemas.choice;
import static io.millrace.model.schema.Schemas.duration;
import static io.millrace.model.schema.Schemas.flag;
import static io.millrace.model.schema.Schemas.integer;
import static io.millrace.model.schema.Schemas.list;
import static io.millrace.model.schema.Schemas.map;
import static io.millrace.model.schema.Schemas.orNull;
import static io.millrace.model.schema.Schemas.ref;
import static io.millrace.model.schema.Schemas.text;
import static io.millrace.model.schema.Schemas.texts;
import static io.millrace.model.schema.Schemas.trueFlag;

import io.millrace.model.Flow;
import io.millrace.model.Input;
import io.millrace.model.RetryPolicy;
import io.millrace.model.Task;
import io.millrace.model.TaskCommon;
import io.millrace.model.TaskTypes;
import io.millrace.model.Trigger;
import io.millrace.model.WorkerGroup;
import io.millrace.model.yaml.PluginType;
import io.millrace.model.yaml.PluginType.Kind;
import io.millrace.model.yaml.TypeCatalog;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The whole flow language as JSON Schema (2020-12), made of the records that run it and of what
/// the installed plugins say of themselves. It says what a flow looks like; what relates one part
/// to another (ids that are there once, dependencies, cron expressions) only validation knows.
public final class FlowSchema {
    public static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

    /// Which part of the language a document is.
    public enum Part {
        FLOW("flow"),
        TASK("task"),
        TRIGGER("trigger"),
        CONDITION("condition"),
        INPUT("input"),
        PLUGINDEFAULT("pluginDefault");

        private final String definition;

        Part(String definition) {
            this.definition = definition;
        }
    }

    private static final String FLOW_TYPES = TaskTypes.CORE + "flow.";
    private static final Map<String, Input.Type> OLD_INPUT_TYPES =
            Map.of("BOOLEAN", Input.Type.BOOL, "ENUM", Input.Type.SELECT);

    /// Properties of flowables that hold more than plain values.
    private static final Map<String, Map<String, Object>> FLOWABLE_PROPERTIES =
            Map.ofEntries(
                    Map.entry("tasks", ref("tasks")),
                    Map.entry("healthCheck", ref("tasks")),
                    Map.entry("then", ref("tasks")),
                    Map.entry("else", ref("tasks")),
                    Map.entry("defaults", ref("tasks")),
                    Map.entry("cases", map(ref("tasks"))),
                    Map.entry("onWait", ref("tasks")),
                    Map.entry("onApprove", ref("tasks")),
                    Map.entry("onDeny", ref("tasks")),
                    Map.entry("decisions", orNull(ref("decisions"))),
                    Map.entry("onPause", orNull(ref("task"))),
                    Map.entry("onResume", ref("inputs")),
                    Map.entry("approval", orNull(ref("approval"))),
                    Map.entry("labels", ref("labels")),
                    Map.entry("batch", orNull(ref("batch"))),
                    Map.entry("checkFrequency", orNull(ref("checkFrequency"))));

    private final TypeCatalog catalog;
    private final Map<String, Object> definitions = new TreeMap<>();

    public FlowSchema(TypeCatalog catalog) {
        this.catalog = catalog;
        flow();
        inputs();
        retries();
        tasks();
        triggers();
    }

    /// @param asList whether the document is a list of such parts
    public Map<String, Object> of(Part part, boolean asList) {
        var schema = new LinkedHashMap<String, Object>();
        schema.put("$schema", DIALECT);
        if (asList) {
            schema.put("type", "array");
            schema.put("items", ref(part.definition));
        } else {
            schema.put("$ref", Schemas.DEFS + part.definition);
        }
        schema.put("$defs", definitions);
        return schema;
    }

    /// The schema of one type alone, with the properties that all of its kind have.
    public Map<String, Object> of(PluginType type) {
        return schemaOf(type).build();
    }

    /// What types refer to, by name.
    public Map<String, Object> definitions() {
        return definitions;
    }

    private void define(String name, ObjectSchema schema) {
        definitions.put(name, schema.build());
    }

    // --- the flow itself ------------------------------------------------------------------------

    private void flow() {
        var flow =
                ObjectSchema.of(Flow.class)
                        .titled("A flow")
                        .rename("finallyTasks", "finally")
                        .with("labels", ref("labels"))
                        .with("tasks", atLeastOne(ref("task")))
                        .with("listeners", list(ref("listener")))
                        .with("triggers", list(ref("trigger")))
                        .with("pluginDefaults", list(ref("pluginDefault")))
                        .with("taskDefaults", list(ref("pluginDefault")))
                        .with("concurrency", orNull(ref("concurrency")))
                        .with("outputs", list(ref("output")))
                        .with("retry", orNull(ref("retry")))
                        .with("sla", list(ref("sla")))
                        .with("checks", list(ref("check")))
                        .with("workerGroup", orNull(ref("workerGroup")))
                        .with("workerSelector", orNull(ref("workerSelector")))
                        .with("id", id("^[a-zA-Z0-9][a-zA-Z0-9._-]*$", 100))
                        .with("namespace", id("^[a-z0-9][a-z0-9._-]*$", 150))
                        .require("id", "namespace", "tasks");
        Stream.of("tenantId", "deleted", "source", "updated", "created")
                .forEach(key -> flow.with(key, any()));
        define("flow", flow);
        define("concurrency", ObjectSchema.of(Flow.Concurrency.class).require("limit"));
        define(
                "output",
                ObjectSchema.of(Flow.FlowOutput.class)
                        .with("type", inputType())
                        .with("required", trueFlag())
                        .with("id", id("^[a-zA-Z0-9][.a-zA-Z0-9_-]*$", 250))
                        .require("id", "type", "value"));
        define(
                "sla",
                ObjectSchema.of(Flow.Sla.class)
                        .rename("assertion", "assert")
                        .with("labels", ref("labels"))
                        .require("id", "type", "behavior"));
        define("check", ObjectSchema.of(Flow.Check.class).with("when", text()).require("message"));
        define(
                "listener",
                ObjectSchema.of(Flow.Listener.class)
                        .with("conditions", list(ref("condition")))
                        .with("tasks", atLeastOne(ref("task")))
                        .require("tasks"));
        define(
                "pluginDefault",
                ObjectSchema.of(Flow.PluginDefault.class).require("type", "values"));
        define("workerGroup", ObjectSchema.of(WorkerGroup.class).require("key"));
        define(
                "workerSelector",
                ObjectSchema.of(WorkerGroup.class)
                        .without("key")
                        .with("tags", list(text()))
                        .with("match", any())
                        .with("matchMode", any())
                        .require("tags"));
        definitions.put(
                "labels",
                Map.of(
                        "anyOf",
                        List.of(
                                map(Map.of("type", List.of("string", "number", "boolean"))),
                                list(
                                        new ObjectSchema()
                                                .with("key", text())
                                                .with("value", text())
                                                .require("key", "value")
                                                .build()))));
    }

    private static Map<String, Object> id(String pattern, int maxLength) {
        return Map.of(
                "type", List.of("string", "number", "boolean"),
                "pattern", pattern,
                "maxLength", maxLength);
    }

    // --- inputs ---------------------------------------------------------------------------------

    private static Map<String, Object> inputType() {
        return choice(
                Stream.concat(
                                Arrays.stream(Input.Type.values()).map(Enum::name),
                                Stream.concat(
                                        Stream.of("FORM"),
                                        OLD_INPUT_TYPES.keySet().stream().sorted()))
                        .toList());
    }

    private void inputs() {
        define("dependsOn", ObjectSchema.of(Input.DependsOn.class).require("inputs"));
        var variants = new ArrayList<Map<String, Object>>();
        for (var type : Input.Type.values()) {
            var names = new ArrayList<String>();
            names.add(type.name());
            OLD_INPUT_TYPES.forEach((old, present) -> {
                if (present == type) {
                    names.add(old);
                }
            });
            define("input." + type, input(type, names));
            variants.add(when(names, "input." + type));
        }
        define(
                "input.FORM",
                new ObjectSchema()
                        .titled("Inputs that belong together: each is read as `inputs.form.input`")
                        .with("type", Map.of("const", "FORM"))
                        .with("id", id("^[a-zA-Z0-9][.a-zA-Z0-9_-]*$", 250))
                        .with("displayName", text())
                        .with("description", text())
                        .with("required", trueFlag())
                        .with("inputs", ref("inputs"))
                        .require("id", "type", "inputs"));
        variants.add(when(List.of("FORM"), "input.FORM"));
        definitions.put(
                "input",
                Map.of(
                        "type",
                        "object",
                        "required",
                        List.of("type"),
                        "properties",
                        Map.of("type", inputType()),
                        "allOf",
                        variants));
        definitions.put("inputs", list(ref("input")));
    }

    private static ObjectSchema input(Input.Type type, List<String> names) {
        var all = Schemas.properties(Input.Rules.class);
        all.put("accept", texts());
        all.put("values", selectable());
        all.put("options", selectable());
        all.put("itemType", inputType());
        var input =
                ObjectSchema.of(Input.class)
                        .titled("An input of type " + type)
                        .without("rules")
                        .with("type", Map.of("enum", names))
                        .with("required", trueFlag())
                        .with("id", id("^[a-zA-Z0-9][.a-zA-Z0-9_-]*$", 250))
                        .with("name", id("^[a-zA-Z0-9][.a-zA-Z0-9_-]*$", 250))
                        .with("dependsOn", orNull(ref("dependsOn")))
                        .require("type");
        rules(type).forEach(rule -> input.with(rule, all.getOrDefault(rule, any())));
        return type == Input.Type.ARRAY ? input.require("itemType") : input;
    }

    /// Texts, or maps of a value and its label.
    private static Map<String, Object> selectable() {
        var option =
                ObjectSchema.of(Input.Option.class)
                        .titled("A value that can be selected, and what a form shows for it")
                        .require("value");
        var word = Map.of("type", List.of("string", "number", "boolean"));
        return list(Map.of("anyOf", List.of(word, option.build())));
    }

    private static Set<String> rules(Input.Type type) {
        return switch (type) {
            case STRING, SECRET, EMAIL -> Set.of("validator");
            case INT, FLOAT, DURATION -> Set.of("min", "max");
            case DATE, DATETIME, TIME -> Set.of("after", "before");
            case FILE -> Set.of("extension", "allowedFileExtensions", "accept");
            case ARRAY -> Set.of("itemType");
            case SELECT ->
                    Set.of(
                            "values",
                            "expression",
                            "allowCustomValue",
                            "autoSelectFirst",
                            "isRadio");
            case MULTISELECT ->
                    Set.of(
                            "values",
                            "options",
                            "expression",
                            "itemType",
                            "allowCustomValue",
                            "autoSelectFirst");
            case BOOL, JSON, YAML, ION, URI -> Set.of();
        };
    }

    /// One of these types is looked at by one definition.
    private static Map<String, Object> when(List<String> types, String definition) {
        return Map.of(
                "if", Map.of("properties", Map.of("type", Map.of("enum", types))),
                "then", ref(definition));
    }

    // --- retries --------------------------------------------------------------------------------

    private void retries() {
        define("retry.constant", retry("constant", RetryPolicy.Constant.class, "interval"));
        define(
                "retry.exponential",
                retry("exponential", RetryPolicy.Exponential.class, "interval", "maxInterval"));
        define(
                "retry.random",
                retry("random", RetryPolicy.Random.class, "minInterval", "maxInterval"));
        var kinds = List.of("constant", "exponential", "random");
        definitions.put(
                "retry",
                Map.of(
                        "type", "object",
                        "required", List.of("type"),
                        "properties", Map.of("type", Map.of("enum", kinds)),
                        "allOf",
                                kinds.stream()
                                        .map(kind -> when(List.of(kind), "retry." + kind))
                                        .toList()));
    }

    private static ObjectSchema retry(String kind, Class<?> policy, String... required) {
        return ObjectSchema.of(policy)
                .without("limits")
                .withAll(Schemas.properties(RetryPolicy.Limits.class))
                .with("maxAttempt", integer())
                .with("type", Map.of("const", kind))
                .require("type")
                .require(required);
    }

    // --- tasks ----------------------------------------------------------------------------------

    private void tasks() {
        define("taskCache", ObjectSchema.of(TaskCommon.Cache.class).require("enabled"));
        define("batch", ObjectSchema.of(Task.ForEachItem.Batch.class));
        define("approval", ObjectSchema.of(Task.Approvers.class).with("other", trueFlag()));
        define("decisions", ObjectSchema.of(Task.Approval.Decisions.class));
        define("checkFrequency", ObjectSchema.of(Task.LoopUntil.CheckFrequency.class));
        define(
                "dagTask",
                ObjectSchema.of(Task.Dag.Node.class).with("task", ref("task")).require("task"));
        define(
                "taskCommon",
                ObjectSchema.of(TaskCommon.class)
                        .rename("cache", "taskCache")
                        .with("taskCache", orNull(ref("taskCache")))
                        .with("when", text())
                        .with("retry", orNull(ref("retry")))
                        .with("workerGroup", orNull(ref("workerGroup")))
                        .with("workerSelector", orNull(ref("workerSelector")))
                        .with("assets", any())
                        .with("version", text())
                        .with("id", id("^[a-zA-Z0-9][a-zA-Z0-9_-]*$", 256))
                        .with("type", text())
                        .require("id", "type")
                        .open());
        definitions.put("tasks", list(ref("task")));
        typed("task", Kind.TASK);
    }

    // --- triggers and conditions ----------------------------------------------------------------

    private void triggers() {
        define(
                "triggerCommon",
                ObjectSchema.of(Trigger.class)
                        .without("properties")
                        .with("conditions", list(ref("condition")))
                        .with("labels", ref("labels"))
                        .with("workerGroup", orNull(ref("workerGroup")))
                        .with("workerSelector", orNull(ref("workerSelector")))
                        .with("assets", any())
                        .with("version", text())
                        .with("logToFile", flag())
                        .with("allowConcurrent", flag())
                        .with("failOnTriggerError", flag())
                        .with("id", id("^[a-zA-Z0-9][a-zA-Z0-9_-]*$", 256))
                        .with("type", text())
                        .require("id", "type")
                        .open());
        define(
                "conditionCommon",
                new ObjectSchema()
                        .with("type", text())
                        .with("description", text())
                        .require("type")
                        .open());
        define(
                "timeWindow",
                new ObjectSchema()
                        .with(
                                "type",
                                choice(
                                        List.of(
                                                "DURATION_WINDOW",
                                                "SLIDING_WINDOW",
                                                "DAILY_TIME_DEADLINE",
                                                "DAILY_TIME_WINDOW")))
                        .with("deadline", text())
                        .with("startTime", text())
                        .with("endTime", text())
                        .with("timezone", text())
                        .with("window", duration())
                        .with("windowAdvance", duration()));
        define(
                "preconditions",
                new ObjectSchema()
                        .with("id", text())
                        .with("resetOnSuccess", trueFlag())
                        .with("timeWindow", orNull(ref("timeWindow")))
                        .with("flows", list(upstreamFlow().build()))
                        .with("where", list(executionFilter().build()))
                        .require("id"));
        typed("trigger", Kind.TRIGGER);
        typed("condition", Kind.CONDITION);
    }

    private static ObjectSchema upstreamFlow() {
        return new ObjectSchema()
                .with("namespace", text())
                .with("flowId", text())
                .with("states", texts())
                .with("labels", ref("labels"))
                .require("namespace");
    }

    private static ObjectSchema executionFilter() {
        var filter =
                new ObjectSchema()
                        .with("field", text())
                        .with("type", text())
                        .with("value", any())
                        .with("values", any())
                        .require("field", "type");
        return new ObjectSchema()
                .with("id", text())
                .with("operand", text())
                .with("filters", list(filter.build()))
                .require("id", "filters");
    }

    // --- types ----------------------------------------------------------------------------------

    /// Any type of a kind: by its name, one definition says what it takes.
    private void typed(String definition, Kind kind) {
        var variants = new ArrayList<Map<String, Object>>();
        var names = new ArrayList<String>();
        for (var type : catalog.types(kind)) {
            define(type.name(), schemaOf(type));
            variants.add(when(type.allNames(), type.name()));
            names.addAll(type.allNames());
        }
        definitions.put(
                definition,
                Map.of(
                        "type",
                        "object",
                        "required",
                        List.of("type"),
                        "properties",
                        Map.of("type", Map.of("enum", names)),
                        "allOf",
                        variants));
    }

    private static ObjectSchema schemaOf(PluginType type) {
        var schema = new ObjectSchema().titled(type.title());
        schema.including(
                ref(
                        switch (type.kind()) {
                            case TASK -> "taskCommon";
                            case TRIGGER -> "triggerCommon";
                            case CONDITION -> "conditionCommon";
                        }));
        schema.with("type", Map.of("enum", type.allNames()));
        boolean flowable =
                type.name().startsWith(FLOW_TYPES) || type.name().equals(TaskTypes.ROLLOUT);
        type.properties()
                .forEach((name, property) -> {
                    var special = flowable ? FLOWABLE_PROPERTIES.get(name) : null;
                    schema.with(name, special == null ? Schemas.of(property) : special);
                    if (property.required()) {
                        schema.require(name);
                    }
                });
        handlers(type.name()).forEach(name -> schema.with(name, ref("tasks")));
        special(type.name(), schema);
        return type.open() ? schema.open() : schema;
    }

    /// What differs from type to type by more than the name of a property.
    private static void special(String type, ObjectSchema schema) {
        switch (type) {
            case TaskTypes.DAG -> schema.with("tasks", atLeastOne(ref("dagTask")));
            case TaskTypes.CORE + "trigger.Schedule" ->
                    schema.with("scheduleConditions", list(ref("condition")));
            case TaskTypes.CORE + "trigger.Flow" ->
                    schema.with("preconditions", orNull(ref("preconditions")));
            case TaskTypes.CORE + "condition.Not", TaskTypes.CORE + "condition.Or" ->
                    schema.with("conditions", atLeastOne(ref("condition")));
            case TaskTypes.CORE + "condition.MultipleCondition" ->
                    schema.with("conditions", map(ref("condition")))
                            .with("timeWindow", orNull(ref("timeWindow")));
            default -> {
                // all is said
            }
        }
    }

    /// Whether a task of flow control runs others when one fails, and at its end.
    private static List<String> handlers(String type) {
        if (type.equals(TaskTypes.ROLLOUT)) {
            return List.of("errors", "finally");
        }
        if (!type.startsWith(FLOW_TYPES)) {
            return List.of();
        }
        var local = type.substring(FLOW_TYPES.length());
        return Arrays.stream(Task.class.getDeclaredClasses())
                .filter(c -> c.isRecord() && c.getSimpleName().equals(local))
                .flatMap(c -> Arrays.stream(c.getRecordComponents()))
                .flatMap(component ->
                        switch (component.getName()) {
                            case "handlers" -> Stream.of("errors", "finally");
                            case "errors" -> Stream.of("errors");
                            default -> Stream.<String>empty();
                        })
                .toList();
    }
}
