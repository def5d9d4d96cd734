// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A structure (the properties of a task) in which every text, at any depth, is a template. Keys of
/// maps are templates too, as their order is kept. All that is no text stays as it is.
public final class TemplateTree {

    /// A node: a template, a list or map of nodes, or a constant.
    private sealed interface Node {

        record Constant(@Nullable Object value) implements Node {}

        record Text(Template template) implements Node {}

        record ListOf(List<Node> elements) implements Node {}

        record MapOf(List<Entry> entries) implements Node {}

        record Entry(Template key, Node value) {}
    }

    private final Node root;
    private final Reads reads;
    private final boolean laneSafe;
    private final List<ExpressionException> problems;

    private TemplateTree(
            Node root, Reads reads, boolean laneSafe, List<ExpressionException> problems) {
        this.root = root;
        this.reads = reads;
        this.laneSafe = laneSafe;
        this.problems = problems;
    }

    static TemplateTree compile(Expressions expressions, @Nullable Object value) {
        var templates = new ArrayList<Template>();
        var root = compile(expressions, value, templates);
        var reads = Reads.union(templates.stream().map(Template::reads).toList());
        return new TemplateTree(
                root,
                reads,
                templates.stream().allMatch(Template::laneSafe),
                templates.stream().map(Template::problem).filter(Objects::nonNull).toList());
    }

    private static Node compile(
            Expressions expressions, @Nullable Object value, List<Template> templates) {
        return switch (value) {
            case String text -> {
                var template = compile(expressions, text, templates);
                yield template.isLiteral() ? new Node.Constant(text) : new Node.Text(template);
            }
            case List<?> list -> {
                var elements = new ArrayList<Node>(list.size());
                for (var element : list) {
                    elements.add(compile(expressions, element, templates));
                }
                yield isConstant(elements) ? new Node.Constant(list) : new Node.ListOf(elements);
            }
            case Map<?, ?> map -> {
                var entries = new ArrayList<Node.Entry>(map.size());
                map.forEach((key, inner) ->
                        entries.add(
                                new Node.Entry(
                                        compile(expressions, String.valueOf(key), templates),
                                        compile(expressions, inner, templates))));
                yield entries.stream()
                                .allMatch(e ->
                                        e.key().isLiteral() && e.value() instanceof Node.Constant)
                        ? new Node.Constant(map)
                        : new Node.MapOf(entries);
            }
            case null, default -> new Node.Constant(value);
        };
    }

    private static boolean isConstant(List<Node> nodes) {
        return nodes.stream().allMatch(Node.Constant.class::isInstance);
    }

    private static Template compile(
            Expressions expressions, String source, List<Template> templates) {
        var template = expressions.compile(source);
        if (!template.isLiteral()) {
            templates.add(template);
        }
        return template;
    }

    /// The syntax errors of the templates that have one.
    public List<ExpressionException> problems() {
        return problems;
    }

    /// What any of the templates reads.
    public Reads reads() {
        return reads;
    }

    /// Whether all of the templates are.
    public boolean laneSafe() {
        return laneSafe;
    }

    /// Whether there is nothing to render.
    public boolean isConstant() {
        return root instanceof Node.Constant;
    }

    /// The same structure with every text rendered. What needs no rendering isn't copied.
    ///
    /// @throws ExpressionException if a template can't be rendered
    public @Nullable Object render(RenderContext context) {
        return render(root, context, new Meter(context.budget()));
    }

    private static @Nullable Object render(Node node, RenderContext context, Meter meter) {
        return switch (node) {
            case Node.Constant(var value) -> value;
            case Node.Text(var template) -> text(template, context, meter);
            case Node.ListOf(var elements) -> {
                var rendered = new ArrayList<@Nullable Object>(elements.size());
                for (var element : elements) {
                    rendered.add(render(element, context, meter));
                }
                yield rendered;
            }
            case Node.MapOf(var entries) -> {
                var rendered =
                        LinkedHashMap.<String, @Nullable Object>newLinkedHashMap(entries.size());
                for (var entry : entries) {
                    rendered.put(
                            text(entry.key(), context, meter),
                            render(entry.value(), context, meter));
                }
                yield rendered;
            }
        };
    }

    private static String text(Template template, RenderContext context, Meter meter) {
        return switch (template) {
            case LiteralTemplate literal -> literal.source();
            case CompiledTemplate compiled -> compiled.render(context, meter);
        };
    }
}
