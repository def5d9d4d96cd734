// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import io.millrace.plugin.kit.ExactJson;
import java.io.IOException;
import java.io.Reader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.sql.Struct;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.DateTimeException;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// Rows as JSON knows them: dates and times as texts in ISO 8601, bytes in Base64, JSON columns
/// parsed, arrays as lists.
final class Columns {
    private static final int LONGEST_TEXT = 64 << 20;
    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder()
                    .append(DateTimeFormatter.ISO_LOCAL_TIME)
                    .optionalStart()
                    .appendOffset("+HH:mm", "Z")
                    .toFormatter(Locale.ROOT);

    private final ResultSet rows;
    private final List<String> names = new ArrayList<>();
    private final List<Integer> types = new ArrayList<>();
    private final List<String> typeNames = new ArrayList<>();
    private final @Nullable ZoneId zone;
    private boolean zoned;

    /// @param zone of times without one, which then get it; or absent
    Columns(ResultSet rows, @Nullable ZoneId zone) throws SQLException {
        this.rows = rows;
        this.zone = zone;
        var metadata = rows.getMetaData();
        for (int i = 1; i <= metadata.getColumnCount(); i++) {
            names.add(metadata.getColumnLabel(i));
            types.add(metadata.getColumnType(i));
            typeNames.add(String.valueOf(metadata.getColumnTypeName(i)));
        }
    }

    /// The row that the cursor stands on.
    Map<String, @Nullable Object> row() throws SQLException, IOException {
        var row = new LinkedHashMap<String, @Nullable Object>();
        for (int i = 0; i < names.size(); i++) {
            row.put(names.get(i), column(i));
        }
        return row;
    }

    private @Nullable Object column(int i) throws SQLException, IOException {
        int at = i + 1;
        var typeName = typeNames.get(i);
        return switch (types.get(i)) {
            case Types.TIMESTAMP_WITH_TIMEZONE -> withOffset(at);
            case Types.TIMESTAMP ->
                    typeName.equals("timestamptz") ? withOffset(at) : value(rows.getObject(at));
            case Types.TIME, Types.TIME_WITH_TIMEZONE -> time(at);
            default ->
                    typeName.equalsIgnoreCase("json") || typeName.equals("jsonb")
                            ? json(rows.getString(at))
                            : value(rows.getObject(at));
        };
    }

    /// JDBC asks drivers for `OffsetDateTime`; Trino's gives `ZonedDateTime` only.
    private @Nullable String withOffset(int at) throws SQLException {
        if (!zoned) {
            try {
                var time = rows.getObject(at, OffsetDateTime.class);
                return time == null ? null : time.toString();
            } catch (SQLException _) {
                zoned = true;
            }
        }
        var time = rows.getObject(at, ZonedDateTime.class);
        return time == null ? null : time.toOffsetDateTime().toString();
    }

    /// As the database writes it where `java.sql.Time` can't be it: with microseconds, with an
    /// offset, or, as MySQL's are lengths of time, too, before 00:00 and beyond a day.
    private @Nullable Object time(int at) throws SQLException, IOException {
        var value = rows.getObject(at);
        if (!(value instanceof Time)) {
            return value(value);
        }
        var text = rows.getString(at);
        try {
            return TIME.parseBest(text, OffsetTime::from, LocalTime::from).toString();
        } catch (DateTimeException _) {
            return text;
        }
    }

    private static @Nullable Object json(@Nullable String text) {
        try {
            return text == null ? null : ExactJson.read(text);
        } catch (JacksonException _) {
            return text;
        }
    }

    private @Nullable Object value(@Nullable Object value) throws SQLException, IOException {
        return switch (value) {
            case null -> null;
            case String s -> s;
            case Boolean b -> b;
            case BigDecimal d -> d;
            case BigInteger n -> n;
            case Double d when d.isNaN() || d.isInfinite() -> d.toString();
            case Float f when f.isNaN() || f.isInfinite() -> f.toString();
            case Number n -> n;
            case Timestamp t -> local(t.toLocalDateTime());
            case Date d -> d.toLocalDate().toString();
            case Time t -> timeOf(t).toString();
            case java.time.LocalDateTime t -> local(t);
            case TemporalAccessor t -> t.toString();
            case byte[] bytes -> Base64.getEncoder().encodeToString(bytes);
            case Blob blob -> {
                try (var content = blob.getBinaryStream()) {
                    yield Base64.getEncoder().encodeToString(content.readNBytes(LONGEST_TEXT));
                }
            }
            case SQLXML xml -> xml.getString();
            case Clob clob -> characters(clob);
            case Array array -> elements(array.getArray());
            case Struct struct -> elements(struct.getAttributes());
            case Map<?, ?> map -> {
                var copy = new LinkedHashMap<String, @Nullable Object>();
                for (var entry : map.entrySet()) {
                    copy.put(String.valueOf(entry.getKey()), value(entry.getValue()));
                }
                yield copy;
            }
            case Iterable<?> list -> {
                var copy = new ArrayList<@Nullable Object>();
                for (var element : list) {
                    copy.add(value(element));
                }
                yield copy;
            }
            default -> Trino.isRow(value) ? value(Trino.fields(value)) : value.toString();
        };
    }

    private static LocalTime timeOf(Time time) {
        return time.toLocalTime()
                .with(ChronoField.MILLI_OF_SECOND, Math.floorMod(time.getTime(), 1000));
    }

    private String local(java.time.LocalDateTime time) {
        return zone == null ? time.toString() : time.atZone(zone).toOffsetDateTime().toString();
    }

    private static String characters(Clob clob) throws SQLException, IOException {
        var text = new StringBuilder();
        try (Reader reader = clob.getCharacterStream()) {
            var buffer = new char[8192];
            for (int n = reader.read(buffer);
                    n >= 0 && text.length() < LONGEST_TEXT;
                    n = reader.read(buffer)) {
                text.append(buffer, 0, n);
            }
        }
        return text.toString();
    }

    private List<@Nullable Object> elements(@Nullable Object array)
            throws SQLException, IOException {
        var list = new ArrayList<@Nullable Object>();
        if (array instanceof Object[] objects) {
            for (var element : objects) {
                list.add(element instanceof Object[] inner ? elements(inner) : value(element));
            }
        } else if (array != null && array.getClass().isArray()) {
            for (int i = 0; i < java.lang.reflect.Array.getLength(array); i++) {
                list.add(value(java.lang.reflect.Array.get(array, i)));
            }
        }
        return list;
    }
}
