// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import io.millrace.model.Flow;
import io.millrace.model.Flow.PluginDefault;
import io.millrace.model.Input;
import io.millrace.model.TaskTypes;
import io.millrace.model.TypeRules;
import io.millrace.model.yaml.YamlNode.Mapping;
import io.millrace.model.yaml.YamlNode.Scalar;
import io.millrace.model.yaml.YamlNode.Sequence;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// Makes a [io.millrace.model.Flow] of YAML (or JSON, which is YAML), or says everything that is
/// wrong with it.
///
/// @param catalog which types there are
/// @param expressions checks the syntax of texts; what it finds are warnings
public record FlowParser(TypeCatalog catalog, ExpressionCheck expressions, ParserLimits limits) {
    private static final Set<String> NOT_TEMPLATES =
            Set.of("id", "namespace", "type", "description");
    private static final FlowReader.Defaults NO_DEFAULTS =
            new FlowReader.Defaults(List.of(), List.of());
    private static final Set<String> RENDERED_ON_DEMAND = Set.of("variables", "description");

    /// For sources that were accepted before: types that aren't core types are taken on trust.
    public static FlowParser trusting() {
        return new FlowParser(
                TypeCatalog.core().open(), ExpressionCheck.NONE, ParserLimits.DEFAULT);
    }

    public ParsedFlow parse(String source) {
        return parse(source, List.of());
    }

    /// @param inherited plugin defaults from outside the flow; the flow's own come before them
    public ParsedFlow parse(String source, List<PluginDefault> inherited) {
        return parse(source, _ -> inherited);
    }

    /// @param inherited plugin defaults from outside a flow of some namespace; the flow's own come
    ///   before them
    public ParsedFlow parse(String source, Function<String, List<PluginDefault>> inherited) {
        return parse(source, inherited, _ -> TypeRules.NONE);
    }

    /// @param rules which types the flows of some namespace may use
    public ParsedFlow parse(
            String source,
            Function<String, List<PluginDefault>> inherited,
            Function<String, TypeRules> rules) {
        return parse(source, inherited, rules, TemplateSource.NONE);
    }

    /// @param templates what Template tasks stand for; one that isn't there is no problem before it
    ///   runs
    public ParsedFlow parse(
            String source, List<PluginDefault> inherited, TemplateSource templates) {
        return parse(source, _ -> inherited, _ -> TypeRules.NONE, templates);
    }

    private ParsedFlow parse(
            String source,
            Function<String, List<PluginDefault>> inherited,
            Function<String, TypeRules> rules,
            TemplateSource templates) {
        var problems = new Problems();
        var root = new YamlReader(limits, problems).read(source);
        if (root.isEmpty()) {
            return new ParsedFlow.Invalid(problems.inOrder());
        }
        if (!(root.get() instanceof Mapping document)) {
            problems.add("", root.get().position(), "Expected a map but got " + root.get().kind());
            return new ParsedFlow.Invalid(problems.inOrder());
        }
        var namespace = document.get("namespace") instanceof Scalar written ? written.text() : "";
        var flow =
                new FlowReader(catalog.under(rules.apply(namespace)), limits, problems, templates)
                        .read(new Fields(problems, "", document), inherited.apply(namespace));
        if (problems.isEmpty() && expressions != ExpressionCheck.NONE) {
            new DashedReferences(flow, problems).report(document);
        }
        return problems.isEmpty()
                ? new ParsedFlow.Valid(flow, document.tree(), warnings(document, flow))
                : new ParsedFlow.Invalid(problems.inOrder());
    }

    /// What is wrong with one task as it stands in a flow, in YAML or JSON.
    public List<Problem> checkTask(String source) {
        return check(source, (fields, problems) -> taskReader().read(fields));
    }

    /// What is wrong with one trigger as it stands in a flow, in YAML or JSON.
    public List<Problem> checkTrigger(String source) {
        return check(
                source,
                (fields, problems) ->
                        new TriggerReader(
                                        catalog,
                                        NO_DEFAULTS,
                                        new FlowReader(
                                                catalog, limits, problems, TemplateSource.NONE))
                                .read(fields));
    }

