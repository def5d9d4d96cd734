// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.serdes;

import static org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit.MICROS;
import static org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit.MILLIS;
import static org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit.NANOS;

import io.millrace.plugin.TaskFailedException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/// What a schema of Avro is in Parquet, with lists and maps of three levels as its format says.
final class ParquetSchema {
    private ParquetSchema() {}

    /// @throws TaskFailedException if it is no record, or has what Parquet doesn't know
    static MessageType of(Schema schema) throws TaskFailedException {
        if (schema.getType() != Schema.Type.RECORD || schema.getFields().isEmpty()) {
            throw new TaskFailedException("Expected a schema that is a record with fields");
        }
        return new MessageType(schema.getName(), fields(schema));
    }

    /// What a schema is where there is a value: the one type beside null.
    static Schema present(Schema schema) {
        return schema.getType() == Schema.Type.UNION
                ? schema.getTypes().stream()
                        .filter(s -> s.getType() != Schema.Type.NULL)
                        .findFirst()
                        .orElse(schema)
                : schema;
    }

    private static List<Type> fields(Schema record) throws TaskFailedException {
        var fields = new ArrayList<Type>();
        for (var field : record.getFields()) {
            fields.add(type(field.name(), field.schema()));
        }
        return fields;
    }

    private static Type type(String name, Schema declared) throws TaskFailedException {
        boolean isUnion = declared.getType() == Schema.Type.UNION;
        if (isUnion
                && declared.getTypes().stream().filter(s -> s.getType() != Schema.Type.NULL).count()
                        != 1) {
            throw new TaskFailedException(
                    "Expected one type beside null for %s: Parquet has no other unions"
                            .formatted(name));
        }
        var schema = present(declared);
        var repetition = isUnion ? Repetition.OPTIONAL : Repetition.REQUIRED;
        return switch (schema.getType()) {
            case RECORD -> {
                if (schema.getFields().isEmpty()) {
                    throw new TaskFailedException(
                            "Expected fields in %s: Parquet has no empty records".formatted(name));
                }
                yield new GroupType(repetition, name, fields(schema));
            }
            case ARRAY ->
                    Types.buildGroup(repetition)
                            .as(LogicalTypeAnnotation.listType())
                            .addField(
                                    new GroupType(
                                            Repetition.REPEATED,
                                            "list",
                                            type("element", schema.getElementType())))
                            .named(name);
            case MAP ->
                    Types.buildGroup(repetition)
                            .as(LogicalTypeAnnotation.mapType())
                            .addField(
                                    new GroupType(
                                            Repetition.REPEATED,
                                            "key_value",
                                            type("key", Schema.create(Schema.Type.STRING)),
                                            type("value", schema.getValueType())))
                            .named(name);
            case NULL, UNION ->
                    throw new TaskFailedException(
                            "Expected a type for %s but it is always null".formatted(name));
            default -> {
                var type = Types.primitive(physical(schema), repetition).as(logical(schema));
                yield schema.getType() == Schema.Type.FIXED
                        ? type.length(schema.getFixedSize()).named(name)
                        : type.named(name);
            }
        };
    }

    private static PrimitiveTypeName physical(Schema schema) {
        return switch (schema.getType()) {
            case BOOLEAN -> PrimitiveTypeName.BOOLEAN;
            case INT -> PrimitiveTypeName.INT32;
            case LONG -> PrimitiveTypeName.INT64;
            case FLOAT -> PrimitiveTypeName.FLOAT;
            case DOUBLE -> PrimitiveTypeName.DOUBLE;
            case FIXED -> PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
            default -> PrimitiveTypeName.BINARY;
        };
    }

    private static @Nullable LogicalTypeAnnotation logical(Schema schema) {
        return switch (schema.getLogicalType()) {
            case LogicalTypes.Decimal d ->
                    LogicalTypeAnnotation.decimalType(d.getScale(), d.getPrecision());
            case LogicalTypes.Date _ -> LogicalTypeAnnotation.dateType();
            case LogicalTypes.TimeMillis _ -> LogicalTypeAnnotation.timeType(true, MILLIS);
            case LogicalTypes.TimeMicros _ -> LogicalTypeAnnotation.timeType(true, MICROS);
            case LogicalTypes.TimestampMillis _ ->
                    LogicalTypeAnnotation.timestampType(true, MILLIS);
            case LogicalTypes.TimestampMicros _ ->
                    LogicalTypeAnnotation.timestampType(true, MICROS);
            case LogicalTypes.TimestampNanos _ -> LogicalTypeAnnotation.timestampType(true, NANOS);
            case LogicalTypes.LocalTimestampMillis _ ->
                    LogicalTypeAnnotation.timestampType(false, MILLIS);
            case LogicalTypes.LocalTimestampMicros _ ->
                    LogicalTypeAnnotation.timestampType(false, MICROS);
            case LogicalTypes.LocalTimestampNanos _ ->
                    LogicalTypeAnnotation.timestampType(false, NANOS);
            case null, default ->
                    switch (schema.getType()) {
                        case STRING -> LogicalTypeAnnotation.stringType();
                        case ENUM -> LogicalTypeAnnotation.enumType();
                        default -> null;
                    };
        };
    }
}
