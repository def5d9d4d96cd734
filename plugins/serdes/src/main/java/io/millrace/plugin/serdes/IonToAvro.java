// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.serdes;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.NewFile;
import java.net.URI;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
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
            @Inline Scheming scheming,
            @Title("null, deflate, bzip2, xz or zstandard") @Default("deflate") String codec) {}

    public record Outputs(
            @Title("The converted file") URI uri, @Title("How many rows") long size) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        CodecFactory codec;
        try {
            codec = CodecFactory.fromString(properties.codec());
        } catch (AvroRuntimeException e) {
            throw new TaskFailedException("Expected a codec: " + e.getMessage(), e);
        }
        try (var rows = TypedRows.open(properties.scheming(), context);
                var file = NewFile.create(context);
                var writer = new DataFileWriter<>(new GenericDatumWriter<>(rows.schema()))) {
            writer.setCodec(codec).create(rows.schema(), file.stream());
            while (rows.next(writer::append)) {
                // one after the other
            }
            writer.flush();
            context.count("records", (double) rows.size(), Map.of());
            return new Outputs(file.store(".avro"), rows.size());
        }
    }
}
