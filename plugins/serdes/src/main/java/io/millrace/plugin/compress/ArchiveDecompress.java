// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.compress;

import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.NewFile;
import io.millrace.plugin.kit.RowFile;
import java.io.BufferedInputStream;
import java.net.URI;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.ArchiveException;
import org.apache.commons.compress.archivers.ArchiveInputStream;
import org.apache.commons.compress.archivers.ArchiveStreamFactory;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.jspecify.annotations.Nullable;

/// Stores the files of an archive. Names that lead out of it are refused, links are left out.
@Plugin(type = "io.kestra.plugin.compress.ArchiveDecompress", title = "Unpack an archive")
public final class ArchiveDecompress
        implements TaskPlugin<ArchiveDecompress.Properties, ArchiveDecompress.Outputs> {
    private Bounded bounded = Bounded.of(new PluginSettings(Map.of()));

    public record Properties(
            @Title("URI of the archive") String from,
            @Title("Kind of archive") ArchiveFormat algorithm,
            @Title("How the archive is compressed, such as GZIP")
                    @Nullable Compression compression) {}

    public record Outputs(@Title("Stored files by their names") Map<String, URI> files) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        var files = new LinkedHashMap<String, URI>();
        long bytes = 0;
        try (var content = RowFile.stream(properties.from(), context);
                var plain =
                        properties.compression() == null
                                ? new BufferedInputStream(content)
                                : new BufferedInputStream(
                                        properties.compression().reading(content));
                ArchiveInputStream<? extends ArchiveEntry> archive =
                        new ArchiveStreamFactory()
                                .createArchiveInputStream(properties.algorithm().key(), plain)) {
            for (var entry = archive.getNextEntry();
                    entry != null;
                    entry = archive.getNextEntry()) {
                if (!isFile(entry)) {
                    continue;
                }
                if (files.size() >= bounded.entries()) {
                    throw new TaskFailedException(
                            "Expected at most %d files but there are more"
                                    .formatted(bounded.entries()));
                }
                try (var file = NewFile.create(context)) {
                    bytes = bounded.copy(archive, file.stream(), bytes);
                    file.stream().close();
                    var name = safe(entry.getName());
                    try (var unpacked = Files.newInputStream(file.path())) {
                        files.put(name, context.files().put(name, unpacked));
                    }
                }
            }
        } catch (ArchiveException e) {
            throw new TaskFailedException(
                    "Expected an archive in %s: %s"
                            .formatted(properties.algorithm(), e.getMessage()),
                    e);
        }
        return new Outputs(files);
    }

    @Override
    public void start(PluginSettings settings) {
        bounded = Bounded.of(settings);
    }

    private static boolean isFile(ArchiveEntry entry) {
        return switch (entry) {
            case TarArchiveEntry tar -> tar.isFile() && !tar.isLink() && !tar.isSymbolicLink();
            case ZipArchiveEntry zip -> !zip.isDirectory() && !zip.isUnixSymlink();
            default -> !entry.isDirectory();
        };
    }

    private static String safe(String given) throws TaskFailedException {
        var name = given.replace('\\', '/').replaceAll("^(\\./)+", "");
        boolean leadsOut = name.startsWith("/") || ("/" + name + "/").contains("/../");
        if (leadsOut || name.isEmpty() || name.indexOf('\0') >= 0) {
            throw new TaskFailedException("The archive has a file that leads out of it: " + given);
        }
        return name;
    }
}
