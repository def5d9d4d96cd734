// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.io.BufferedOutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.security.DigestOutputStream;
import java.util.Map;
import java.util.UUID;

/// Reads a file of a directory of the worker into the internal storage.
@Plugin(
        type = "io.kestra.plugin.fs.local.Download",
        title = "Read a file of a directory of the worker")
public final class LocalDownload
        extends LocalTask<LocalDownload.Properties, LocalDownload.Outputs> {
    public record Properties(@Title("Path on the worker") String from, @Inline Checksum checksum) {}

    public record Outputs(
            @Title("The file in the internal storage") URI uri,
            @Title("Its size in bytes") long size,
            @Title("Its checksum, in hexadecimal") String checksum) {}

    @Override
    Outputs work(LocalFiles files, Properties properties, TaskContext context) throws Exception {
        var digest = properties.checksum().begin();
        var path = FileTask.path(properties.from());
        var file = context.ownDirectory().resolve("download-" + UUID.randomUUID());
        try {
            try (var to =
                    new DigestOutputStream(
                            new BufferedOutputStream(Files.newOutputStream(file), 1 << 16),
                            digest)) {
                files.download(path, to);
            }
            var checksum = properties.checksum().finish(digest, path);
            long size = Files.size(file);
            context.count("bytes", (double) size, Map.of());
            return new Outputs(FileTask.store(file, path, context), size, checksum);
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
