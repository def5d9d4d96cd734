// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.serdes;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.lz4.BlockLZ4CompressorInputStream;
import org.apache.commons.compress.compressors.lz4.BlockLZ4CompressorOutputStream;
import org.apache.commons.compress.compressors.snappy.SnappyCompressorInputStream;
import org.apache.commons.compress.compressors.snappy.SnappyCompressorOutputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorInputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorOutputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/// Compresses pages of Parquet without Hadoop, whose codecs the library would use.
final class ParquetCodecs implements CompressionCodecFactory {
    /// A page is 1 MiB as most write it; what claims more than this is wrong, or means harm.
    private static final int LARGEST_PAGE = 256 << 20;

    /// As far back as those who write refer to.
    private static final int SNAPPY_WINDOW = 64 << 10;

    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
        return new BytesInputCompressor() {
            @Override
            public BytesInput compress(BytesInput bytes) throws IOException {
                if (codec == CompressionCodecName.UNCOMPRESSED) {
                    return bytes;
                }
                var small = new ByteArrayOutputStream();
                try (var stream = writing(codec, small, bytes.size())) {
                    bytes.writeAllTo(stream);
                }
                return BytesInput.from(small.toByteArray());
            }

            @Override
            public CompressionCodecName getCodecName() {
                return codec;
            }

            @Override
            public void release() {
                // holds nothing
            }
        };
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
        return new BytesInputDecompressor() {
            @Override
            public BytesInput decompress(BytesInput bytes, int size) throws IOException {
                if (codec == CompressionCodecName.UNCOMPRESSED) {
                    return bytes;
                }
                return BytesInput.from(unpacked(codec, bytes.toInputStream(), size));
            }

            @Override
            public void decompress(ByteBuffer from, int packed, ByteBuffer to, int size)
                    throws IOException {
                var page = from.slice(from.position(), packed);
                if (codec == CompressionCodecName.UNCOMPRESSED) {
                    to.put(page);
                } else {
                    to.put(unpacked(codec, BytesInput.from(page).toInputStream(), size));
                }
                from.position(from.position() + packed);
            }

            @Override
            public void release() {
                // holds nothing
            }
        };
    }

    private static byte[] unpacked(CompressionCodecName codec, InputStream page, int size)
            throws IOException {
        if (size < 0 || size > LARGEST_PAGE) {
            throw new IOException(
                    "Expected pages of at most %d bytes but one has %d"
                            .formatted(LARGEST_PAGE, size));
        }
        try (var stream = reading(codec, page)) {
            var bytes = stream.readNBytes(size);
            if (bytes.length < size) {
                throw new IOException(
                        "Expected a page of %d bytes but got %d".formatted(size, bytes.length));
            }
            return bytes;
        }
    }

    private static InputStream reading(CompressionCodecName codec, InputStream page)
            throws IOException {
        return switch (codec) {
            case GZIP -> new GZIPInputStream(page);
            case SNAPPY -> new SnappyCompressorInputStream(page, SNAPPY_WINDOW);
            case ZSTD -> new ZstdCompressorInputStream(page);
            case LZ4_RAW -> new BlockLZ4CompressorInputStream(page);
            case UNCOMPRESSED -> page;
            case LZO, BROTLI, LZ4 -> throw unsupported(codec);
        };
    }

    private static OutputStream writing(CompressionCodecName codec, OutputStream to, long size)
            throws IOException {
        return switch (codec) {
            case GZIP -> new GZIPOutputStream(to);
            case SNAPPY -> new SnappyCompressorOutputStream(to, size);
            case ZSTD -> new ZstdCompressorOutputStream(to);
            case LZ4_RAW -> new BlockLZ4CompressorOutputStream(to);
            case UNCOMPRESSED -> to;
            case LZO, BROTLI, LZ4 -> throw unsupported(codec);
        };
    }

    private static IOException unsupported(CompressionCodecName codec) {
        return new IOException(
                "Expected a file in UNCOMPRESSED, GZIP, SNAPPY, ZSTD or LZ4_RAW but it is in "
                        + codec);
    }

    @Override
    public void release() {
        // holds nothing
    }
}
