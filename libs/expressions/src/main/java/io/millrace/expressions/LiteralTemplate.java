// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import java.util.Map;
import org.jspecify.annotations.Nullable;

record LiteralTemplate(String source) implements Template {

    /// Whether there is nothing to parse in a text.
    static boolean isLiteral(String source) {
        int brace = source.indexOf('{');
        while (brace >= 0 && brace + 1 < source.length()) {
            char next = source.charAt(brace + 1);
            if (next == '{' || next == '%' || next == '#') {
                return false;
            }
            brace = source.indexOf('{', brace + 1);
        }
        return true;
    }

    @Override
    public Reads reads() {
        return Reads.NOTHING;
    }

    @Override
    public Map<Reads.Path, Integer> needs() {
        return Map.of();
    }

    @Override
    public boolean laneSafe() {
        return true;
    }

    @Override
    public boolean isLiteral() {
        return true;
    }

    @Override
    public @Nullable ExpressionException problem() {
        return null;
    }

    @Override
    public String render(RenderContext context) {
        return source;
    }

    @Override
    public String evaluate(RenderContext context) {
        return source;
    }
}
