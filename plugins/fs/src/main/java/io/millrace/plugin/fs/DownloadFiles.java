// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Inline;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.io.BufferedOutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.security.DigestOutputStream;
import java.util.Map;
import java.util.UUID;

/// Fetches a file from another host.
abstract class DownloadFiles extends FileTask<DownloadFiles.Properties, DownloadFiles.Outputs> {

    DownloadFiles(Protocol protocol) {
        super(protocol);
    }

    public record Properties(
            @Inline FileHost server,
            @Title("Path on the host") String from,
            @Inline Checksum checksum)
            implements FileHost.At {}

    public record Outputs(
            @Title("Where it is on the host") String from,
            @Title("The file in the internal storage") URI to,
            @Title("Its checksum, in hexadecimal") String checksum) {}

    @Override
    DownloadFiles.Outputs work(RemoteFiles remote, Properties properties, TaskContext context)
            throws Exception {
        var digest = properties.checksum().begin();
        var from = path(properties.from());
        var file = context.ownDirectory().resolve("download-" + UUID.randomUUID());
        try {
            try (var to =
                    new DigestOutputStream(
                            new BufferedOutputStream(Files.newOutputStream(file), 1 << 16),
                            digest)) {
                remote.download(from, to);
            }
            var checksum = properties.checksum().finish(digest, from);
            context.count("bytes", (double) Files.size(file), Map.of());
            return new Outputs(from, store(file, from, context), checksum);
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
