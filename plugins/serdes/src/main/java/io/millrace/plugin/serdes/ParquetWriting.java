// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.serdes;

import io.millrace.plugin.TaskFailedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/// Writes records to a file of Parquet, a row group at a time: that is what is held in memory.
final class ParquetWriting implements AutoCloseable {
    private static final int ROWS_BETWEEN_LOOKS = 1000;

    private final MessageType type;
    private final ParquetProperties properties;
    private final CompressionCodecName codec;
    private final long rowGroupBytes;
    private final ParquetFileWriter file;
    private RowGroup group;
    private int groups;

    /// @param path is made, or overwritten
    /// @param rowGroupBytes about how much is held in memory
    ParquetWriting(
            Path path,
            Schema schema,
            ParquetProperties properties,
            CompressionCodecName codec,
            long rowGroupBytes)
            throws IOException, TaskFailedException {
        this.type = ParquetSchema.of(schema);
        this.properties = properties;
        this.codec = codec;
        this.rowGroupBytes = rowGroupBytes;
        this.file =
                new ParquetFileWriter(
                        new LocalOutputFile(path),
                        type,
                        ParquetFileWriter.Mode.OVERWRITE,
                        rowGroupBytes,
                        0,
                        null,
                        properties);
        file.start();
        this.group = new RowGroup();
    }

    /// What becomes one row group.
    private final class RowGroup implements AutoCloseable {
        private final ColumnChunkPageWriteStore pages =
                new ColumnChunkPageWriteStore(
                        new ParquetCodecs().getCompressor(codec),
                        type,
                        properties.getAllocator(),
                        properties.getColumnIndexTruncateLength(),
                        properties.getPageWriteChecksumEnabled(),
                        null,
                        groups);
        private final ColumnWriteStore columns = properties.newColumnWriteStore(type, pages, pages);
        private final RecordConsumer consumer =
                new ColumnIOFactory(false).getColumnIO(type).getRecordWriter(columns);
        private long rows;

        void add(IndexedRecord row) {
            consumer.startMessage();
            fields(row);
            consumer.endMessage();
            rows++;
        }

        boolean isFull() {
            return rows % ROWS_BETWEEN_LOOKS == 0 && columns.getBufferedSize() >= rowGroupBytes;
        }

        void write() throws IOException {
            consumer.flush();
            if (rows > 0) {
                file.startBlock(rows);
                columns.flush();
                pages.flushToFileWriter(file);
                file.endBlock();
                groups++;
            }
        }

        private void fields(IndexedRecord record) {
            for (var field : record.getSchema().getFields()) {
                field(field.name(), field.pos(), record.get(field.pos()), field.schema());
            }
        }

        private void field(String name, int index, @Nullable Object value, Schema schema) {
            if (value != null) {
                consumer.startField(name, index);
                value(value, ParquetSchema.present(schema));
                consumer.endField(name, index);
            }
        }

        private void value(Object value, Schema schema) {
            switch (schema.getType()) {
                case RECORD -> {
                    consumer.startGroup();
                    fields((IndexedRecord) value);
                    consumer.endGroup();
                }
                case ARRAY -> list((Collection<?>) value, schema.getElementType());
                case MAP -> map((Map<?, ?>) value, schema.getValueType());
                case BOOLEAN -> consumer.addBoolean((Boolean) value);
                case INT -> consumer.addInteger((Integer) value);
                case LONG -> consumer.addLong((Long) value);
                case FLOAT -> consumer.addFloat((Float) value);
                case DOUBLE -> consumer.addDouble((Double) value);
                case BYTES -> consumer.addBinary(Binary.fromConstantByteBuffer((ByteBuffer) value));
                case FIXED ->
                        consumer.addBinary(
                                Binary.fromConstantByteArray(((GenericFixed) value).bytes()));
                case STRING, ENUM -> consumer.addBinary(Binary.fromString(value.toString()));
                case NULL, UNION ->
                        throw new IllegalStateException("Expected a type but it is " + schema);
            }
        }

        private void list(Collection<?> list, Schema element) {
            consumer.startGroup();
            if (!list.isEmpty()) {
                consumer.startField("list", 0);
                for (var one : list) {
                    consumer.startGroup();
                    field("element", 0, one, element);
                    consumer.endGroup();
                }
                consumer.endField("list", 0);
            }
            consumer.endGroup();
        }

        private void map(Map<?, ?> map, Schema value) {
            consumer.startGroup();
            if (!map.isEmpty()) {
                consumer.startField("key_value", 0);
                map.forEach((key, one) -> {
                    consumer.startGroup();
                    field("key", 0, String.valueOf(key), Schema.create(Schema.Type.STRING));
                    field("value", 1, one, value);
                    consumer.endGroup();
                });
                consumer.endField("key_value", 0);
            }
            consumer.endGroup();
        }

        @Override
        public void close() {
            columns.close();
            pages.close();
        }
    }

    /// @param row a record of the schema
    void add(@Nullable Object row) throws IOException {
        group.add((IndexedRecord) Objects.requireNonNull(row));
        if (group.isFull()) {
            group.write();
            group.close();
            group = new RowGroup();
        }
    }

    /// Writes what is held, and the end of the file.
    void finish() throws IOException {
        group.write();
        file.end(Map.of());
    }

    @Override
    public void close() throws IOException {
        try (file) {
            group.close();
        }
    }
}
