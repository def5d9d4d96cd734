// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.kit.Cancelling;
import io.millrace.plugin.kit.EgressPolicy;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;

/// What tasks with files of another host share: a connection that a kill closes.
abstract class FileTask<P extends Record & FileHost.At, O extends Record>
        implements TaskPlugin<P, O> {
    private final Protocol protocol;
    private EgressPolicy egress = EgressPolicy.of(new PluginSettings(Map.of()));

    FileTask(Protocol protocol) {
        this.protocol = protocol;
    }

    @Override
    public void start(PluginSettings settings) {
        egress = EgressPolicy.of(settings);
    }

    @Override
    public O run(P properties, TaskContext context) throws Exception {
        var host = properties.server();
        egress.check(host.host(), protocol.port(host));
        try (var remote = protocol.open(host);
                var _ = Cancelling.closes(remote, context)) {
            return work(remote, properties, context);
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException();
            }
            throw new TaskFailedException(String.valueOf(e.getMessage()), e);
        }
    }

    abstract O work(RemoteFiles remote, P properties, TaskContext context) throws Exception;

    /// Fetches a file into the internal storage, by way of the disk.
    static URI fetch(RemoteFiles remote, String path, TaskContext context) throws IOException {
        var file = context.ownDirectory().resolve("download-" + UUID.randomUUID());
        try {
            try (var to = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
                remote.download(path, to);
            }
            return store(file, path, context);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /// Puts a file into the internal storage, under a name such as that of its path.
    static URI store(Path file, String path, TaskContext context) throws IOException {
        try (var content = Files.newInputStream(file)) {
            return context.files().put(UUID.randomUUID() + "/" + safe(path), content);
        }
    }

    private static String safe(String path) {
        var name = RemoteFiles.nameOf(path).replaceAll("[^\\w.\\-]", "_");
        return name.isEmpty() || name.startsWith(".") ? "file" + name : name;
    }

    /// A path, or the path of a URI such as `sftp://host/path`.
    static String path(String given) {
        var text = given.strip();
        int scheme = text.indexOf("://");
        if (scheme < 0) {
            return text;
        }
        int slash = text.indexOf('/', scheme + 3);
        return slash < 0 ? "/" : text.substring(slash);
    }
}
