// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.serdes;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.NewFile;
import io.millrace.plugin.kit.RowFile;
import java.net.URI;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;

/// Writes a container file of Avro, a record at a time.
@Plugin(
        type = "io.kestra.plugin.serdes.avro.IonToAvro",
        aliases = "io.kestra.plugin.serdes.avro.AvroWriter",
        title = "Make an Avro file of rows")
public final class IonToAvro implements TaskPlugin<IonToAvro.Properties, IonToAvro.Outputs> {

    public record Properties(
            @Title("URI of the file") String from,
            @Title("Schema as JSON") String schema,
            @Title("null, deflate, bzip2, xz or zstandard") @Default("deflate") String codec) {}

    public record Outputs(
            @Title("The converted file") URI uri, @Title("How many rows") long size) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        Schema schema;
        CodecFactory codec;
        try {
            schema = new Schema.Parser().parse(properties.schema());
            codec = CodecFactory.fromString(properties.codec());
        } catch (AvroRuntimeException e) {
            throw new TaskFailedException("Expected a schema and a codec: " + e.getMessage(), e);
        }
        long size = 0;
        try (var rows = RowFile.open(properties.from(), context);
                var file = NewFile.create(context);
                var writer = new DataFileWriter<>(new GenericDatumWriter<>(schema))) {
            writer.setCodec(codec).create(schema, file.stream());
            for (var row = rows.next(); row != null; row = rows.next()) {
                size++;
                try {
                    writer.append(AvroValues.typed(row.value(), schema, "row"));
                } catch (AvroRuntimeException e) {
                    throw new TaskFailedException(
                            "Row %d doesn't fit the schema: %s".formatted(size, e.getMessage()), e);
                }
            }
            writer.flush();
            context.count("records", (double) size, Map.of());
            return new Outputs(file.store(".avro"), size);
        }
    }
}
