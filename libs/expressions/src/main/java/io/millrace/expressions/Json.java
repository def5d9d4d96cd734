// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Date;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// JSON text to values and back.
final class Json {

    /// Made when something is first read: it takes long, and what is only written needn't wait.
    private static final class Reader {

        private static final JsonMapper MAPPER =
                JsonMapper.builder(
                                JsonFactory.builder()
                                        .streamReadConstraints(
                                                StreamReadConstraints.builder()
                                                        .maxNestingDepth(200)
                                                        .maxNumberLength(500)
                                                        .maxStringLength(64 << 20)
                                                        .build())
                                        .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                                        .build())
                        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                        .build();
    }

    private static final Budget FOR_MESSAGES =
            new Budget(Integer.MAX_VALUE, 16 << 20, Integer.MAX_VALUE, 1, Duration.ofSeconds(30));

    private Json() {}

    /// @throws ExpressionException if it isn't JSON
    static @Nullable Object parse(String text) {
        try {
            return Reader.MAPPER.readValue(text, Object.class);
        } catch (JacksonException e) {
            throw new ExpressionException("Not JSON: " + e.getOriginalMessage(), e);
        }
    }

    static String write(@Nullable Object value) {
        var output = new Output(new Meter(FOR_MESSAGES));
        write(value, output);
        return output.toString();
    }

    static void write(@Nullable Object value, Output output) {
        write(value, output, true);
    }

    /// As expressions print: entries of maps without a value are left out.
    static void print(@Nullable Object value, Output output) {
        write(value, output, false);
    }

    private static void write(@Nullable Object value, Output output, boolean nulls) {
        switch (value) {
            case null -> output.append("null");
            case String text -> string(text, output);
            case Boolean truth -> output.append(truth.toString());
            case Double number when !Double.isFinite(number) -> string(number.toString(), output);
            case Float number when !Float.isFinite(number) -> string(number.toString(), output);
            case BigDecimal number -> output.append(Values.text(number));
            case Number number -> output.append(number.toString());
            case Map<?, ?> map -> map(map, output, nulls);
            case Map.Entry<?, ?> entry -> {
                output.append('{');
                member(entry.getKey(), entry.getValue(), output, nulls);
                output.append('}');
            }
            case Iterable<?> all -> array(all, output, nulls);
            case Object array when array.getClass().isArray() ->
                    array(Values.list(array), output, nulls);
            case Object other -> string(scalar(other), output);
        }
    }

    /// ISO 8601 for what is a time.
    static String scalar(Object value) {
        return switch (value) {
            case ZonedDateTime time -> DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time);
            case OffsetDateTime time -> DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time);
            case Date date -> date.toInstant().toString();
            default -> value.toString();
        };
    }

    private static void array(Iterable<?> all, Output output, boolean nulls) {
        output.append('[');
        boolean first = true;
        for (var element : all) {
            if (!first) {
                output.append(',');
            }
            first = false;
            write(element, output, nulls);
        }
        output.append(']');
    }

    private static void map(Map<?, ?> map, Output output, boolean nulls) {
        output.append('{');
        boolean first = true;
        for (var entry : map.entrySet()) {
            // once: maps may be views that make their values
            var value = entry.getValue();
            if (!nulls && value == null) {
                continue;
            }
            if (!first) {
                output.append(',');
            }
            first = false;
            member(entry.getKey(), value, output, nulls);
        }
        output.append('}');
    }

    private static void member(
            @Nullable Object key, @Nullable Object value, Output output, boolean nulls) {
        string(key == null ? "" : Values.text(key), output);
        output.append(':');
        write(value, output, nulls);
    }

    private static void string(String text, Output output) {
        output.append('"');
        int plain = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c != '"' && c != '\\') {
                continue;
            }
            output.append(text.substring(plain, i));
            plain = i + 1;
            switch (c) {
                case '"' -> output.append("\\\"");
                case '\\' -> output.append("\\\\");
                case '\n' -> output.append("\\n");
                case '\r' -> output.append("\\r");
                case '\t' -> output.append("\\t");
                case '\b' -> output.append("\\b");
                case '\f' -> output.append("\\f");
                default -> output.append("\\u%04X".formatted((int) c));
            }
        }
        output.append(text.substring(plain)).append('"');
    }
}
