// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.service;

import io.millrace.contracts.Job;
import io.millrace.plugin.NamespaceFiles;
import io.millrace.plugin.TaskFailedException;
import io.millrace.storage.InternalStorage;
import io.millrace.storage.NamespaceFolder;
import io.millrace.storage.StorageAccessException;
import io.millrace.worker.service.StoreServices.Calls;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;

/// Namespace files: read from the internal storage, written by the flow-service, which keeps their
/// revisions.
record RemoteNamespaceFiles(Calls calls, InternalStorage storage, Predicate<String> reads, Job job)
        implements NamespaceFiles {

    @Override
    public List<Entry> list(String namespace) throws IOException, TaskFailedException {
        var files = readable(namespace).files();
        int prefix = files.path().length() + 1;
        return storage.list(files).stream()
                .map(file -> new Entry(namespace, file.path().substring(prefix), file.uri()))
                .toList();
    }

    private NamespaceFolder readable(String namespace) throws TaskFailedException {
        if (!mayRead(namespace)) {
            throw new TaskFailedException(
                    "Cannot read files. The namespace '%s' can't be reached from '%s'"
                            .formatted(namespace, job.namespace()));
        }
        return new NamespaceFolder(job.tenant(), namespace);
    }

    private boolean mayRead(String namespace) throws TaskFailedException {
        try {
            return reads.test(namespace);
        } catch (StorageAccessException e) {
            throw new TaskFailedException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public InputStream open(Entry entry) throws IOException, TaskFailedException {
        return storage.get(readable(entry.namespace()).file(entry.path()));
    }

    private record Stored(String path) {}

    @Override
    public URI put(String namespace, String path, Content content, Conflict conflict)
            throws IOException, TaskFailedException {
        try {
            var stored =
                    calls.service()
                            .put(
                                    "/internal/tasks/files/content?namespace=%s&path=%s&conflict=%s&request=%s"
                                            .formatted(
                                                    encoded(namespace),
                                                    encoded(path),
                                                    conflict.name(),
                                                    UUID.randomUUID()),
                                    calls.token(),
                                    content::open,
                                    Stored.class);
            return new NamespaceFolder(job.tenant(), namespace).file(stored.path()).uri();
        } catch (ServiceCalls.RefusedException e) {
            throw new TaskFailedException(String.valueOf(e.getMessage()), e);
        } catch (UncheckedIOException e) {
            throw Calls.unavailable(e);
        } catch (StorageAccessException e) {
            throw new TaskFailedException(String.valueOf(e.getMessage()), e);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private record Path(String namespace, String path) {}

    private record Deleted(boolean deleted) {}

    @Override
    public boolean delete(String namespace, String path) throws TaskFailedException {
        return calls.post("files/delete", new Path(namespace, path), Deleted.class).deleted();
    }
}
