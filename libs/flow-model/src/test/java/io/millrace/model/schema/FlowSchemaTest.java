// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.yaml.ExpressionCheck;
import io.millrace.model.yaml.FlowParser;
import io.millrace.model.yaml.ParsedFlow;
import io.millrace.model.yaml.ParserLimits;
import io.millrace.model.yaml.PluginType.Kind;
import io.millrace.model.yaml.Problem;
import io.millrace.model.yaml.TypeCatalog;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The schema and the reader of flows know the same properties.
class FlowSchemaTest {
    private static final TypeCatalog CATALOG = TypeCatalog.core();
    private static final FlowParser PARSER =
            new FlowParser(CATALOG, ExpressionCheck.NONE, ParserLimits.DEFAULT);
    private static final FlowSchema SCHEMA = new FlowSchema(CATALOG);
    private static final String NONSENSE = "nonsense";

    @SuppressWarnings("unchecked")
    private static Map<String, Object> definition(String name) {
        var found = (Map<String, Object>) SCHEMA.definitions().get(name);
        if (found == null) {
            throw new AssertionError("Expected a definition of " + name);
        }
        return found;
    }

    private static Set<String> properties(String name) {
        var names = new HashSet<String>();
        if (definition(name).get("properties") instanceof Map<?, ?> map) {
            map.keySet().forEach(key -> names.add(String.valueOf(key)));
        }
        return names;
    }

    private static List<Problem> problems(String source) {
        return switch (PARSER.parse(source)) {
            case ParsedFlow.Invalid(var problems) -> problems;
            case ParsedFlow.Valid _ -> List.of();
        };
    }

    /// Where each definition stands in a flow, as a pattern for its properties.
    private static Map<String, String> places() {
        return Map.ofEntries(
                Map.entry("flow", "%s"),
                Map.entry("concurrency", "concurrency: {%s}"),
                Map.entry("output", "outputs: [{%s}]"),
                Map.entry("sla", "sla: [{%s}]"),
                Map.entry("check", "checks: [{%s}]"),
                Map.entry("listener", "listeners: [{%s}]"),
                Map.entry("pluginDefault", "pluginDefaults: [{%s}]"),
                Map.entry("workerGroup", "workerGroup: {%s}"),
                Map.entry("retry.constant", "retry: {type: constant, %s}"),
                Map.entry("retry.exponential", "retry: {type: exponential, %s}"),
                Map.entry("retry.random", "retry: {type: random, %s}"),
                Map.entry("dependsOn", "inputs: [{id: x, type: STRING, dependsOn: {%s}}]"),
                Map.entry("taskCache", "tasks: [{id: x, type: t, taskCache: {%s}}]"),
                Map.entry(
                        "batch",
                        "tasks: [{id: x, type: io.kestra.plugin.core.flow.ForEachItem, batch: {%s}}]"),
                Map.entry(
                        "checkFrequency",
                        "tasks: [{id: x, type: io.kestra.plugin.core.flow.LoopUntil, checkFrequency: {%s}}]"),
                Map.entry(
                        "dagTask",
                        "tasks: [{id: x, type: io.kestra.plugin.core.flow.Dag, tasks: [{%s}]}]"),
                Map.entry(
                        "preconditions",
                        "triggers: [{id: x, type: io.kestra.plugin.core.trigger.Flow, preconditions: {%s}}]"),
                Map.entry(
                        "timeWindow",
                        "triggers: [{id: x, type: io.kestra.plugin.core.trigger.Flow, preconditions:"
                                + " {id: p, timeWindow: {%s}}}]"));
    }

    static Stream<String> documents() {
        var all = new ArrayList<String>(places().keySet());
        SCHEMA.definitions().keySet().stream()
                .filter(name -> name.startsWith("input."))
                .forEach(all::add);
        for (var kind : Kind.values()) {
            CATALOG.types(kind).stream()
                    .filter(type -> !type.open())
                    .forEach(type -> all.add(type.name()));
        }
        return all.stream().sorted();
    }

