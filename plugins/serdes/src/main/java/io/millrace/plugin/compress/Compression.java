// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.compress;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.commons.compress.compressors.CompressorException;
import org.apache.commons.compress.compressors.CompressorStreamFactory;

/// How a file is compressed.
public enum Compression {
    BZIP2(CompressorStreamFactory.BZIP2, ".bz2"),
    DEFLATE(CompressorStreamFactory.DEFLATE, ".deflate"),
    GZIP(CompressorStreamFactory.GZIP, ".gz"),
    LZ4FRAME(CompressorStreamFactory.LZ4_FRAMED, ".lz4"),
    SNAPPYFRAME(CompressorStreamFactory.SNAPPY_FRAMED, ".sz"),
    XZ(CompressorStreamFactory.XZ, ".xz"),
    ZSTD(CompressorStreamFactory.ZSTANDARD, ".zst"),
    LZ4BLOCK(CompressorStreamFactory.LZ4_BLOCK, ".lz4"),
    LZMA(CompressorStreamFactory.LZMA, ".lzma"),
    /// Of Unix' compress: only read.
    Z(CompressorStreamFactory.Z, ".Z"),
    /// Only read.
    DEFLATE64(CompressorStreamFactory.DEFLATE64, ".deflate64");

    private static final int MEMORY_KIB = 256 << 10;

    private final String name;
    private final String extension;

    Compression(String name, String extension) {
        this.name = name;
        this.extension = extension;
    }

    String extension() {
        return extension;
    }

    InputStream reading(InputStream from) throws IOException {
        try {
            return new CompressorStreamFactory(true, MEMORY_KIB)
                    .createCompressorInputStream(name, new BufferedInputStream(from));
        } catch (CompressorException e) {
            throw new IOException("Expected a file in %s: %s".formatted(this, e.getMessage()), e);
        }
    }

    OutputStream writing(OutputStream to) throws IOException {
        try {
            return new CompressorStreamFactory().createCompressorOutputStream(name, to);
        } catch (CompressorException e) {
            throw new IOException("The file can't be compressed: " + e.getMessage(), e);
        }
    }
}
