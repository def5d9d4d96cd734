// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// JSON (RFC 8259) to and from maps, lists, texts, numbers, booleans and null. Whole numbers are
/// `Integer` or `Long` where they fit, others `Double`.
final class Json {
    private static final int MAX_DEPTH = 200;

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /// @throws IllegalArgumentException if it is no JSON
    static @Nullable Object parse(String text) {
        var parser = new Json(text);
        var value = parser.value(0);
        parser.space();
        if (parser.at < text.length()) {
            throw parser.unexpected();
        }
        return value;
    }

    static String write(@Nullable Object value) {
        var out = new StringBuilder();
        write(out, value);
        return out.toString();
    }

    private static void write(StringBuilder out, @Nullable Object value) {
        switch (value) {
            case null -> out.append("null");
            case Boolean bool -> out.append(bool);
            case Number number -> out.append(number);
            case Map<?, ?> map -> {
                out.append('{');
                var separator = "";
                for (var entry : map.entrySet()) {
                    out.append(separator);
                    quote(out, String.valueOf(entry.getKey()));
                    out.append(':');
                    write(out, entry.getValue());
                    separator = ",";
                }
                out.append('}');
            }
            case Iterable<?> list -> {
                out.append('[');
                var separator = "";
                for (var element : list) {
                    out.append(separator);
                    write(out, element);
                    separator = ",";
                }
                out.append(']');
            }
            default -> quote(out, value.toString());
        }
    }

    private static void quote(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ') {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    private @Nullable Object value(int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("Expected JSON less deep than " + MAX_DEPTH);
        }
        space();
        if (at >= text.length()) {
            throw unexpected();
        }
        return switch (text.charAt(at)) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Map<String, @Nullable Object> object(int depth) {
        var map = new LinkedHashMap<String, @Nullable Object>();
        at++;
        if (skip('}')) {
            return map;
        }
        do {
            space();
            if (at >= text.length() || text.charAt(at) != '"') {
                throw unexpected();
            }
            var key = string();
            if (!skip(':')) {
                throw unexpected();
            }
            map.put(key, value(depth + 1));
        } while (skip(','));
        if (!skip('}')) {
            throw unexpected();
        }
        return map;
    }

    private List<@Nullable Object> array(int depth) {
        var list = new ArrayList<@Nullable Object>();
        at++;
        if (skip(']')) {
            return list;
        }
        do {
            list.add(value(depth + 1));
        } while (skip(','));
        if (!skip(']')) {
            throw unexpected();
        }
        return list;
    }

    private String string() {
        var out = new StringBuilder();
        at++;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return out.toString();
            }
            if (c < ' ') {
                throw unexpected();
            }
            out.append(c == '\\' ? escaped() : c);
        }
        throw unexpected();
    }

    private char escaped() {
        if (at >= text.length()) {
            throw unexpected();
        }
        char c = text.charAt(at++);
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                if (at + 4 > text.length()) {
                    throw unexpected();
                }
                int code = Integer.parseInt(text, at, at + 4, 16);
                at += 4;
                yield (char) code;
            }
            default -> throw unexpected();
        };
    }

    private Object number() {
        int start = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        if (at == start) {
            throw unexpected();
        }
        var digits = text.substring(start, at);
        try {
            if (digits.indexOf('.') < 0 && digits.indexOf('e') < 0 && digits.indexOf('E') < 0) {
                var exact = new BigDecimal(digits);
                if (exact.precision() < 10) {
                    return exact.intValueExact();
                }
                return exact.precision() < 19 ? (Object) exact.longValueExact() : exact;
            }
            return Double.valueOf(digits);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("Expected a number but got " + digits, e);
        }
    }

    private @Nullable Object word(String word, @Nullable Object value) {
        if (!text.startsWith(word, at)) {
            throw unexpected();
        }
        at += word.length();
        return value;
    }

    private boolean skip(char c) {
        space();
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private IllegalArgumentException unexpected() {
        return new IllegalArgumentException(
                at < text.length()
                        ? "Expected JSON but got '" + text.charAt(at) + "' at " + at
                        : "Expected more JSON after " + at + " characters");
    }
}
