// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.serdes;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.avro.AvroValues;
import io.millrace.plugin.kit.RowFile;
import java.io.IOException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// Rows of a file as values of a schema of Avro: of one that is given, or of what the first rows
/// are.
final class TypedRows implements AutoCloseable {
    private final RowFile rows;
    private final Schema schema;
    private final boolean inferred;
    private final BadLines onBadLines;
    private final TaskContext context;
    private long read;
    private long size;

    private TypedRows(
            RowFile rows,
            Schema schema,
            boolean inferred,
            BadLines onBadLines,
            TaskContext context) {
        this.rows = rows;
        this.schema = schema;
        this.inferred = inferred;
        this.onBadLines = onBadLines;
        this.context = context;
    }

    /// @param schema as JSON; absent: what the rows are
    /// @param scanned how many rows are looked at then
    static TypedRows open(
            String from,
            @Nullable String schema,
            int scanned,
            BadLines onBadLines,
            TaskContext context)
            throws IOException, TaskFailedException {
        var found = SchemaInference.given(schema, from, scanned, context);
        return new TypedRows(
                RowFile.open(from, context), found, schema == null, onBadLines, context);
    }

    Schema schema() {
        return schema;
    }

    /// How many were written.
    long size() {
        return size;
    }

    /// @return whether there was one, though it may have been left out
    /// @throws TaskFailedException if it doesn't fit
    boolean next(Sink sink) throws IOException, TaskFailedException {
        var row = rows.next();
        if (row == null) {
            return false;
        }
        read++;
        @Nullable Object typed;
        try {
            typed = typed(row.value());
        } catch (TaskFailedException e) {
            onBadLines.deal(e, context);
            return true;
        }
        sink.take(typed);
        size++;
        return true;
    }

    private @Nullable Object typed(@Nullable Object row) throws TaskFailedException {
        if (inferred) {
            var lost = SchemaInference.unknown(row, schema);
            if (lost.isPresent()) {
                throw new TaskFailedException(
                        "Row %d has a field that the first rows don't have, %s: give a `schema`, or have more rows looked at (`numberOfRowsToScan`)"
                                .formatted(read, lost.get()));
            }
        }
        try {
            return AvroValues.typed(row, schema, "row");
        } catch (AvroRuntimeException e) {
            throw new TaskFailedException(
                    "Row %d doesn't fit the schema: %s".formatted(read, e.getMessage()), e);
        }
    }

    /// Where a row goes to.
    @FunctionalInterface
    interface Sink {
        void take(@Nullable Object row) throws IOException;
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }
}