    private static String document(String name, String property) {
        var own = property + ": null";
        if (places().containsKey(name)) {
            return places().get(name)
                    .formatted(own)
                    .replace("taskCache", "taskCache")
                    .replace("type: t,", "type: io.kestra.plugin.core.log.Log,");
        }
        if (name.startsWith("input.")) {
            return "inputs: [{id: x, type: %s, %s}]"
                    .formatted(name.substring("input.".length()), own);
        }
        var kind = CATALOG.type(name).orElseThrow().kind();
        var body = "{id: x, type: %s, %s}".formatted(name, own);
        return switch (kind) {
            case TASK -> "tasks: [" + body + "]";
            case TRIGGER -> "triggers: [" + body + "]";
            case CONDITION ->
                    "triggers: [{id: x, type: io.kestra.plugin.core.trigger.Flow, conditions: [{type: %s, %s}]}]"
                            .formatted(name, own);
        };
    }

    private static boolean isRecognized(String name, String property) {
        return problems(document(name, property)).stream()
                .noneMatch(p -> p.message().startsWith("Unrecognized field \"" + property + "\""));
    }

    private static Set<String> all(String name) {
        var all = new HashSet<>(properties(name));
        if (definition(name).get("allOf") instanceof List<?> included) {
            for (var other : included) {
                if (other instanceof Map<?, ?> map && map.get("$ref") instanceof String ref) {
                    all.addAll(properties(ref.substring(Schemas.DEFS.length())));
                }
            }
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("documents")
    void theReaderKnowsWhatTheSchemaKnows(String name) {
        for (var property : all(name)) {
            assertThat(isRecognized(name, property)).as(name + "." + property).isTrue();
        }
        assertThat(isRecognized(name, NONSENSE)).isFalse();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void theSchemaKnowsWhatTheReaderKnows(String name) {
        for (var property : known()) {
            if (!all(name).contains(property)) {
                assertThat(isRecognized(name, property)).as(name + "." + property).isFalse();
            }
        }
    }

    /// Every name that is a property anywhere.
    private static Set<String> known() {
        var known = new HashSet<String>();
        SCHEMA.definitions().keySet().stream()
                .filter(name -> definition(name).containsKey("properties"))
                .forEach(name -> known.addAll(properties(name)));
        known.remove("id");
        known.remove("type");
        return known;
    }

    @ParameterizedTest
    @MethodSource("documents")
    void theReaderDemandsWhatTheSchemaDemands(String name) {
        if (!(definition(name).get("required") instanceof List<?> required)) {
            return;
        }
        var problems = problems(document(name, NONSENSE));
        for (var property : required) {
            if (!property.equals("id") && !property.equals("type")) {
                assertThat(problems)
                        .as(name + "." + property)
                        .anyMatch(p -> p.path().endsWith(String.valueOf(property)));
            }
        }
    }

    @Test
    void whatHoldsUnlessItIsSetIsSaid() {
        assertThat(definition("input.STRING").toString()).contains("default=true");
        for (var type : List.of("Subflow", "ForEachItem", "Loop")) {
            var task = CATALOG.type("io.kestra.plugin.core.flow." + type).orElseThrow();
            assertThat(SCHEMA.of(task).get("properties"))
                    .asInstanceOf(InstanceOfAssertFactories.MAP)
                    .extractingByKey("transmitFailed", InstanceOfAssertFactories.MAP)
                    .containsEntry("default", "true");
        }
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        var references = new HashSet<String>();
        collect(SCHEMA.of(FlowSchema.Part.FLOW, false), references);

        assertThat(references)
                .isNotEmpty()
                .allMatch(ref ->
                        SCHEMA.definitions().containsKey(ref.substring(Schemas.DEFS.length())));
    }

    private static void collect(@Nullable Object schema, Set<String> references) {
        switch (schema) {
            case Map<?, ?> map -> {
                if (map.get("$ref") instanceof String ref) {
                    references.add(ref);
                }
                map.values().forEach(value -> collect(value, references));
            }
            case List<?> list -> list.forEach(item -> collect(item, references));
            case null, default -> {
                // refers to nothing
            }
        }
    }
}
