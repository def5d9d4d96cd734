// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A parsed template. Immutable; may be rendered by many threads at once.
public sealed interface Template permits LiteralTemplate, CompiledTemplate {

    String source();

    Reads reads();

    /// The paths that must lead to something, or rendering may fail, each with the line that names
    /// it first: those that no `??`, `default` or `is defined` makes optional. A branch that isn't
    /// taken needs nothing, so this is a hint.
    Map<Reads.Path, Integer> needs();

    /// Whether it may be rendered on a lane: it is pure but for the clock and the random numbers
    /// that the context hands in, and its work is bounded by its own length and the size of what it
    /// reads.
    boolean laneSafe();

    /// Whether it is text without any expression.
    boolean isLiteral();

    /// The syntax error, if it has one: then every rendering ends in that error.
    @Nullable ExpressionException problem();

    /// @throws ExpressionException if it can't be rendered
    String render(RenderContext context);

    /// The value itself where the whole template is one `{{ expression }}`, else the rendered text.
    ///
    /// @throws ExpressionException if it can't be rendered
    @Nullable Object evaluate(RenderContext context);
}
