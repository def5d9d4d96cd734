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
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/// Writes a file of Parquet, a row group at a time.
@Plugin(
        type = "io.kestra.plugin.serdes.parquet.IonToParquet",
        aliases = "io.kestra.plugin.serdes.parquet.ParquetWriter",
        title = "Make a Parquet file of rows")
public final class IonToParquet
        implements TaskPlugin<IonToParquet.Properties, IonToParquet.Outputs> {

    public record Properties(
            @Inline Scheming scheming,
            @Title("UNCOMPRESSED, GZIP, SNAPPY, ZSTD or LZ4_RAW") @Default("GZIP")
                    Compression compressionCodec,
            @Title("Version of the format") @Default("V2") Version parquetVersion,
            @Title("Bytes of a row group: as much is held in memory") @Default("33554432")
                    Integer rowGroupSize,
            @Title("Bytes of a page") @Default("1048576") Integer pageSize,
            @Title("Bytes of a page of values that are often repeated") @Default("1048576")
                    Integer dictionaryPageSize) {}

    public record Outputs(
            @Title("The converted file") URI uri, @Title("How many rows") long size) {}

    /// How pages are compressed.
    public enum Compression {
        UNCOMPRESSED(CompressionCodecName.UNCOMPRESSED),
        GZIP(CompressionCodecName.GZIP),
        SNAPPY(CompressionCodecName.SNAPPY),
        ZSTD(CompressionCodecName.ZSTD),
        LZ4_RAW(CompressionCodecName.LZ4_RAW);

        private final CompressionCodecName codec;

        Compression(CompressionCodecName codec) {
            this.codec = codec;
        }
    }

    /// Version of the format.
    public enum Version {
        V1(WriterVersion.PARQUET_1_0),
        V2(WriterVersion.PARQUET_2_0);

        private final WriterVersion version;

        Version(WriterVersion version) {
            this.version = version;
        }
    }

    private static final int LARGEST_ROW_GROUP = 512 << 20;

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        int rowGroup = properties.rowGroupSize();
        if (rowGroup < 1 || rowGroup > LARGEST_ROW_GROUP) {
            throw new TaskFailedException(
                    "Expected a `rowGroupSize` of at most %d but got %d"
                            .formatted(LARGEST_ROW_GROUP, rowGroup));
        }
        var parquet =
                ParquetProperties.builder()
                        .withWriterVersion(properties.parquetVersion().version)
                        .withPageSize(properties.pageSize())
                        .withDictionaryPageSize(properties.dictionaryPageSize())
                        .build();
        try (var rows = TypedRows.open(properties.scheming(), context);
                var file = NewFile.create(context)) {
            try (var writing =
                    new ParquetWriting(
                            file.path(),
                            rows.schema(),
                            parquet,
                            properties.compressionCodec().codec,
                            rowGroup)) {
                while (rows.next(writing::add)) {
                    // one after the other
                }
                writing.finish();
            }
            context.count("records", (double) rows.size(), Map.of());
            return new Outputs(file.store(".parquet"), rows.size());
        }
    }
}
