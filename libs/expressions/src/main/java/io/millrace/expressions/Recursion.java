// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

/// Renders until no template is left in the text.
final class Recursion {

    static final int MAX_ROUNDS = 100;

    private Recursion() {}

    static String render(
            Expressions expressions, String source, RenderContext context, Meter meter) {
        var raw = new Raw();
        var text = raw.takeOut(source);
        for (int round = 0; round < MAX_ROUNDS; round++) {
            if (!(expressions.compile(text) instanceof CompiledTemplate template)) {
                return raw.putBack(text);
            }
            var rendered = raw.takeOut(template.renderOnce(context, meter));
            if (rendered.equals(text)) {
                return raw.putBack(text);
            }
            text = rendered;
        }
        throw tooMany();
    }

    static ExpressionException tooMany() {
        return new ExpressionException("Too many rendering attempts");
    }
}
