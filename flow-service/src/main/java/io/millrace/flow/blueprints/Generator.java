// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.blueprints;

import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.Expressions;
import io.millrace.expressions.RenderContext;
import io.millrace.model.yaml.ParsedBlueprint;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.problem.Violation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Makes the source of a flow from a template. Its expressions stand in `<< >>` and its tags in `<%
/// %>`, so that those of the flow, in braces, stay what they are.
final class Generator {
    /// A line that has only a tag leaves nothing behind.
    private static final Pattern CODE =
            Pattern.compile(
                    "(?m)^[ \\t]*<%(?<line>.*?)%>[ \\t]*\\R|<%(?<tag>.*?)%>|<<(?<print>.*?)>>");

    private static final String TEXTS = "millraceTexts";

    private final Expressions expressions = new Expressions();

    /// @param given values of arguments; those that aren't given take their defaults
    /// @throws ServiceException.Invalid if one is missing, unknown, or the template can't be
    ///   rendered
    String generate(ParsedBlueprint.Template template, Map<String, @Nullable Object> given) {
        var arguments = arguments(template, given);
        var texts = new ArrayList<String>();
        var code = code(template.source(), texts);
        try {
            return expressions.render(
                    code, RenderContext.of(Map.of("arg", arguments, TEXTS, texts)));
        } catch (ExpressionException e) {
            throw new ServiceException.Invalid(
                    "template", "The template can't be rendered: " + e.getMessage());
        }
    }

    private static Map<String, @Nullable Object> arguments(
            ParsedBlueprint.Template template, Map<String, @Nullable Object> given) {
        var arguments = new LinkedHashMap<String, @Nullable Object>();
        var violations = new ArrayList<Violation>();
        for (var argument : template.arguments()) {
            var value = given.get(argument.id());
            if (value == null) {
                value = argument.defaults();
            }
            if (value == null && argument.required()) {
                violations.add(
                        Violation.of(
                                argument.id(), "Expected a value of argument " + argument.id()));
            }
            arguments.put(argument.id(), value);
        }
        for (var name : given.keySet()) {
            if (!arguments.containsKey(name)) {
                violations.add(
                        Violation.of(
                                name,
                                "Expected one of the arguments %s but got %s"
                                        .formatted(arguments.keySet(), name)));
            }
        }
        if (!violations.isEmpty()) {
            throw new ServiceException.Invalid("Illegal argument: see errors", violations);
        }
        return arguments;
    }

    /// The template in the usual delimiters, its texts taken out.
    private static String code(String source, List<String> texts) {
        var code = new StringBuilder();
        int at = 0;
        for (var part = CODE.matcher(source); part.find(); at = part.end()) {
            text(source.substring(at, part.start()), code, texts);
            if (part.group("print") != null) {
                code.append("{{").append(part.group("print")).append("}}");
            } else {
                var tag = part.group("line") == null ? part.group("tag") : part.group("line");
                code.append("{%").append(tag).append("%}");
            }
        }
        text(source.substring(at), code, texts);
        return code.toString();
    }

    private static void text(String text, StringBuilder code, List<String> texts) {
        if (!text.isEmpty()) {
            code.append("{{ ").append(TEXTS).append('[').append(texts.size()).append("] }}");
            texts.add(text);
        }
    }
}
