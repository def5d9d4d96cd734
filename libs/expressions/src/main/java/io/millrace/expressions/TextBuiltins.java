// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import static io.millrace.expressions.Builtin.Lane.SAFE_WITHOUT_OPTIONS;
import static io.millrace.expressions.Builtin.Lane.SAFE_WITH_LITERAL;
import static io.millrace.expressions.Builtin.Lane.UNSAFE;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.text.Normalizer;
import java.text.NumberFormat;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Filters of texts and numbers.
final class TextBuiltins {

    private static final int MAX_INDENT = 10_000;
    private static final int MAX_FORMAT = 200;
    private static final Pattern LONG_WIDTH = Pattern.compile("%[^%a-zA-Z]*?(\\d{4,})");

    private TextBuiltins() {}

    /// A filter of texts: gives null for null.
    @FunctionalInterface
    private interface TextFilter {
        Object apply(String text, Arguments arguments, Evaluation e);
    }

    private static Builtin text(String name, TextFilter filter, String... parameters) {
        return Builtin.of(
                name,
                (input, arguments, e) ->
                        input == null ? null : filter.apply(Values.text(input, e), arguments, e),
                parameters);
    }

    /// A filter of texts, and of all the texts in a list or map, at any depth.
    private static Builtin inDepth(String name, TextFilter filter, String... parameters) {
        return Builtin.of(
                name, (input, arguments, e) -> inDepth(input, filter, arguments, e), parameters);
    }

    private static @Nullable Object inDepth(
            @Nullable Object input, TextFilter filter, Arguments arguments, Evaluation e) {
        return switch (input) {
            case null -> null;
            case Map<?, ?> map -> {
                e.meter().elements(map.size());
                var result = new LinkedHashMap<@Nullable Object, @Nullable Object>();
                map.forEach((key, value) -> result.put(key, inDepth(value, filter, arguments, e)));
                yield e.made(result);
            }
            case Collection<?> all -> {
                e.meter().elements(all.size());
                var result = new ArrayList<@Nullable Object>();
                for (var element : all) {
                    result.add(inDepth(element, filter, arguments, e));
                }
                yield e.made(result);
            }
            default -> filter.apply(Values.text(input, e), arguments, e);
        };
    }

    static List<Builtin> filters() {
        return List.of(
                text("upper", (s, _, _) -> s.toUpperCase(Locale.ROOT)),
                text("lower", (s, _, _) -> s.toLowerCase(Locale.ROOT)),
                text("trim", (s, _, _) -> s.trim()),
                text("title", (s, _, _) -> title(s)),
                text("capitalize", (s, _, _) -> capitalize(s)),
                text("abbreviate", (s, a, _) -> abbreviate(s, a.integer("length")), "length"),
                text(
                        "nl2br",
                        (s, _, e) ->
                                replace(
                                        s.replace("\r\n", "\n").replace('\r', '\n'),
                                        "\n",
                                        "<br />",
                                        e.meter())),
                Builtin.of("condense", (input, _, _) -> condense(input)),
                text("slugify", (s, _, _) -> slugify(s)),
                inDepth("escapeChar", TextBuiltins::escapeChar, "type"),
                text("sh", (s, _, e) -> replace(s, "'", "'\\''", e.meter())),
                Builtin.of(
                        "startsWith",
                        (input, a, e) ->
                                input != null && Values.text(input, e).startsWith(value(a)),
                        "value"),
                Builtin.of(
                        "endsWith",
                        (input, a, e) -> input != null && Values.text(input, e).endsWith(value(a)),
                        "value"),
                text("substringBefore", (s, a, _) -> before(s, separator(a), false), "separator"),
                text(
                        "substringBeforeLast",
                        (s, a, _) -> before(s, separator(a), true),
                        "separator"),
                text("substringAfter", (s, a, _) -> after(s, separator(a), false), "separator"),
                text("substringAfterLast", (s, a, _) -> after(s, separator(a), true), "separator"),
                text("indent", (s, a, e) -> indent(s, a, e), "amount", "prefix"),
                text(
                        "nindent",
                        (s, a, e) ->
                                s.isEmpty() ? s : lineSeparator(s) + prefix(a, e) + indent(s, a, e),
                        "amount",
                        "prefix"),
                inDepth("replace", TextBuiltins::replace, "replace_pairs", "regexp")
                        .onLane(SAFE_WITHOUT_OPTIONS),
                text("split", TextBuiltins::split, "delimiter", "limit").onLane(SAFE_WITH_LITERAL),
                Builtin.of(
                                "regexMatch",
                                (input, a, e) -> input != null && matcher(input, a, e).find(),
                                "regex")
                        .onLane(UNSAFE),
                text("regexReplace", TextBuiltins::regexReplace, "regex", "replacement")
                        .onLane(UNSAFE),
                Builtin.of("regexExtract", TextBuiltins::regexExtract, "regex", "group")
                        .onLane(UNSAFE),
                text("string", (s, _, _) -> s),
                Builtin.of("className", (input, _, _) -> className(input)),
                Builtin.of("number", TextBuiltins::number, "type"),
                Builtin.of("abs", (input, _, _) -> abs(input)),
                Builtin.of("numberFormat", TextBuiltins::numberFormat, "format"),
                text("format", TextBuiltins::format));
    }

