// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.kv;

import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.Expressions;
import io.millrace.expressions.RenderContext;
import io.millrace.platform.problem.ServiceException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A typed value.
record KvValue(KvType type, @Nullable JsonNode value) {

    /// Numbers keep all their digits.
    static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");
    private static final Pattern DATETIME =
            Pattern.compile(DATE + "T[0-9:.]+(Z|[+-]\\d{2}:\\d{2})");
    private static final Expressions EXPRESSIONS = new Expressions();

    /// What a client sends: JSON, a date or a point in time without quotes, or a value in Amazon
    /// Ion, of which JSON is a part.
    ///
    /// @throws ServiceException.Invalid if it is none of these
    static KvValue parse(String text) {
        var plain = text.strip();
        try {
            var json = JSON.readTree(plain);
            if (!plain.isEmpty()) {
                return of(json);
            }
        } catch (JacksonException _) {
            // one of the other notations
        }
        if (DATE.matcher(plain).matches()) {
            return checked(KvType.DATE, JSON.valueToTree(plain));
        }
        if (DATETIME.matcher(plain).matches()) {
            return checked(KvType.DATETIME, JSON.valueToTree(plain));
        }
        return of(JSON.valueToTree(ion(plain, text)));
    }

    private static @Nullable Object ion(String plain, String text) {
        try {
            var parsed =
                    EXPRESSIONS
                            .compile("{{ fromIon(text, allRows=true) }}")
                            .evaluate(RenderContext.of(Map.of("text", plain)));
            if (parsed instanceof List<?> values && values.size() == 1) {
                return values.getFirst();
            }
        } catch (ExpressionException _) {
            // told below
        }
        throw new ServiceException.Invalid(
                "value", "Illegal argument: Invalid JSON value for: " + abbreviated(text));
    }

    private static String abbreviated(String text) {
        return text.length() <= 100 ? text : text.substring(0, 100) + "…";
    }

    static KvValue of(@Nullable JsonNode value) {
        return new KvValue(KvType.of(value), value);
    }

    /// @throws ServiceException.Invalid if the value isn't of the type
    static KvValue checked(KvType type, @Nullable JsonNode value) {
        type.check(value);
        return new KvValue(type, type == KvType.DATETIME ? instant(value) : value);
    }

    /// The same point in time at UTC.
    private static @Nullable JsonNode instant(@Nullable JsonNode value) {
        if (value == null) {
            return null;
        }
        try {
            Instant at = OffsetDateTime.parse(value.asString()).toInstant();
            return JSON.valueToTree(at.atOffset(ZoneOffset.UTC).toInstant().toString());
        } catch (DateTimeParseException e) {
            throw new IllegalStateException("Checked before", e);
        }
    }

    String json() {
        return value == null ? "null" : JSON.writeValueAsString(value);
    }
}
