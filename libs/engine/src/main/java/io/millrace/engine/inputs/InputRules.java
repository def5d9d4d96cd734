// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine.inputs;

import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.Formats;
import io.millrace.model.Input;
import io.millrace.model.Input.Rules;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What a value of an input must fulfil beyond its type.
final class InputRules {

    private InputRules() {}

    /// @param value of the input's type
    /// @param options what can be selected
    /// @throws InputViolation if it breaks a rule
    static void check(Input input, Object value, List<String> options) {
        var rules = input.rules();
        var text = InputValues.text(value);
        switch (input.type()) {
            case STRING, SECRET, EMAIL -> pattern(rules, text);
            case INT, FLOAT -> {
                range(rules.min(), text, BigDecimal::new, -1, "it must be more than");
                range(rules.max(), text, BigDecimal::new, 1, "it must be less than");
            }
            case DURATION -> {
                range(rules.min(), text, InputValues::duration, -1, "It must be more than");
                range(rules.max(), text, InputValues::duration, 1, "It must be less than");
            }
            case DATE -> dates(rules, text, InputValues::date);
            case DATETIME -> dates(rules, text, InputValues::dateTime);
            case TIME -> dates(rules, text, InputValues::time);
            case FILE -> extension(rules, text);
            case SELECT -> selection(rules, text, options);
            case MULTISELECT -> {
                if (value instanceof List<?> all) {
                    all.forEach(one -> selected(rules, InputValues.text(one), options));
                }
            }
            case BOOL, JSON, YAML, ION, URI, ARRAY -> {}
        }
    }

    private static void pattern(Rules rules, String text) {
        var validator = rules.validator();
        if (validator == null) {
            return;
        }
        try {
            if (!Formats.matches(validator, text)) {
                throw new InputViolation("it must match the pattern `%s`".formatted(validator));
            }
        } catch (ExpressionException e) {
            throw new InputViolation(
                    "it can't be matched with the pattern `%s`: %s"
                            .formatted(validator, e.getMessage()));
        }
    }

    private static <T extends Comparable<? super T>> void dates(
            Rules rules, String text, Function<String, T> reader) {
        range(rules.after(), text, reader, -1, "it must be after");
        range(rules.before(), text, reader, 1, "it must be before");
    }

    /// @param wrongSign of the comparison with the bound
    private static <T extends Comparable<? super T>> void range(
            @Nullable String bound,
            String text,
            Function<String, T> reader,
            int wrongSign,
            String message) {
        if (bound == null) {
            return;
        }
        var limit = reader.apply(bound);
        if (Integer.signum(reader.apply(text).compareTo(limit)) == wrongSign) {
            throw new InputViolation("%s `%s`".formatted(message, limit));
        }
    }

    private static void extension(Rules rules, String uri) {
        var allowed = rules.allowedFileExtensions();
        boolean matches =
                allowed.stream()
                        .map(extension -> extension.startsWith(".") ? extension : "." + extension)
                        .anyMatch(extension ->
                                uri.toLowerCase(Locale.ROOT)
                                        .endsWith(extension.toLowerCase(Locale.ROOT)));
        if (!allowed.isEmpty() && !matches) {
            throw new InputViolation(
                    "the file must have one of the extensions `%s`".formatted(allowed));
        }
    }

    private static void selection(Rules rules, String text, List<String> options) {
        if (!rules.allowCustomValue() && !options.contains(text)) {
            throw new InputViolation("it must match the values `%s`".formatted(options));
        }
    }

    private static void selected(Rules rules, String text, List<String> options) {
        if (!rules.allowCustomValue() && !options.contains(text)) {
            throw new InputViolation("it must match the values `%s`".formatted(options));
        }
    }
}
