// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kit;

import io.millrace.plugin.TaskContext;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/// A file that a task writes piece by piece, on disk, and then stores.
public final class NewFile implements AutoCloseable {
    private final TaskContext context;
    private final Path path;
    private final OutputStream stream;

    private NewFile(TaskContext context, Path path) throws IOException {
        this.context = context;
        this.path = path;
        this.stream = new BufferedOutputStream(Files.newOutputStream(path), 1 << 16);
    }

    public static NewFile create(TaskContext context) throws IOException {
        return new NewFile(context, context.ownDirectory().resolve("new-" + UUID.randomUUID()));
    }

    /// What is written to it; closed by [#store].
    public OutputStream stream() {
        return stream;
    }

    public Path path() {
        return path;
    }

    /// What stands behind the name in a path, with its dot, if it may stand in a URI as it is.
    public static String extension(String path) {
        var name = path.substring(path.lastIndexOf('/') + 1);
        int dot = name.indexOf('.');
        var extension = dot <= 0 ? "" : name.substring(dot);
        return extension.matches("[\\w.-]{1,20}") ? extension : "";
    }

    /// Nothing is written after.
    ///
    /// @param extension with its dot
    /// @return its URI
    public URI store(String extension) throws IOException {
        stream.close();
        try (var content = Files.newInputStream(path)) {
            return context.files().put(UUID.randomUUID() + extension, content);
        }
    }

    /// Deletes it from the disk, also when what waits in the stream can't be written any more, as
    /// in a task that is interrupted.
    @Override
    public void close() throws IOException {
        try {
            stream.close();
        } finally {
            Files.deleteIfExists(path);
        }
    }
}
