// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.avro;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Conversions;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Between Avro's values and those that JSON knows.
public final class AvroValues {
    private static final Conversions.DecimalConversion DECIMALS =
            new Conversions.DecimalConversion();
    private static final LocalDateTime LOCAL_EPOCH =
            LocalDateTime.ofEpochSecond(0, 0, ZoneOffset.UTC);

    private AvroValues() {}

    /// What JSON knows: bytes are in Base64, decimals are numbers, dates and times texts in ISO
    /// 8601.
    public static @Nullable Object plain(@Nullable Object value, Schema declared) {
        if (value == null) {
            return null;
        }
        var schema =
                declared.getType() == Schema.Type.UNION
                        ? declared.getTypes().get(GenericData.get().resolveUnion(declared, value))
                        : declared;
        var logical = schema.getLogicalType();
        return switch (value) {
            case IndexedRecord record -> {
                var map = new LinkedHashMap<String, @Nullable Object>();
                for (var field : record.getSchema().getFields()) {
                    map.put(field.name(), plain(record.get(field.pos()), field.schema()));
                }
                yield map;
            }
            case Map<?, ?> given -> {
                var map = new LinkedHashMap<String, @Nullable Object>();
                given.forEach((name, v) ->
                        map.put(String.valueOf(name), plain(v, schema.getValueType())));
                yield map;
            }
            case Collection<?> given -> {
                var list = new ArrayList<@Nullable Object>();
                given.forEach(v -> list.add(plain(v, schema.getElementType())));
                yield list;
            }
            case ByteBuffer bytes ->
                    logical instanceof LogicalTypes.Decimal
                            ? DECIMALS.fromBytes(bytes, schema, logical)
                            : Base64.getEncoder().encodeToString(array(bytes));
            case GenericFixed fixed ->
                    logical instanceof LogicalTypes.Decimal
                            ? DECIMALS.fromFixed(fixed, schema, logical)
                            : Base64.getEncoder().encodeToString(fixed.bytes());
            case Integer n when logical instanceof LogicalTypes.Date ->
                    LocalDate.ofEpochDay(n).toString();
            case Integer n when logical instanceof LogicalTypes.TimeMillis ->
                    LocalTime.ofNanoOfDay(n * 1_000_000L).toString();
            case Long n when logical instanceof LogicalTypes.TimeMicros ->
                    LocalTime.ofNanoOfDay(n * 1_000L).toString();
            case Long n when logical instanceof LogicalTypes.TimestampMillis ->
                    Instant.ofEpochMilli(n).toString();
            case Long n when logical instanceof LogicalTypes.TimestampMicros ->
                    Instant.EPOCH.plus(n, ChronoUnit.MICROS).toString();
            case Long n when logical instanceof LogicalTypes.TimestampNanos ->
                    Instant.EPOCH.plusNanos(n).toString();
            case Long n when logical instanceof LogicalTypes.LocalTimestampMillis ->
                    LOCAL_EPOCH.plus(n, ChronoUnit.MILLIS).toString();
            case Long n when logical instanceof LogicalTypes.LocalTimestampMicros ->
                    LOCAL_EPOCH.plus(n, ChronoUnit.MICROS).toString();
            case Long n when logical instanceof LogicalTypes.LocalTimestampNanos ->
                    LOCAL_EPOCH.plusNanos(n).toString();
            case Number n -> n;
            case Boolean b -> b;
            default -> value.toString();
        };
    }

    private static byte[] array(ByteBuffer bytes) {
        var copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return copy;
    }

    /// What Avro writes for a value of JSON.
    ///
    /// @param path of the value, for what is said if it doesn't fit
    /// @throws AvroRuntimeException if it doesn't
    public static @Nullable Object typed(@Nullable Object value, Schema schema, String path) {
        try {
            return fit(value, schema, path);
        } catch (NumberFormatException | java.time.DateTimeException | ClassCastException e) {
            throw new AvroRuntimeException(
                    "Expected %s at %s but got '%s'".formatted(schema.getType(), path, value), e);
        }
    }

