// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.render;

import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.Expressions;
import io.millrace.expressions.RenderContext;
import io.millrace.expressions.TypedValues;
import io.millrace.platform.problem.ServiceException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/// Previews what a template renders to.
@RestController
final class RenderController {
    private final Expressions expressions;

    RenderController(Expressions expressions) {
        this.expressions = expressions;
    }

    /// @param template text, or a map or list of such
    /// @param variables all that the template sees, in the notation of typed values
    /// @param recursive whether templates in the values of variables are rendered, too
    record Question(
            @Nullable Object template,
            @Nullable Map<String, @Nullable Object> variables,
            @Nullable Boolean recursive) {}

    /// Renders a template; nothing is stored or started.
    @PostMapping("/api/v1/{tenant}/expressions/render")
    Map<String, @Nullable Object> render(@RequestBody Question question) {
        try {
            Map<String, @Nullable Object> variables = new HashMap<>();
            if (question.variables() != null) {
                question.variables()
                        .forEach((name, value) -> variables.put(name, TypedValues.parse(value)));
            }
            var context =
                    RenderContext.of(variables)
                            .withRecursive(Boolean.TRUE.equals(question.recursive()));
            Map<String, @Nullable Object> answer = new LinkedHashMap<>();
            answer.put("result", expressions.compileTree(question.template()).render(context));
            return answer;
        } catch (ExpressionException e) {
            throw new ServiceException.Refused(String.valueOf(e.getMessage()));
        }
    }
}