    private static String value(Arguments arguments) {
        return Values.text(arguments.demanded("value"));
    }

    private static String separator(Arguments arguments) {
        return arguments.text("separator");
    }

    private static String title(String text) {
        var result = new StringBuilder(text.length());
        boolean start = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isWhitespace(c)) {
                start = true;
            } else if (start) {
                c = Character.toTitleCase(c);
                start = false;
            }
            result.append(c);
        }
        return result.toString();
    }

    private static String capitalize(String text) {
        int first = 0;
        while (first < text.length() && Character.isWhitespace(text.charAt(first))) {
            first++;
        }
        return first == text.length()
                ? text
                : text.substring(0, first)
                        + Character.toTitleCase(text.charAt(first))
                        + text.substring(first + 1);
    }

    private static String abbreviate(String text, long length) {
        if (length < 0) {
            throw new ExpressionException("'abbreviate' expects a length of at least 0");
        }
        if (text.length() < length || text.length() <= 3) {
            return text;
        }
        return length <= 3
                ? text.substring(0, (int) length)
                : text.substring(0, (int) length - 3) + "...";
    }

    private static String slugify(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFD)
                .replaceAll("\\s", "-")
                .replaceAll("[^\\w-]", "")
                .toLowerCase(Locale.ENGLISH)
                .replaceAll("-{2,}", "-")
                .replaceAll("^-|-$", "");
    }

    private static String escapeChar(String text, Arguments arguments, Evaluation e) {
        return switch (arguments.text("type")) {
            case "single" -> replace(text, "'", "\\'", e.meter());
            case "double" -> replace(text, "\"", "\\\"", e.meter());
            case "shell" -> replace(text, "'", "'\\''", e.meter());
            case String type ->
                    throw new ExpressionException(
                            "'escapeChar' expects type 'single', 'double' or 'shell' but it is '%s'"
                                    .formatted(type));
        };
    }

    private static String before(String text, String separator, boolean last) {
        int at = last ? text.lastIndexOf(separator) : text.indexOf(separator);
        return at < 0 ? text : text.substring(0, at);
    }

    private static String after(String text, String separator, boolean last) {
        int at = last ? text.lastIndexOf(separator) : text.indexOf(separator);
        return at < 0 ? "" : text.substring(at + separator.length());
    }

    // --- lines ----------------------------------------------------------------------------------

    private static String lineSeparator(String text) {
        for (var twofold : List.of("\r\n", "\n\r")) {
            if (text.contains(twofold)) {
                return twofold;
            }
        }
        return !text.contains("\n") && text.contains("\r") ? "\r" : "\n";
    }

    private static String prefix(Arguments arguments, Evaluation e) {
        long amount = arguments.integer("amount");
        var one = arguments.optionalText("prefix");
        if (amount < 0 || amount > MAX_INDENT) {
            throw new ExpressionException(
                    "'%s' expects an amount from 0 to %d".formatted(arguments.call(), MAX_INDENT));
        }
        var unit = one == null ? " " : one;
        e.meter().chars(unit.length() * amount);
        return unit.repeat((int) amount);
    }

    private static String indent(String text, Arguments arguments, Evaluation e) {
        var separator = lineSeparator(text);
        return replace(text, separator, separator + prefix(arguments, e), e.meter());
    }

    // --- replacing ------------------------------------------------------------------------------

    private static String replace(String text, Arguments arguments, Evaluation e) {
        boolean regexp = arguments.flag("regexp", false);
        var result = text;
        for (var pair : Values.map(arguments.demanded("replace_pairs")).entrySet()) {
            var wanted = Values.text(pair.getKey());
            var replacement = Values.text(pair.getValue());
            result =
                    regexp
                            ? Regex.replaceAll(result, wanted, replacement, e.meter())
                            : replace(result, wanted, replacement, e.meter());
        }
        return result;
    }

    /// Like [String#replace] but metered before the text is made.
    static String replace(String text, String wanted, String replacement, Meter meter) {
        meter.step();
        meter.chars(text.length());
        long growth = (long) replacement.length() - wanted.length();
        if (growth > 0) {
            long count = 0;
            if (wanted.isEmpty()) {
                count = text.length() + 1L;
            } else {
                for (int at = text.indexOf(wanted);
                        at >= 0;
                        at = text.indexOf(wanted, at + wanted.length())) {
                    count++;
                }
            }
            meter.chars(count * growth);
        }
        return text.replace(wanted, replacement);
    }

    private static List<String> split(String text, Arguments arguments, Evaluation e) {
        int limit = arguments.has("limit") ? (int) arguments.integer("limit") : 0;
        return Regex.split(text, arguments.text("delimiter"), limit, e.meter());
    }

    private static @Nullable Object regexExtract(
            @Nullable Object input, Arguments arguments, Evaluation e) {
        if (input == null) {
            return null;
        }
        var matcher = matcher(input, arguments, e);
        long group = arguments.get("group") == null ? 0 : arguments.integer("group");
        if (group < 0) {
            throw new ExpressionException(
                    "Group index %d is out of bounds: it must be at least 0".formatted(group));
        }
        if (!matcher.find()) {
            return null;
        }
        if (group > matcher.groupCount()) {
            throw new ExpressionException(
                    "Group index %d is out of bounds: the regular expression has %d groups"
                            .formatted(group, matcher.groupCount()));
        }
        return matcher.group((int) group);
    }

    private static Matcher matcher(Object input, Arguments arguments, Evaluation e) {
        var regex = Values.text(arguments.demanded("regex"));
        return Regex.matcher(regex, Values.text(input, e), e.meter());
    }

    private static String regexReplace(String text, Arguments arguments, Evaluation e) {
        var regex = Values.text(arguments.demanded("regex"));
        var replacement = Values.text(arguments.demanded("replacement"));
        return Regex.replaceAll(text, regex, replacement, e.meter());
    }

    // --- numbers --------------------------------------------------------------------------------

    private static String className(@Nullable Object input) {
        return switch (input) {
            case null -> "";
            case Map<?, ?> _ -> "java.util.Map";
            case List<?> _ -> "java.util.List";
            default -> input.getClass().getName();
        };
    }

    private static @Nullable Object number(
            @Nullable Object input, Arguments arguments, Evaluation e) {
        if (input == null) {
            return null;
        }
        var text = Values.text(input, e).strip();
        var type = arguments.optionalText("type");
        try {
            return switch (type == null ? "" : type.toUpperCase(Locale.ROOT)) {
                case "" -> input instanceof Number ? input : number(text);
                case "INT" -> Integer.valueOf(text);
                case "LONG" -> Long.valueOf(text);
                case "FLOAT" -> Float.valueOf(text);
                case "DOUBLE" -> Double.valueOf(text);
                case "BIGDECIMAL" -> Values.bounded(new BigDecimal(text));
                case "BIGINTEGER" -> bigInteger(text);
                default ->
                        throw new ExpressionException(
                                "'number' doesn't know the type '%s'".formatted(type));
            };
        } catch (NumberFormatException ex) {
            throw new ExpressionException("'%s' is not a number".formatted(text), ex);
        }
    }

    /// The smallest type that holds it.
    private static Number number(String text) {
        if (text.chars().noneMatch(c -> c == '.' || c == 'e' || c == 'E')) {
            var whole = bigInteger(text);
            if (whole.bitLength() < Integer.SIZE) {
                return whole.intValue();
            }
            return whole.bitLength() < Long.SIZE ? (Number) whole.longValue() : whole;
        }
        var exact = Values.bounded(new BigDecimal(text));
        if (exact.scale() <= 7 && Float.isFinite(exact.floatValue())) {
            return exact.floatValue();
        }
        return exact.scale() <= 16 && Double.isFinite(exact.doubleValue())
                ? (Number) exact.doubleValue()
                : exact;
    }

    private static BigInteger bigInteger(String text) {
        if (text.length() > 1_000) {
            throw new ExpressionException("A number of that many digits isn't supported");
        }
        return new BigInteger(text);
    }

    private static Number abs(@Nullable Object input) {
        if (!(input instanceof Number given)) {
            throw new ExpressionException(
                    "The 'abs' filter expects a number but it is a " + Values.typeOf(input));
        }
        return switch (given) {
            case Integer number -> Math.abs(number);
            case Double number -> Math.abs(number);
            case Float number -> Math.abs(number);
            case BigDecimal number -> number.abs();
            case BigInteger number -> number.abs();
            case Number number -> Math.abs(number.longValue());
        };
    }

    private static @Nullable Object numberFormat(
            @Nullable Object input, Arguments arguments, Evaluation e) {
        if (input == null) {
            return null;
        }
        if (!(input instanceof Number)) {
            throw new ExpressionException(
                    "The input for the 'numberFormat' filter has to be a number.");
        }
        var pattern = arguments.optionalText("format");
        if (pattern != null && pattern.length() > MAX_FORMAT) {
            throw new ExpressionException("'numberFormat' doesn't support a format of that length");
        }
        var format =
                pattern == null
                        ? NumberFormat.getInstance(Locale.ENGLISH)
                        : new DecimalFormat(
                                pattern, DecimalFormatSymbols.getInstance(Locale.ENGLISH));
        return format.format(input instanceof BigDecimal big ? Values.bounded(big) : input);
    }

    private static @Nullable Object condense(@Nullable Object input) {
        return switch (input) {
            case null -> null;
            case String text -> text.strip().replaceAll("\\s+", " ");
            case Object other ->
                    throw new ExpressionException(
                            "condense can only be applied on strings, but it is a "
                                    + Values.typeOf(other));
        };
    }

    /// Widths and precisions are bounded, as they say how long the result is.
    private static String format(String pattern, Arguments arguments, Evaluation e) {
        if (LONG_WIDTH.matcher(pattern).find()) {
            throw new ExpressionException("'format' supports widths below 1000");
        }
        return String.format(Locale.ENGLISH, pattern, arguments.all().toArray());
    }
}