    private static @Nullable Object fit(@Nullable Object value, Schema schema, String path) {
        if (schema.getType() == Schema.Type.UNION) {
            return branch(value, schema, path);
        }
        if (value == null && schema.getType() != Schema.Type.NULL) {
            throw new AvroRuntimeException("Expected a value at %s but got none".formatted(path));
        }
        var text = String.valueOf(value);
        return switch (schema.getType()) {
            case NULL -> null;
            case RECORD -> record(value, schema, path);
            case MAP -> {
                var map = new LinkedHashMap<String, @Nullable Object>();
                ((Map<?, ?>) required(value))
                        .forEach((name, v) ->
                                map.put(
                                        String.valueOf(name),
                                        typed(v, schema.getValueType(), path + "." + name)));
                yield map;
            }
            case ARRAY -> {
                var list = new ArrayList<@Nullable Object>();
                for (var element : (Collection<?>) required(value)) {
                    list.add(typed(element, schema.getElementType(), path + "[]"));
                }
                yield list;
            }
            case STRING ->
                    value instanceof Map<?, ?> || value instanceof Collection<?>
                            ? JsonMapper.shared().writeValueAsString(value)
                            : text;
            case ENUM -> new GenericData.EnumSymbol(schema, text);
            case BOOLEAN -> {
                if (!text.equalsIgnoreCase("true") && !text.equalsIgnoreCase("false")) {
                    throw new ClassCastException("neither true nor false");
                }
                yield Boolean.valueOf(text);
            }
            case FLOAT -> Float.valueOf(text);
            case DOUBLE -> Double.valueOf(text);
            case INT -> integer(text, schema);
            case LONG -> whole(text, schema);
            case BYTES ->
                    schema.getLogicalType() instanceof LogicalTypes.Decimal d
                            ? DECIMALS.toBytes(
                                    new BigDecimal(text).setScale(d.getScale()), schema, d)
                            : ByteBuffer.wrap(Base64.getDecoder().decode(text));
            case FIXED ->
                    schema.getLogicalType() instanceof LogicalTypes.Decimal d
                            ? DECIMALS.toFixed(
                                    new BigDecimal(text).setScale(d.getScale()), schema, d)
                            : new GenericData.Fixed(schema, Base64.getDecoder().decode(text));
            case UNION -> throw new IllegalStateException("a union is no branch of a union");
        };
    }

    private static Object required(@Nullable Object value) {
        return java.util.Objects.requireNonNull(value);
    }

    private static @Nullable Object branch(@Nullable Object value, Schema union, String path) {
        AvroRuntimeException why = null;
        for (var schema : union.getTypes()) {
            boolean isNull = schema.getType() == Schema.Type.NULL;
            if (isNull != (value == null)) {
                continue;
            }
            try {
                return typed(value, schema, path);
            } catch (AvroRuntimeException e) {
                why = e;
            }
        }
        throw why != null
                ? why
                : new AvroRuntimeException("Expected a value at %s but got none".formatted(path));
    }

    private static GenericData.Record record(@Nullable Object value, Schema schema, String path) {
        var fields = (Map<?, ?>) required(value);
        var record = new GenericData.Record(schema);
        for (var field : schema.getFields()) {
            var at = path + "." + field.name();
            if (!fields.containsKey(field.name()) && field.hasDefaultValue()) {
                record.put(field.pos(), GenericData.get().getDefaultValue(field));
            } else {
                record.put(field.pos(), typed(fields.get(field.name()), field.schema(), at));
            }
        }
        return record;
    }

    private static Object integer(String text, Schema schema) {
        var logical = schema.getLogicalType();
        if (logical instanceof LogicalTypes.Date && text.contains("-")) {
            return Math.toIntExact(LocalDate.parse(text.substring(0, 10)).toEpochDay());
        }
        if (logical instanceof LogicalTypes.TimeMillis && text.contains(":")) {
            return Math.toIntExact(LocalTime.parse(text).toNanoOfDay() / 1_000_000);
        }
        return new BigDecimal(text).intValueExact();
    }

    private static Object whole(String text, Schema schema) {
        var logical = schema.getLogicalType();
        if (text.contains(":")) {
            if (logical instanceof LogicalTypes.TimestampMillis) {
                return instant(text).toEpochMilli();
            }
            if (logical instanceof LogicalTypes.TimestampMicros) {
                return ChronoUnit.MICROS.between(Instant.EPOCH, instant(text));
            }
            if (logical instanceof LogicalTypes.TimestampNanos) {
                return ChronoUnit.NANOS.between(Instant.EPOCH, instant(text));
            }
            if (logical instanceof LogicalTypes.LocalTimestampMillis) {
                return ChronoUnit.MILLIS.between(LOCAL_EPOCH, LocalDateTime.parse(text));
            }
            if (logical instanceof LogicalTypes.LocalTimestampMicros) {
                return ChronoUnit.MICROS.between(LOCAL_EPOCH, LocalDateTime.parse(text));
            }
            if (logical instanceof LogicalTypes.LocalTimestampNanos) {
                return ChronoUnit.NANOS.between(LOCAL_EPOCH, LocalDateTime.parse(text));
            }
            if (logical instanceof LogicalTypes.TimeMicros) {
                return LocalTime.parse(text).toNanoOfDay() / 1_000;
            }
        }
        return new BigDecimal(text).longValueExact();
    }

    private static Instant instant(String text) {
        boolean zoned = text.matches(".*(Z|[+-]\\d\\d:?\\d\\d)$");
        return zoned
                ? java.time.OffsetDateTime.parse(text).toInstant()
                : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
    }
}
