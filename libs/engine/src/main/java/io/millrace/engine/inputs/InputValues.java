// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine.inputs;

import io.millrace.expressions.Encrypted;
import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.Formats;
import io.millrace.model.Input;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Values of each type: from what was given to plain JSON.
final class InputValues {

    private static final Pattern EMAIL =
            Pattern.compile("[^\\s@<>\"]{1,64}@[^\\s@<>\".]+(\\.[^\\s@<>\".]+)*");

    private InputValues() {}

    /// @throws InputViolation if it isn't of that type
    static @Nullable Object parse(Input.Type type, Input.@Nullable Type itemType, Object given) {
        if (Encrypted.is(given)) {
            return given;
        }
        try {
            return switch (type) {
                case STRING, SECRET, SELECT, FILE -> text(given);
                case EMAIL -> email(text(given));
                case INT -> whole(given);
                case FLOAT -> decimal(given);
                case BOOL -> truth(given);
                case DATETIME -> dateTime(text(given)).toString();
                case DATE -> date(text(given)).toString();
                case TIME -> DateTimeFormatter.ISO_LOCAL_TIME.format(time(text(given)));
                case DURATION -> duration(text(given)).toString();
                case URI -> uri(text(given));
                case JSON -> given instanceof String text ? Formats.json(text) : given;
                case YAML -> given instanceof String text ? Formats.yaml(text) : given;
                case ION -> given instanceof String text ? Formats.ion(text) : given;
                case ARRAY, MULTISELECT ->
                        items(type, itemType == null ? Input.Type.STRING : itemType, given);
            };
        } catch (DateTimeException
                | NumberFormatException
                | ArithmeticException
                | URISyntaxException
                | ExpressionException _) {
            throw unexpected(type, given);
        }
    }

    private static InputViolation unexpected(Input.Type type, Object given) {
        return new InputViolation("Expected `%s` but received `%s`".formatted(type, text(given)));
    }

    /// As messages show it: lists and maps as JSON.
    static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case String text -> text;
            case BigDecimal number -> number.toPlainString();
            case Map<?, ?> map when Encrypted.is(map) -> Encrypted.MASK;
            case Map<?, ?> _, Collection<?> _ -> Formats.toJson(value);
            default -> value.toString();
        };
    }

    /// Of 32 bits, of 64 if it doesn't fit.
    private static Number whole(Object given) {
        if (given instanceof Boolean || given instanceof Map || given instanceof Collection) {
            throw new NumberFormatException();
        }
        var text = text(given).strip();
        if (text.length() > 40) {
            throw new NumberFormatException();
        }
        BigInteger whole =
                given instanceof Number
                        ? new BigDecimal(text).toBigIntegerExact()
                        : new BigInteger(text);
        if (whole.bitLength() < Integer.SIZE) {
            return whole.intValue();
        }
        return whole.longValueExact();
    }

    private static Double decimal(Object given) {
        if (given instanceof Boolean || given instanceof Map || given instanceof Collection) {
            throw new NumberFormatException();
        }
        double value = Double.parseDouble(text(given).strip());
        if (!Double.isFinite(value)) {
            throw new NumberFormatException();
        }
        return value;
    }

    private static boolean truth(Object given) {
        return switch (text(given).strip().toLowerCase(Locale.ROOT)) {
            case "true", "1", "yes", "on" -> true;
            case "false", "0", "no", "off" -> false;
            default -> throw unexpected(Input.Type.BOOL, given);
        };
    }

    /// With any offset, or in UTC if it has none.
    static Instant dateTime(String text) {
        return text.endsWith("Z") ? Instant.parse(text) : OffsetDateTime.parse(text).toInstant();
    }

    static LocalDate date(String text) {
        return LocalDate.parse(text);
    }

    static LocalTime time(String text) {
        return LocalTime.parse(text);
    }

    static Duration duration(String text) {
        return Duration.parse(text);
    }

    /// Absolute; one that names a host must have one.
    private static String uri(String text) throws URISyntaxException {
        var uri = new URI(text);
        boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        if (uri.getScheme() == null || (web && uri.getHost() == null)) {
            throw unexpected(Input.Type.URI, text);
        }
        return text;
    }

    private static String email(String text) {
        if (text.length() > 320 || (!text.isEmpty() && !EMAIL.matcher(text).matches())) {
            throw new InputViolation("The input must be a valid email");
        }
        return text;
    }

    private static List<@Nullable Object> items(
            Input.Type type, Input.Type itemType, Object given) {
        var source = given instanceof String text ? Formats.json(text) : given;
        if (!(source instanceof Collection<?> elements)) {
            throw unexpected(type, given);
        }
        var items = new ArrayList<@Nullable Object>(elements.size());
        for (var element : elements) {
            try {
                items.add(element == null ? null : parse(itemType, null, element));
            } catch (InputViolation _) {
                throw new InputViolation(
                        "Unable to parse array element as `%s` on `%s`"
                                .formatted(itemType, text(element)));
            }
        }
        return items;
    }
}
