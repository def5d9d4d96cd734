// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.serdes;

import io.millrace.plugin.Default;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// How texts, such as those of a CSV file, say what is no text.
record TextForms(
        @Title("Texts that mean true, in any case")
                @Default("[\"t\", \"true\", \"enabled\", \"1\", \"on\", \"yes\"]")
                List<String> trueValues,
        @Title("Texts that mean false, in any case")
                @Default("[\"f\", \"false\", \"disabled\", \"0\", \"off\", \"no\", \"\"]")
                List<String> falseValues,
        @Title("Texts that mean nothing where a given schema permits nothing, in any case")
                @Default(
                        "[\"\", \"#N/A\", \"#N/A N/A\", \"#NA\", \"-1.#IND\", \"-1.#QNAN\", \"-NaN\", \"1.#IND\", \"1.#QNAN\", \"NA\", \"n/a\", \"nan\", \"null\"]")
                List<String> nullValues,
        @Title("Format of dates, such as dd.MM.yyyy; that of ISO 8601 if absent")
                @Nullable String dateFormat,
        @Title("Format of times; that of ISO 8601 if absent") @Nullable String timeFormat,
        @Title("Format of dates with times; that of ISO 8601 if absent")
                @Nullable String datetimeFormat,
        @Title("What begins the decimals of a number") @Default(".") String decimalSeparator,
        @Title("Zone of dates with times that name none; UTC if absent")
                @Nullable String timeZoneId) {

    /// What reads the values of a schema.
    ///
    /// @param given whether the flow gives the schema, and so says where nothing may stand
    Reader reader(boolean given) throws TaskFailedException {
        try {
            return new Reader(
                    this,
                    given,
                    format(dateFormat),
                    format(timeFormat),
                    format(datetimeFormat),
                    timeZoneId == null ? null : ZoneId.of(timeZoneId));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new TaskFailedException(
                    "Expected a format of dates, or a zone: " + e.getMessage(), e);
        }
    }

    private static @Nullable DateTimeFormatter format(@Nullable String pattern) {
        return pattern == null ? null : DateTimeFormatter.ofPattern(pattern, Locale.ROOT);
    }

    private static boolean isOneOf(List<String> texts, String text) {
        return texts.stream().anyMatch(text::equalsIgnoreCase);
    }

    /// Makes of texts what the schema's type is known to be written as.
    record Reader(
            TextForms forms,
            boolean given,
            @Nullable DateTimeFormatter date,
            @Nullable DateTimeFormatter time,
            @Nullable DateTimeFormatter both,
            @Nullable ZoneId zone) {

        /// @return the same value, if it is no text or the schema has it as one
        /// @throws DateTimeException if a text doesn't have its format
        @Nullable Object read(@Nullable Object value, Schema schema) {
            return switch (schema.getType()) {
                case UNION -> union(value, schema);
                case RECORD -> {
                    if (!(value instanceof Map<?, ?> map)) {
                        yield value;
                    }
                    var read = new LinkedHashMap<String, @Nullable Object>();
                    map.forEach((name, one) -> {
                        var field = schema.getField(String.valueOf(name));
                        read.put(
                                String.valueOf(name),
                                field == null ? one : read(one, field.schema()));
                    });
                    yield read;
                }
                case MAP -> {
                    if (!(value instanceof Map<?, ?> map)) {
                        yield value;
                    }
                    var read = new LinkedHashMap<String, @Nullable Object>();
                    map.forEach((name, one) ->
                            read.put(String.valueOf(name), read(one, schema.getValueType())));
                    yield read;
                }
                case ARRAY ->
                        value instanceof Collection<?> list
                                ? list.stream()
                                        .map(one -> read(one, schema.getElementType()))
                                        .toList()
                                : value;
                case NULL, STRING, ENUM -> value;
                default -> value instanceof String text ? text(text.strip(), schema) : value;
            };
        }

        private @Nullable Object union(@Nullable Object value, Schema union) {
            for (var branch : union.getTypes()) {
                if (branch.getType() == Schema.Type.NULL) {
                    if (given
                            && value instanceof String text
                            && isOneOf(forms.nullValues(), text.strip())) {
                        return null;
                    }
                    continue;
                }
                if (branch.getType() == Schema.Type.STRING) {
                    return value;
                }
                return read(value, branch);
            }
            return value;
        }

        private Object text(String text, Schema schema) {
            var logical = schema.getLogicalType();
            return switch (schema.getType()) {
                case BOOLEAN ->
                        isOneOf(forms.trueValues(), text)
                                ? "true"
                                : isOneOf(forms.falseValues(), text) ? "false" : text;
                case INT, LONG -> {
                    if (logical instanceof LogicalTypes.Date) {
                        yield date == null ? text : LocalDate.parse(text, date).toString();
                    }
                    if (logical instanceof LogicalTypes.TimeMillis
                            || logical instanceof LogicalTypes.TimeMicros) {
                        yield time == null ? text : LocalTime.parse(text, time).toString();
                    }
                    yield logical == null ? number(text) : moment(text);
                }
                default -> number(text);
            };
        }

        private Object number(String text) {
            return forms.decimalSeparator().equals(".")
                    ? text
                    : text.replace(forms.decimalSeparator(), ".");
        }

        private Object moment(String text) {
            if ((both == null && zone == null) || !text.contains(":")) {
                return text;
            }
            var format = both == null ? DateTimeFormatter.ISO_DATE_TIME : both;
            return switch (format.parseBest(
                    text, ZonedDateTime::from, OffsetDateTime::from, LocalDateTime::from)) {
                case ZonedDateTime zoned -> zoned.toInstant().toString();
                case OffsetDateTime offset -> offset.toInstant().toString();
                case LocalDateTime local when zone != null ->
                        local.atZone(zone).toInstant().toString();
                case LocalDateTime local -> local.toString();
                case Instant instant -> instant.toString();
                default -> text;
            };
        }
    }
}
