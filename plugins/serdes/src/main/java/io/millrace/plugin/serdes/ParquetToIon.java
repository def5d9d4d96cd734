// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.serdes;

import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.FetchType;
import io.millrace.plugin.kit.NewFile;
import io.millrace.plugin.kit.RowFile;
import io.millrace.plugin.kit.Rows;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.SeekableInputStream;

/// Reads a file of Parquet, a row group at a time.
@Plugin(
        type = "io.kestra.plugin.serdes.parquet.ParquetToIon",
        aliases = "io.kestra.plugin.serdes.parquet.ParquetReader",
        title = "Make rows of a Parquet file")
public final class ParquetToIon
        implements TaskPlugin<ParquetToIon.Properties, ParquetToIon.Outputs> {

    public record Properties(@Title("URI of the file") String from) {}

    public record Outputs(
            @Title("The converted file") URI uri, @Title("How many rows") long size) {}

    /// A row group is read as a whole.
    private static final long LARGEST_ROW_GROUP = 512L << 20;

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        try (var file = NewFile.create(context);
                var content = RowFile.stream(properties.from(), context);
                var rows = new Rows(context, FetchType.STORE)) {
            content.transferTo(file.stream());
            file.stream().flush();
            read(file.path(), rows);
            var result = rows.finish();
            context.count("records", (double) result.size(), Map.of());
            return new Outputs(Objects.requireNonNull(result.uri()), result.size());
        } catch (RuntimeException e) {
            // what the library throws is as various as what may be wrong with a file
            Throwable root = e;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            throw new TaskFailedException("The file can't be read: " + root.getMessage(), e);
        }
    }

    private static void read(Path path, Rows rows) throws IOException, TaskFailedException {
        var options =
                ParquetReadOptions.builder(new PlainParquetConfiguration())
                        .withCodecFactory(new ParquetCodecs())
                        .usePageChecksumVerification()
                        .build();
        try (var reader = ParquetFileReader.open(new Input(new LocalInputFile(path)), options)) {
            for (var group : reader.getRowGroups()) {
                if (group.getCompressedSize() > LARGEST_ROW_GROUP) {
                    throw new TaskFailedException(
                            "Expected row groups of at most %d bytes but one has %d"
                                    .formatted(LARGEST_ROW_GROUP, group.getCompressedSize()));
                }
            }
            var type = reader.getFileMetaData().getSchema();
            var columns = new ColumnIOFactory().getColumnIO(type);
            for (var group = reader.readNextRowGroup();
                    group != null;
                    group = reader.readNextRowGroup()) {
                var records = columns.getRecordReader(group, new GroupRecordConverter(type));
                for (long i = 0; i < group.getRowCount(); i++) {
                    rows.add(ParquetValues.plain(records.read()));
                }
            }
        }
    }

    /// Says in messages what people know, rather than where the file lies for now.
    private record Input(LocalInputFile file) implements InputFile {
        @Override
        public long getLength() throws IOException {
            return file.getLength();
        }

        @Override
        public SeekableInputStream newStream() throws IOException {
            return file.newStream();
        }

        @Override
        public String toString() {
            return "it";
        }
    }
}
