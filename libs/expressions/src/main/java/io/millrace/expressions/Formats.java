// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import org.jspecify.annotations.Nullable;

/// Reading and matching what users give, with the bounds that expressions have.
public final class Formats {

    private Formats() {}

    /// @throws ExpressionException if it isn't JSON
    public static @Nullable Object json(String text) {
        return Json.parse(text);
    }

    /// Lists and maps on one line; times as ISO 8601 text.
    public static String toJson(@Nullable Object value) {
        return Json.write(value);
    }

    /// @throws ExpressionException if it isn't YAML
    public static @Nullable Object yaml(String text) {
        return Yaml.parse(text, new Meter(Budget.DEFAULT));
    }

    /// The first value of a text in Ion.
    ///
    /// @throws ExpressionException if it isn't Ion
    public static @Nullable Object ion(String text) {
        var values = Ion.parse(text, new Meter(Budget.DEFAULT));
        return values.isEmpty() ? null : values.getFirst();
    }

    /// Whether a regular expression matches the whole text.
    ///
    /// @throws ExpressionException if it isn't a regular expression, or one that takes too long
    public static boolean matches(String regex, String text) {
        try {
            return Regex.matcher(regex, text, new Meter(Budget.DEFAULT)).matches();
        } catch (StackOverflowError _) {
            throw new BudgetExceededException("The regular expression is nested too deeply");
        }
    }
}