    /// A template: its `id`, `namespace`, `description`, `tasks` and `errors`.
    public ParsedTemplate parseTemplate(String source) {
        var problems = new Problems();
        var root = new YamlReader(limits, problems).read(source);
        if (root.isEmpty() || !(root.get() instanceof Mapping document)) {
            root.ifPresent(node ->
                    problems.add("", node.position(), "Expected a map but got " + node.kind()));
            return new ParsedTemplate("", "", Map.of(), problems.inOrder());
        }
        var fields = new Fields(problems, "", document);
        var id = fields.requiredText("id", FlowReader.FLOW_ID, 100);
        var namespace = fields.requiredText("namespace", FlowReader.NAMESPACE, 150);
        fields.text("description");
        fields.ignore("tenantId", "deleted");
        var tasks = taskReader();
        tasks.required(fields, "tasks");
        tasks.optional(fields, "errors");
        tasks.reportDuplicates(problems);
        fields.done("a template");
        return new ParsedTemplate(namespace, id, document.tree(), problems.inOrder());
    }

    private TaskReader taskReader() {
        return new TaskReader(
                catalog,
                limits,
                NO_DEFAULTS,
                new InputReader(),
                TemplateSource.NONE,
                TaskReader.Owner.NONE);
    }

    private List<Problem> check(String source, BiConsumer<Fields, Problems> reader) {
        var problems = new Problems();
        var root = new YamlReader(limits, problems).read(source);
        if (root.isPresent() && root.get() instanceof Mapping document) {
            reader.accept(new Fields(problems, "", document), problems);
        } else if (root.isPresent()) {
            problems.add("", root.get().position(), "Expected a map but got " + root.get().kind());
        }
        return problems.inOrder();
    }

    /// What of a source is spelled as in older versions. A source with problems is looked at as far
    /// as it can be read.
    public Deprecations deprecations(String source) {
        var root = new YamlReader(limits, new Problems()).read(source);
        return root.isPresent() && root.get() instanceof Mapping document
                ? Deprecations.of(document)
                : Deprecations.NONE;
    }

    private List<Problem> warnings(Mapping document, Flow flow) {
        if (expressions == ExpressionCheck.NONE) {
            return List.of();
        }
        var warnings = new Problems();
        var references = new ReferenceCheck(flow);
        scheduledWithout(flow, document, warnings);
        document.entries()
                .forEach((key, entry) -> {
                    if (!RENDERED_ON_DEMAND.contains(key)) {
                        checkExpressions(key, key, entry.value(), references, warnings);
                    }
                });
        return warnings.inOrder();
    }

    /// A schedule gives what its `inputs` say; without a value that is required nothing starts.
    private static void scheduledWithout(Flow flow, Mapping document, Problems warnings) {
        var triggers = document.get("triggers");
        for (var trigger : flow.triggers()) {
            if (triggers == null || !trigger.type().equals(TaskTypes.CORE + "trigger.Schedule")) {
                continue;
            }
            var missing =
                    flow.inputs().stream()
                            .filter(input -> input.required() && input.defaults() == null)
                            .filter(input -> input.dependsOn() == null)
                            .filter(input -> !input.rules().autoSelectFirst())
                            .map(Input::id)
                            .filter(id -> !trigger.inputs().containsKey(id))
                            .toList();
            if (!missing.isEmpty()) {
                warnings.add(
                        "triggers",
                        triggers.position(),
                        "Missing inputs for Schedule Trigger '%s', missing inputs: '%s'"
                                .formatted(trigger.id(), String.join(" | ", missing)));
            }
        }
    }

    private void checkExpressions(
            String path, String key, YamlNode node, ReferenceCheck references, Problems problems) {
        switch (node) {
            case Mapping mapping ->
                    mapping.entries()
                            .forEach((name, entry) ->
                                    checkExpressions(
                                            path + "." + name,
                                            name,
                                            entry.value(),
                                            references,
                                            problems));
            case Sequence sequence -> {
                for (int i = 0; i < sequence.items().size(); i++) {
                    checkExpressions(
                            path + "[" + i + "]",
                            key,
                            sequence.items().get(i),
                            references,
                            problems);
                }
            }
            case Scalar scalar -> {
                if (!NOT_TEMPLATES.contains(key) && Fields.holdsExpression(scalar.text())) {
                    var fault = expressions.fault(scalar.text());
                    if (fault.isPresent()) {
                        problems.add(
                                path, scalar.position(fault.get().line()), fault.get().message());
                    } else {
                        references.check(
                                path, key, scalar, expressions.needs(scalar.text()), problems);
                    }
                }
            }
        }
    }
}
