// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.serdes;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.RowFile;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// Finds out from rows what their schema is. Every field may be absent; where rows disagree a
/// number has a fraction, and all else is a text.
final class SchemaInference {
    private int records;

    private SchemaInference() {}

    /// What was seen in one place.
    private sealed interface Shape {}

    private enum Scalar implements Shape {
        /// Nothing but null.
        NOTHING,
        BOOLEAN,
        LONG,
        DOUBLE,
        TEXT
    }

    private record Fields(Map<String, Shape> fields) implements Shape {}

    private record Elements(Shape element) implements Shape {}

    /// The schema that is given, or that of the first rows.
    ///
    /// @param schema as JSON
    /// @param from URI of the file of rows
    /// @param most how many rows are looked at
    /// @throws TaskFailedException if it is none, or there are no rows
    static Schema given(@Nullable String schema, String from, int most, TaskContext context)
            throws IOException, TaskFailedException {
        if (schema == null) {
            return of(from, most, context);
        }
        try {
            return new Schema.Parser().parse(schema);
        } catch (AvroRuntimeException e) {
            throw new TaskFailedException("Expected a schema of Avro: " + e.getMessage(), e);
        }
    }

    private static Schema of(String from, int most, TaskContext context)
            throws IOException, TaskFailedException {
        Shape all = new Fields(Map.of());
        try (var rows = RowFile.open(from, context)) {
            int seen = 0;
            for (var row = rows.next(); row != null && seen < most; row = rows.next()) {
                all = both(all, shape(row.fields()));
                seen++;
            }
            if (seen == 0) {
                throw new TaskFailedException("Expected rows, or a `schema` where there are none");
            }
        }
        try {
            return new SchemaInference().schema(all);
        } catch (AvroRuntimeException e) {
            throw new TaskFailedException(
                    "Expected fields whose names are letters, digits and _: " + e.getMessage(), e);
        }
    }

    private static Shape shape(@Nullable Object value) {
        return switch (value) {
            case null -> Scalar.NOTHING;
            case Boolean _ -> Scalar.BOOLEAN;
            case Byte _, Short _, Integer _, Long _ -> Scalar.LONG;
            case Float _, Double _ -> Scalar.DOUBLE;
            case Map<?, ?> map -> {
                var fields = new LinkedHashMap<String, Shape>();
                map.forEach((name, field) -> fields.put(String.valueOf(name), shape(field)));
                yield new Fields(fields);
            }
            case Collection<?> list -> {
                Shape element = Scalar.NOTHING;
                for (var one : list) {
                    element = both(element, shape(one));
                }
                yield new Elements(element);
            }
            // a longer number, too: as a text it keeps its digits
            default -> Scalar.TEXT;
        };
    }

    private static Shape both(Shape one, Shape other) {
        if (one.equals(other) || other == Scalar.NOTHING) {
            return one;
        }
        if (one == Scalar.NOTHING) {
            return other;
        }
        if (one instanceof Fields(var some) && other instanceof Fields(var more)) {
            var fields = new LinkedHashMap<>(some);
            more.forEach((name, shape) -> fields.merge(name, shape, SchemaInference::both));
            return new Fields(fields);
        }
        if (one instanceof Elements(var some) && other instanceof Elements(var more)) {
            return new Elements(both(some, more));
        }
        boolean numbers =
                (one == Scalar.LONG || one == Scalar.DOUBLE)
                        && (other == Scalar.LONG || other == Scalar.DOUBLE);
        return numbers ? Scalar.DOUBLE : Scalar.TEXT;
    }

    private Schema schema(Shape shape) {
        return switch (shape) {
            case Scalar scalar ->
                    switch (scalar) {
                        case BOOLEAN -> Schema.create(Schema.Type.BOOLEAN);
                        case LONG -> Schema.create(Schema.Type.LONG);
                        case DOUBLE -> Schema.create(Schema.Type.DOUBLE);
                        case TEXT, NOTHING -> Schema.create(Schema.Type.STRING);
                    };
            case Elements(var element) -> Schema.createArray(optional(schema(element)));
            // a place where no object had a field
            case Fields(var fields) when fields.isEmpty() && records > 0 ->
                    Schema.createMap(optional(Schema.create(Schema.Type.STRING)));
            case Fields(var fields) -> {
                var name = records == 0 ? "Row" : "Row" + records;
                records++;
                yield Schema.createRecord(
                        name,
                        null,
                        null,
                        false,
                        fields.entrySet().stream()
                                .map(field ->
                                        new Schema.Field(
                                                field.getKey(),
                                                optional(schema(field.getValue())),
                                                null,
                                                JsonProperties.NULL_VALUE))
                                .toList());
            }
        };
    }

    private static Schema optional(Schema schema) {
        return Schema.createUnion(Schema.create(Schema.Type.NULL), schema);
    }

    /// A field of a row that a schema has no place for, and that would be lost.
    static Optional<String> unknown(@Nullable Object value, Schema schema) {
        return switch (schema.getType()) {
            case UNION ->
                    schema.getTypes().stream()
                            .filter(s -> s.getType() != Schema.Type.NULL)
                            .findFirst()
                            .flatMap(s -> unknown(value, s));
            case RECORD -> {
                if (!(value instanceof Map<?, ?> map)) {
                    yield Optional.empty();
                }
                yield map.entrySet().stream()
                        .flatMap(entry -> {
                            var name = String.valueOf(entry.getKey());
                            var field = schema.getField(name);
                            return (field == null
                                            ? Optional.of(name)
                                            : unknown(entry.getValue(), field.schema())
                                                    .map(inner -> name + "." + inner))
                                    .stream();
                        })
                        .findFirst();
            }
            case ARRAY ->
                    value instanceof Collection<?> list
                            ? list.stream()
                                    .flatMap(one -> unknown(one, schema.getElementType()).stream())
                                    .findFirst()
                            : Optional.empty();
            default -> Optional.empty();
        };
    }
}
