// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.compress;

import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.NewFile;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.Map;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.ArchiveException;
import org.apache.commons.compress.archivers.ArchiveOutputStream;
import org.apache.commons.compress.archivers.ArchiveStreamFactory;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.jar.JarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Makes one archive of several files.
@Plugin(type = "io.kestra.plugin.compress.ArchiveCompress", title = "Make an archive of files")
public final class ArchiveCompress
        implements TaskPlugin<ArchiveCompress.Properties, ArchiveCompress.Outputs> {

    public record Properties(
            @Title("URIs by the names that the files get in the archive") Object from,
            @Title("Kind of archive") ArchiveFormat algorithm,
            @Title("How the archive is compressed, such as GZIP")
                    @Nullable Compression compression) {}

    public record Outputs(@Title("The archive") URI uri) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        var extension = properties.algorithm().extension();
        try (var file = NewFile.create(context)) {
            var compression = properties.compression();
            try (var to =
                    compression == null ? file.stream() : compression.writing(file.stream())) {
                write(properties, to, context);
            }
            return new Outputs(
                    file.store(extension + (compression == null ? "" : compression.extension())));
        } catch (ArchiveException e) {
            throw new TaskFailedException("The archive can't be written: " + e.getMessage(), e);
        }
    }

    private static void write(Properties properties, OutputStream to, TaskContext context)
            throws IOException, ArchiveException, TaskFailedException {
        try (ArchiveOutputStream<ArchiveEntry> archive =
                new ArchiveStreamFactory()
                        .createArchiveOutputStream(properties.algorithm().key(), to)) {
            if ((OutputStream) archive instanceof TarArchiveOutputStream tar) {
                tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
                tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            }
            for (var file : files(properties.from()).entrySet()) {
                var uri = URI.create(String.valueOf(file.getValue()).strip());
                var name = String.valueOf(file.getKey());
                archive.putArchiveEntry(
                        entry(properties.algorithm(), name, context.files().size(uri)));
                try (var content = context.files().get(uri)) {
                    content.transferTo(archive);
                }
                archive.closeArchiveEntry();
            }
            archive.finish();
        }
    }

    private static Map<?, ?> files(Object from) throws TaskFailedException {
        if (from instanceof Map<?, ?> map) {
            return map;
        }
        try {
            return JsonMapper.shared().readValue(String.valueOf(from), Map.class);
        } catch (JacksonException e) {
            throw new TaskFailedException("Expected `from` to be URIs by names", e);
        }
    }

    private static ArchiveEntry entry(ArchiveFormat format, String name, long size) {
        return switch (format) {
            case TAR -> {
                var entry = new TarArchiveEntry(name);
                entry.setSize(size);
                yield entry;
            }
            case ZIP -> new ZipArchiveEntry(name);
            case JAR -> new JarArchiveEntry(name);
            case AR -> new ArArchiveEntry(name, size);
            case CPIO -> {
                var entry = new CpioArchiveEntry(name);
                entry.setSize(size);
                entry.setMode(CpioArchiveEntry.C_ISREG | 0644);
                yield entry;
            }
        };
    }
}
