// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import org.jspecify.annotations.Nullable;

/// A parsed template. Immutable; may be rendered by many threads at once.
public sealed interface Template permits LiteralTemplate, CompiledTemplate {

    String source();

    Reads reads();

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
