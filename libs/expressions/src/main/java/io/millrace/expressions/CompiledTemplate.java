// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// @param body what writes the text
/// @param value the expression, where the template is nothing but that
record CompiledTemplate(
        Expressions expressions,
        String source,
        Statement body,
        @Nullable Node value,
        Reads reads,
        Map<Reads.Path, Integer> needs,
        boolean laneSafe,
        @Nullable ExpressionException problem)
        implements Template {

    /// How much of a source an error message quotes.
    private static final int MAX_QUOTED = 2_000;

    @Override
    public boolean isLiteral() {
        return false;
    }

    @Override
    public String render(RenderContext context) {
        return render(context, new Meter(context.budget()));
    }

    String render(RenderContext context, Meter meter) {
        if (context.recursive()) {
            return Recursion.render(expressions, source, context, meter);
        }
        return renderOnce(context, meter);
    }

    String renderOnce(RenderContext context, Meter meter) {
        var evaluation = new Evaluation(expressions, context, meter);
        var output = evaluation.output();
        try {
            body.run(evaluation, output);
        } catch (UnansweredException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            throw explained(e, evaluation.line());
        }
        return output.toString();
    }

    @Override
    public @Nullable Object evaluate(RenderContext context) {
        if (value == null || context.recursive()) {
            return render(context);
        }
        var evaluation = new Evaluation(expressions, context, new Meter(context.budget()));
        try {
            return value.eval(evaluation);
        } catch (UnansweredException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            throw explained(e, evaluation.line());
        }
    }

    /// Here the sandbox ends: whatever a template ran into becomes an error of that template.
    ///
    /// @param line of the call or operation that was evaluated last; 0 if there was none
    private ExpressionException explained(Throwable e, int line) {
        return switch (e) {
            case ExpressionException explained -> explained.at(quoted(), line);
            case Undefined undefined ->
                    new ExpressionException(
                            "Unable to find `%s` used in the expression `%s` at line %d"
                                    .formatted(undefined.name(), quoted(), undefined.line()),
                            null,
                            true);
            case StackOverflowError _ ->
                    new BudgetExceededException("The expression is nested too deeply");
            default ->
                    new ExpressionException(
                            "Unable to render the expression `%s` at line %d: %s"
                                    .formatted(
                                            quoted(),
                                            Math.max(line, 1),
                                            e.getMessage() == null
                                                    ? e.getClass().getSimpleName()
                                                    : e.getMessage()),
                            e,
                            true);
        };
    }

    private String quoted() {
        return source.length() <= MAX_QUOTED ? source : source.substring(0, MAX_QUOTED) + "…";
    }

    @Override
    public String toString() {
        return source;
    }
}
