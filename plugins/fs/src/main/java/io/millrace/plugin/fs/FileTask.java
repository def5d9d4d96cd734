// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.kit.Cancelling;
import io.millrace.plugin.kit.EgressPolicy;
import io.millrace.plugin.kit.RowFile;
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
                var _ = Cancelling.closes(remote, context);
                var _ = Cancelling.interrupts(context)) {
            return work(remote, properties, context);
        } catch (IOException | RuntimeException e) {
            if (Thread.currentThread().isInterrupted()) {
                // libraries fail with anything when a kill closes them while they work
                throw new InterruptedException();
            }
            if (e instanceof RuntimeException fault) {
                throw fault;
            }
            throw new TaskFailedException(String.valueOf(e.getMessage()), e);
        }
    }

    abstract O work(RemoteFiles remote, P properties, TaskContext context) throws Exception;

    /// Sends a file of the internal storage. It has its name once all of it is there; but for FTP,
    /// where those who may send may often not rename.
    final void send(RemoteFiles remote, P properties, String from, String to, TaskContext context)
            throws Exception {
        if (protocol == Protocol.FTP || protocol == Protocol.FTPS) {
            try (var content = RowFile.stream(from, context)) {
                remote.upload(content, to);
            }
            return;
        }
        var part = RemoteFiles.partOf(to, context.taskRun().taskRunId());
        try (var _ = Cancelling.calls(() -> forget(part, properties), context);
                var content = RowFile.stream(from, context)) {
            remote.upload(content, part);
            remote.replace(part, to);
        } catch (IOException e) {
            if (!Thread.currentThread().isInterrupted()) {
                forget(remote, part, e);
            }
            throw e;
        }
    }

    /// Over a connection of its own: that of a task which is killed is closed, and may be stuck.
    private boolean forget(String part, P properties) throws Exception {
        try (var again = protocol.open(properties.server())) {
            return again.delete(part);
        }
    }

    private static void forget(RemoteFiles remote, String part, IOException reason) {
        try {
            remote.delete(part);
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

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
