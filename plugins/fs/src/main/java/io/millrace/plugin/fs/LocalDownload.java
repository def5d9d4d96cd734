// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.io.BufferedOutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Reads a file of a directory of the worker into the internal storage.
@Plugin(
        type = "io.kestra.plugin.fs.local.Download",
        title = "Read a file of a directory of the worker")
public final class LocalDownload
        extends LocalTask<LocalDownload.Properties, LocalDownload.Outputs> {
    public record Properties(
            @Title("Path on the worker") String from,
            @Title("Whether its checksum has to be the expected one") @Default("false")
                    Boolean validateChecksum,
            @Title("Checksum that is expected, in hexadecimal") @Nullable String checksumExpected,
            @Title("How it is computed: MD5, SHA_1, SHA_256 or SHA_512") @Default("SHA_256")
                    Checksum checksumAlgorithm) {}

    /// How a checksum is computed.
    public enum Checksum {
        MD5("MD5"),
        SHA_1("SHA-1"),
        SHA_256("SHA-256"),
        SHA_512("SHA-512");

        private final String algorithm;

        Checksum(String algorithm) {
            this.algorithm = algorithm;
        }

        private MessageDigest digest() {
            try {
                return MessageDigest.getInstance(algorithm);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    public record Outputs(
            @Title("The file in the internal storage") URI uri,
            @Title("Its size in bytes") long size,
            @Title("Its checksum, in hexadecimal") String checksum) {}

    @Override
    Outputs work(LocalFiles files, Properties properties, TaskContext context) throws Exception {
        var expected = properties.checksumExpected();
        if (properties.validateChecksum() && expected == null) {
            throw new TaskFailedException("Expected `checksumExpected` with validateChecksum");
        }
        var path = FileTask.path(properties.from());
        var file = context.ownDirectory().resolve("download-" + UUID.randomUUID());
        try {
            var digest = properties.checksumAlgorithm().digest();
            try (var to =
                    new DigestOutputStream(
                            new BufferedOutputStream(Files.newOutputStream(file), 1 << 16),
                            digest)) {
                files.download(path, to);
            }
            var checksum = HexFormat.of().formatHex(digest.digest());
            if (expected != null
                    && properties.validateChecksum()
                    && !checksum.equalsIgnoreCase(expected.strip())) {
                throw new TaskFailedException(
                        "Expected checksum %s of '%s' but it is %s"
                                .formatted(expected.strip(), path, checksum));
            }
            long size = Files.size(file);
            context.count("bytes", (double) size, Map.of());
            return new Outputs(FileTask.store(file, path, context), size, checksum);
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
