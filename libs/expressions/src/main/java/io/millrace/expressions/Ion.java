// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Amazon Ion's text format, as far as it has counterparts in JSON: timestamps and symbols are read
/// as text. See <https://amazon-ion.github.io/ion-docs/docs/spec.html>.
final class Ion {

    private static final Pattern SYMBOL = Pattern.compile("[A-Za-z_$][A-Za-z0-9_$]*");
    private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9][0-9]*)");
    private static final Pattern DECIMAL =
            Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]*)?([eEdD][+-]?[0-9]+)?");
    private static final Pattern TIMESTAMP = Pattern.compile("[0-9]{4}(-[0-9]{2}.*|T)");
    private static final DateTimeFormatter MILLIS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX").withZone(ZoneOffset.UTC);
    private static final String DELIMITERS = "{}[](),\"':;";
    private static final int MAX_DEPTH = 200;

    private final String text;
    private final Meter meter;
    private int at;
    private int depth;

    private Ion(String text, Meter meter) {
        this.text = text;
        this.meter = meter;
    }

    // --- writing --------------------------------------------------------------------------------

    static String write(@Nullable Object value, Evaluation e) {
        var output = e.output();
        write(value, output);
        return output.toString();
    }

    private static void write(@Nullable Object value, Output output) {
        switch (value) {
            case null -> output.append("null");
            case Float number -> output.append(real(number.doubleValue()));
            case Double number -> output.append(real(number));
            case LocalDate date -> output.append(date.toString());
            case Instant at -> output.append(MILLIS.format(at));
            case Date at -> output.append(MILLIS.format(at.toInstant()));
            case ZonedDateTime at -> annotated(at, DateTimeFormatter.ISO_ZONED_DATE_TIME, output);
            case OffsetDateTime at -> annotated(at, DateTimeFormatter.ISO_OFFSET_DATE_TIME, output);
            case LocalDateTime at -> annotated(at, DateTimeFormatter.ISO_LOCAL_DATE_TIME, output);
            case OffsetTime at -> annotated(at, DateTimeFormatter.ISO_OFFSET_TIME, output);
            case LocalTime at -> annotated(at, DateTimeFormatter.ISO_LOCAL_TIME, output);
            case Map<?, ?> map -> {
                output.append('{');
                boolean first = true;
                for (var entry : map.entrySet()) {
                    if (!first) {
                        output.append(',');
                    }
                    first = false;
                    name(Values.text(entry.getKey()), output);
                    output.append(':');
                    write(entry.getValue(), output);
                }
                output.append('}');
            }
            case Object all when all instanceof Iterable || all.getClass().isArray() -> {
                output.append('[');
                boolean first = true;
                for (var element : Values.iterable(all)) {
                    if (!first) {
                        output.append(',');
                    }
                    first = false;
                    write(element, output);
                }
                output.append(']');
            }
            default -> Json.write(value, output);
        }
    }

    /// Times that Ion has no type for are texts that bear the name of theirs.
    private static void annotated(TemporalAccessor value, DateTimeFormatter format, Output output) {
        output.append(value.getClass().getSimpleName()).append("::");
        Json.write(format.format(value), output);
    }

    private static String real(double number) {
        if (Double.isNaN(number)) {
            return "nan";
        }
        if (Double.isInfinite(number)) {
            return number > 0 ? "+inf" : "-inf";
        }
        var text = Double.toString(number);
        return text.contains("E") ? text : text + "e0";
    }

    private static void name(String name, Output output) {
        boolean reserved =
                switch (name) {
                    case "null", "true", "false", "nan" -> true;
                    default -> false;
                };
        if (SYMBOL.matcher(name).matches() && !reserved) {
            output.append(name);
        } else {
            output.append('\'').append(name.replace("\\", "\\\\").replace("'", "\\'")).append('\'');
        }
    }

    // --- reading --------------------------------------------------------------------------------

    /// All top-level values.
    ///
    /// @throws ExpressionException if it isn't Ion
    static List<@Nullable Object> parse(String text, Meter meter) {
        var reader = new Ion(text, meter);
        var all = new ArrayList<@Nullable Object>();
        reader.skipSpace();
        while (reader.at < text.length()) {
            all.add(reader.value());
            reader.skipSpace();
        }
        return all;
    }

    private @Nullable Object value() {
        meter.step();
        if (++depth > MAX_DEPTH) {
            throw error("it is nested too deeply");
        }
        skipSpace();
        var value =
                switch (peek()) {
                    case '{' -> struct();
                    case '[' -> sequence('[', ']');
                    case '(' -> sequence('(', ')');
                    case '"' -> quoted('"');
                    case '\'' -> symbol();
                    default -> scalar(word());
                };
        depth--;
        return value;
    }

    private @Nullable Object struct() {
        expect('{');
        if (peek() == '{') {
            throw error("blobs aren't supported");
        }
        var map = new LinkedHashMap<String, @Nullable Object>();
        skipSpace();
        while (peek() != '}') {
            var name =
                    switch (peek()) {
                        case '"' -> quoted('"');
                        case '\'' -> quoted('\'');
                        default -> word();
                    };
            skipSpace();
            expect(':');
            map.put(name, value());
            separator('}');
        }
        expect('}');
        return map;
    }

    private List<@Nullable Object> sequence(char open, char close) {
        expect(open);
        var all = new ArrayList<@Nullable Object>();
        skipSpace();
        while (peek() != close) {
            all.add(value());
            if (open == '[') {
                separator(close);
            } else {
                skipSpace();
            }
        }
        expect(close);
        return all;
    }

    private void separator(char close) {
        skipSpace();
        if (peek() != close) {
            expect(',');
            skipSpace();
        }
    }

    private @Nullable Object symbol() {
        if (!text.startsWith("'''", at)) {
            var symbol = quoted('\'');
            return isAnnotation() ? value() : symbol;
        }
        var parts = new StringBuilder();
        while (text.startsWith("'''", at)) {
            int end = text.indexOf("'''", at + 3);
            if (end < 0) {
                throw error("a text has no end");
            }
            parts.append(text, at + 3, end);
            at = end + 3;
            skipSpace();
        }
        return parts.toString();
    }

    private boolean isAnnotation() {
        skipSpace();
        if (text.startsWith("::", at)) {
            at += 2;
            return true;
        }
        return false;
    }

    private @Nullable Object scalar(String word) {
        if (word.isEmpty()) {
            throw error("unexpected '" + peek() + "'");
        }
        if (isAnnotation()) {
            return value();
        }
        if (word.equals("null") || word.startsWith("null.")) {
            return null;
        }
        return switch (word) {
            case "true" -> true;
            case "false" -> false;
            case "nan" -> Double.NaN;
            case "+inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            default -> number(word);
        };
    }

    private Object number(String word) {
        var digits = word.replace("_", "");
        if (INTEGER.matcher(digits).matches()) {
            if (digits.length() > 18) {
                return new java.math.BigInteger(digits);
            }
            long value = Long.parseLong(digits);
            return value == (int) value ? (Object) (int) value : value;
        }
        if (DECIMAL.matcher(digits).matches()) {
            return Double.valueOf(digits.replace('d', 'e').replace('D', 'e'));
        }
        if (SYMBOL.matcher(word).matches() || TIMESTAMP.matcher(word).matches()) {
            return word;
        }
        throw error("unexpected '" + word + "'");
    }

    /// Up to the next delimiter; colons belong to it where it is a timestamp.
    private String word() {
        int start = at;
        boolean digits = Character.isDigit(peek());
        while (at < text.length()) {
            char c = text.charAt(at);
            boolean time =
                    digits
                            && c == ':'
                            && at + 1 < text.length()
                            && Character.isDigit(text.charAt(at + 1));
            if (Character.isWhitespace(c) || (DELIMITERS.indexOf(c) >= 0 && !time)) {
                break;
            }
            at++;
        }
        return text.substring(start, at);
    }

    private String quoted(char quote) {
        expect(quote);
        var result = new StringBuilder();
        while (peek() != quote) {
            char c = text.charAt(at++);
            if (c == '\n') {
                throw error("a text has no end");
            }
            if (c != '\\') {
                result.append(c);
                continue;
            }
            char escaped = peek();
            at++;
            switch (escaped) {
                case 'n' -> result.append('\n');
                case 't' -> result.append('\t');
                case 'r' -> result.append('\r');
                case 'b' -> result.append('\b');
                case 'f' -> result.append('\f');
                case '0' -> result.append('\0');
                case 'x' -> result.append(unicode(2));
                case 'u' -> result.append(unicode(4));
                case 'U' -> result.append(unicode(8));
                default -> result.append(escaped);
            }
        }
        at++;
        return result.toString();
    }

    private String unicode(int digits) {
        if (at + digits > text.length()) {
            throw error("a text has no end");
        }
        var hex = text.substring(at, at + digits);
        at += digits;
        try {
            return Character.toString(Integer.parseInt(hex, 16));
        } catch (IllegalArgumentException _) {
            throw error("'" + hex + "' is no character");
        }
    }

    private void skipSpace() {
        while (at < text.length()) {
            if (Character.isWhitespace(text.charAt(at))) {
                at++;
            } else if (text.startsWith("//", at)) {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else if (text.startsWith("/*", at)) {
                int end = text.indexOf("*/", at + 2);
                at = end < 0 ? text.length() : end + 2;
            } else {
                return;
            }
        }
    }

    private char peek() {
        if (at >= text.length()) {
            throw error("it ends too early");
        }
        return text.charAt(at);
    }

    private void expect(char c) {
        if (peek() != c) {
            throw error("expected '%s' but found '%s'".formatted(c, peek()));
        }
        at++;
    }

    private ExpressionException error(String why) {
        return new ExpressionException("Not Ion, at character %d: %s".formatted(at + 1, why));
    }
}
