// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.serdes;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.avro.AvroValues;
import io.millrace.plugin.kit.RowFile;
import java.io.IOException;
import java.time.DateTimeException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// Rows of a file as values of a schema of Avro: of one that is given, or of what the first rows
/// are.
final class TypedRows implements AutoCloseable {
    private final RowFile rows;
    private final Schema schema;
    private final Scheming scheming;
    private final TextForms.Reader forms;
    private final TaskContext context;
    private long read;
    private long size;

    private TypedRows(
            RowFile rows,
            Schema schema,
            Scheming scheming,
            TextForms.Reader forms,
            TaskContext context) {
        this.rows = rows;
        this.schema = schema;
        this.scheming = scheming;
        this.forms = forms;
        this.context = context;
    }

    static TypedRows open(Scheming scheming, TaskContext context)
            throws IOException, TaskFailedException {
        var forms = scheming.forms().reader(scheming.schema() != null);
        var schema =
                SchemaInference.given(
                        scheming.schema(), scheming.from(), scheming.scanned(), context);
        return new TypedRows(
                RowFile.open(scheming.from(), context), schema, scheming, forms, context);
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
            scheming.onBadLines().deal(e, context);
            return true;
        }
        sink.take(typed);
        size++;
        return true;
    }

    private @Nullable Object typed(@Nullable Object row) throws TaskFailedException {
        boolean inferred = scheming.schema() == null;
        if (inferred || scheming.strictSchema()) {
            var lost = SchemaInference.unknown(row, schema);
            if (lost.isPresent()) {
                throw new TaskFailedException(
                        (inferred
                                        ? "Row %d has a field that the first rows don't have, %s: give a `schema`, or have more rows looked at (`numberOfRowsToScan`)"
                                        : "Row %d has a field that the schema doesn't have, %s")
                                .formatted(read, lost.get()));
            }
        }
        try {
            return AvroValues.typed(forms.read(row, schema), schema, "row");
        } catch (AvroRuntimeException | DateTimeException e) {
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
