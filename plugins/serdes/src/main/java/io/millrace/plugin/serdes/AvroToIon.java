// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.serdes;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import io.millrace.plugin.avro.AvroValues;
import io.millrace.plugin.kit.FetchType;
import io.millrace.plugin.kit.RowFile;
import io.millrace.plugin.kit.Rows;
import java.net.URI;
import java.time.DateTimeException;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.InvalidAvroMagicException;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericDatumReader;

/// Reads a container file of Avro, a record at a time.
@Plugin(
        type = "io.kestra.plugin.serdes.avro.AvroToIon",
        aliases = "io.kestra.plugin.serdes.avro.AvroReader",
        title = "Make rows of an Avro file")
public final class AvroToIon implements TaskPlugin<AvroToIon.Properties, AvroToIon.Outputs> {

    public record Properties(
            @Title("URI of the file") String from,
            @Title("What becomes of records that no row can be made of") @Default("ERROR")
                    BadLines onBadLines) {}

    public record Outputs(
            @Title("The converted file") URI uri, @Title("How many rows") long size) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        try (var content = RowFile.stream(properties.from(), context);
                var reader = new DataFileStream<>(content, new GenericDatumReader<>());
                var rows = new Rows(context, FetchType.STORE)) {
            while (reader.hasNext()) {
                var record = reader.next();
                Object row;
                try {
                    row = AvroValues.plain(record, reader.getSchema());
                } catch (AvroRuntimeException | DateTimeException e) {
                    properties
                            .onBadLines()
                            .deal(
                                    new TaskFailedException(
                                            "A record has no row: " + e.getMessage(), e),
                                    context);
                    continue;
                }
                rows.add(row);
            }
            var result = rows.finish();
            context.count("records", (double) result.size(), Map.of());
            return new Outputs(Objects.requireNonNull(result.uri()), result.size());
        } catch (AvroRuntimeException | InvalidAvroMagicException e) {
            throw new TaskFailedException("Expected an Avro file but " + e.getMessage(), e);
        }
    }
}
