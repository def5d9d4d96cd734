// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.serdes;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.EnumLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.Float16LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.JsonLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapKeyValueTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UUIDLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/// What Parquet has as what JSON knows: dates and times as texts in ISO 8601, bytes in Base64.
final class ParquetValues {
    /// Day 0 of Unix in days of Julius, from which the timestamps of Impala and old Spark count.
    private static final long JULIAN_EPOCH = 2_440_588;

    private ParquetValues() {}

    static Map<String, @Nullable Object> plain(Group group) {
        var type = group.getType();
        var fields = new LinkedHashMap<String, @Nullable Object>();
        for (int i = 0; i < type.getFieldCount(); i++) {
            fields.put(type.getFieldName(i), field(group, i));
        }
        return fields;
    }

    private static @Nullable Object field(Group group, int field) {
        var type = group.getType().getType(field);
        int count = group.getFieldRepetitionCount(field);
        if (!type.isRepetition(Type.Repetition.REPEATED)) {
            return count == 0 ? null : value(group, field, 0);
        }
        // a list without the levels that say so
        var list = new ArrayList<@Nullable Object>();
        for (int i = 0; i < count; i++) {
            list.add(value(group, field, i));
        }
        return list;
    }

    private static @Nullable Object value(Group group, int field, int index) {
        var type = group.getType().getType(field);
        if (type.isPrimitive()) {
            return primitive(group, field, index, type.asPrimitiveType());
        }
        var inner = group.getGroup(field, index);
        return switch (type.getLogicalTypeAnnotation()) {
            case ListLogicalTypeAnnotation _ -> list(inner, type.asGroupType());
            case MapLogicalTypeAnnotation _, MapKeyValueTypeAnnotation _ -> map(inner);
            case null, default -> plain(inner);
        };
    }

    /// By the rules of the format, "Lists": older writers leave out the level in the middle.
    private static List<@Nullable Object> list(Group group, GroupType type) {
        var repeated = type.getType(0);
        boolean middle =
                !repeated.isPrimitive()
                        && repeated.asGroupType().getFieldCount() == 1
                        && !repeated.getName().equals("array")
                        && !repeated.getName().equals(type.getName() + "_tuple");
        var list = new ArrayList<@Nullable Object>();
        for (int i = 0; i < group.getFieldRepetitionCount(0); i++) {
            list.add(middle ? field(group.getGroup(0, i), 0) : value(group, 0, i));
        }
        return list;
    }

    private static Map<String, @Nullable Object> map(Group group) {
        var map = new LinkedHashMap<String, @Nullable Object>();
        for (int i = 0; i < group.getFieldRepetitionCount(0); i++) {
            var entry = group.getGroup(0, i);
            boolean isSet = entry.getType().getFieldCount() < 2;
            map.put(String.valueOf(field(entry, 0)), isSet ? null : field(entry, 1));
        }
        return map;
    }

    private static Object primitive(Group group, int field, int index, PrimitiveType type) {
        return switch (type.getPrimitiveTypeName()) {
            case BOOLEAN -> group.getBoolean(field, index);
            case FLOAT -> group.getFloat(field, index);
            case DOUBLE -> group.getDouble(field, index);
            case INT32 -> integer(group.getInteger(field, index), type);
            case INT64 -> longInteger(group.getLong(field, index), type);
            case INT96 -> julian(group.getInt96(field, index).getBytes());
            case BINARY, FIXED_LEN_BYTE_ARRAY ->
                    bytes(group.getBinary(field, index).getBytes(), type);
        };
    }

    private static Object integer(int n, PrimitiveType type) {
        return switch (type.getLogicalTypeAnnotation()) {
            case DateLogicalTypeAnnotation _ -> LocalDate.ofEpochDay(n).toString();
            case TimeLogicalTypeAnnotation _ -> LocalTime.ofNanoOfDay(n * 1_000_000L).toString();
            case DecimalLogicalTypeAnnotation d -> BigDecimal.valueOf(n, d.getScale());
            case IntLogicalTypeAnnotation i when !i.isSigned() -> Integer.toUnsignedLong(n);
            case null, default -> n;
        };
    }

    private static Object longInteger(long n, PrimitiveType type) {
        return switch (type.getLogicalTypeAnnotation()) {
            case TimestampLogicalTypeAnnotation t -> {
                var instant = Instant.EPOCH.plus(n, unit(t.getUnit()));
                yield t.isAdjustedToUTC()
                        ? instant.toString()
                        : LocalDateTime.ofInstant(instant, ZoneOffset.UTC).toString();
            }
            case TimeLogicalTypeAnnotation t ->
                    LocalTime.MIDNIGHT.plus(n, unit(t.getUnit())).toString();
            case DecimalLogicalTypeAnnotation d -> BigDecimal.valueOf(n, d.getScale());
            case IntLogicalTypeAnnotation i when !i.isSigned() && n < 0 ->
                    new BigInteger(Long.toUnsignedString(n));
            case null, default -> n;
        };
    }

    private static ChronoUnit unit(TimeUnit unit) {
        return switch (unit) {
            case MILLIS -> ChronoUnit.MILLIS;
            case MICROS -> ChronoUnit.MICROS;
            case NANOS -> ChronoUnit.NANOS;
        };
    }

    /// Nanoseconds of a day, and the day.
    private static String julian(byte[] bytes) {
        var buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long nanos = buffer.getLong();
        long day = Integer.toUnsignedLong(buffer.getInt()) - JULIAN_EPOCH;
        return Instant.EPOCH.plus(day, ChronoUnit.DAYS).plusNanos(nanos).toString();
    }

    private static Object bytes(byte[] bytes, PrimitiveType type) {
        return switch (type.getLogicalTypeAnnotation()) {
            case StringLogicalTypeAnnotation _,
                    EnumLogicalTypeAnnotation _,
                    JsonLogicalTypeAnnotation _ ->
                    new String(bytes, StandardCharsets.UTF_8);
            case DecimalLogicalTypeAnnotation d ->
                    new BigDecimal(new BigInteger(bytes), d.getScale());
            case UUIDLogicalTypeAnnotation _ -> {
                var buffer = ByteBuffer.wrap(bytes);
                yield new UUID(buffer.getLong(), buffer.getLong()).toString();
            }
            case Float16LogicalTypeAnnotation _ ->
                    Float.float16ToFloat(
                            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getShort());
            case null, default -> Base64.getEncoder().encodeToString(bytes);
        };
    }
}
