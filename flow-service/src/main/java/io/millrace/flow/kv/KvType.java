// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.kv;

import io.millrace.platform.problem.ServiceException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What a value is. In JSON, dates and durations are texts in ISO 8601.
enum KvType {
    STRING,
    NUMBER,
    BOOLEAN,
    DATETIME,
    DATE,
    DURATION,
    JSON;

    private static final Pattern DURATION_TEXT =
            Pattern.compile("P(?=[^T]|T.)(?:\\d+D)?(?:T(?=.)(?:\\d+H)?(?:\\d+M)?(?:[\\d.]+S)?)?");

    /// The type of a value that comes without one. Only a text is looked at: one that is a duration
    /// is taken for one, one that is a date is a text.
    static KvType of(@Nullable JsonNode value) {
        if (value == null || value.isNull()) {
            return JSON;
        }
        if (value.isNumber()) {
            return NUMBER;
        }
        if (value.isBoolean()) {
            return BOOLEAN;
        }
        if (value.isString()) {
            return DURATION_TEXT.matcher(value.asString()).matches() ? DURATION : STRING;
        }
        return JSON;
    }

    /// @throws ServiceException.Invalid if the value isn't of this type
    void check(@Nullable JsonNode value) {
        boolean fits =
                switch (this) {
                    case STRING -> value != null && value.isString();
                    case NUMBER -> value != null && value.isNumber();
                    case BOOLEAN -> value != null && value.isBoolean();
                    case DATETIME -> parses(value, OffsetDateTime::parse);
                    case DATE -> parses(value, LocalDate::parse);
                    case DURATION -> parses(value, Duration::parse);
                    case JSON -> true;
                };
        if (!fits) {
            throw new ServiceException.Invalid(
                    "value", "Illegal argument: expected a value of type " + this);
        }
    }

    private interface Parser {
        Object parse(String text);
    }

    private static boolean parses(@Nullable JsonNode value, Parser parser) {
        if (value == null || !value.isString()) {
            return false;
        }
        try {
            parser.parse(value.asString());
            return true;
        } catch (DateTimeException _) {
            return false;
        }
    }
}
