// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Renders until no template is left in the text.
final class Recursion {

    static final int MAX_ROUNDS = 100;

    private static final Pattern RAW =
            Pattern.compile(
                    "\\{%-?\\s*raw\\s*-?%\\}(.*?)\\{%-?\\s*endraw\\s*-?%\\}", Pattern.DOTALL);

    private Recursion() {}

    static String render(
            Expressions expressions, String source, RenderContext context, Meter meter) {
        var raw = new ArrayList<String>();
        var text = withoutRaw(source, raw);
        for (int round = 0; round < MAX_ROUNDS; round++) {
            if (!(expressions.compile(text) instanceof CompiledTemplate template)) {
                return withRaw(text, raw);
            }
            var rendered = withoutRaw(template.renderOnce(context, meter), raw);
            if (rendered.equals(text)) {
                return withRaw(text, raw);
            }
            text = rendered;
        }
        throw tooMany();
    }

    static ExpressionException tooMany() {
        return new ExpressionException("Too many rendering attempts");
    }

    private static String withoutRaw(String text, List<String> raw) {
        if (!text.contains("raw")) {
            return text;
        }
        return RAW.matcher(text)
                .replaceAll(match -> {
                    raw.add(match.group(1));
                    return placeholder(raw.size() - 1);
                });
    }

    private static String withRaw(String text, List<String> raw) {
        var result = text;
        for (int i = 0; i < raw.size(); i++) {
            result = result.replace(placeholder(i), raw.get(i));
        }
        return result;
    }

    /// Of the private use area of Unicode.
    private static String placeholder(int index) {
        return "\uE000raw" + index + "\uE001";
    }
}
