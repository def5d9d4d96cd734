// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.contracts.Job;
import io.millrace.plugin.TaskFiles;
import io.millrace.storage.ExecutionFolder;
import io.millrace.storage.InternalStorage;
import io.millrace.storage.NamespaceFolder;
import io.millrace.storage.StorageAccessException;
import io.millrace.storage.StoragePath;
import io.millrace.worker.log.Masker;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The internal storage within the bounds of one job: its tenant, its execution, its namespace.
final class JobFiles implements TaskFiles {
    private static final String LEFT = ".left/";

    private final InternalStorage storage;
    private final Job job;
    private final ExecutionFolder folder;
    private final List<ExecutionFolder> ancestors;
    private final Predicate<String> reads;
    private final Masker masker;

    /// @param reads whether the task may read files of a namespace
    /// @param masker of the secrets that the task reads: no file gets them
    JobFiles(InternalStorage storage, Job job, Predicate<String> reads, Masker masker) {
        this.storage = storage;
        this.masker = masker;
        this.reads = reads;
        this.job = job;
        this.folder =
                new ExecutionFolder(job.tenant(), job.namespace(), job.flowId(), job.executionId());
        this.ancestors = ancestorsOf(job);
    }

    /// The execution that started this one handed it files by their URIs.
    private static List<ExecutionFolder> ancestorsOf(Job job) {
        var origin = job.origin();
        if (origin != null) {
            return List.of(
                    new ExecutionFolder(
                            job.tenant(),
                            origin.namespace(),
                            origin.flowId(),
                            origin.executionId()));
        }
        if (job.variables().get("trigger") instanceof Map<?, ?> trigger
                && trigger.get("namespace") instanceof String namespace
                && trigger.get("flowId") instanceof String flowId
                && trigger.get("executionId") instanceof String executionId) {
            return List.of(new ExecutionFolder(job.tenant(), namespace, flowId, executionId));
        }
        return List.of();
    }

    @Override
    public URI put(String name, InputStream content) throws IOException {
        var path = path(masker.mask(name));
        storage.put(path, masker.mask(content));
        return path.uri();
    }

    private StoragePath path(String name) {
        return folder.ofTask(job.taskId(), taskRunId(job), name);
    }

    @Override
    public void leave(String name, byte[] content) throws IOException {
        storage.put(path(LEFT + name), masker.mask(new ByteArrayInputStream(content)));
    }

    @Override
    public Optional<byte[]> left(String name) throws IOException {
        try (var content = storage.get(path(LEFT + name))) {
            return Optional.of(content.readAllBytes());
        } catch (FileNotFoundException _) {
            return Optional.empty();
        }
    }

    @Override
    public InputStream get(URI uri) throws IOException {
        return storage.get(readable(uri));
    }

    @Override
    public long size(URI uri) throws IOException {
        return storage.size(readable(uri));
    }

    @Override
    public boolean delete(URI uri) throws IOException {
        return storage.delete(folder.own(uri));
    }

    InputStream open(StoragePath located) throws IOException {
        return storage.get(located);
    }

    boolean exists(StoragePath located) throws IOException {
        return storage.exists(located);
    }

    long size(StoragePath located) throws IOException {
        return storage.size(located);
    }

    @Override
    public List<URI> deleteAll() throws IOException {
        return storage.deleteFolder(folder.path()).stream().map(StoragePath::uri).toList();
    }

    /// Where a file lies that the task may read.
    ///
    /// @param uriOrPath a URI of the internal storage, or the path of a file of a namespace
    /// @param namespace of a path; the task's own if absent
    /// @throws StorageAccessException if it may not
    StoragePath locate(String uriOrPath, @Nullable String namespace) {
        if (uriOrPath.contains("://")) {
            return readable(URI.create(uriOrPath));
        }
        var where = namespace == null ? job.namespace() : namespace;
        if (!reads.test(where)) {
            throw new StorageAccessException(
                    "Unable to read files of namespace '%s' from namespace '%s'"
                            .formatted(where, job.namespace()));
        }
        return new NamespaceFolder(job.tenant(), where).file(uriOrPath);
    }

    /// What earlier runs of the task have kept, for the same value of a loop.
    ///
    /// @throws java.io.FileNotFoundException if there is nothing
    InputStream openCache(@Nullable String value) throws IOException {
        return storage.get(cache(value));
    }

    /// What a file may hold that is kept.
    InputStream masked(InputStream content) {
        return masker.mask(content);
    }

    void putCache(@Nullable String value, InputStream content) throws IOException {
        storage.put(cache(value), content);
    }

    /// Outputs that an earlier run of the task has kept.
    ///
    /// @throws java.io.FileNotFoundException if there are none
    InputStream openOutputs(String key) throws IOException {
        return storage.get(outputs(key));
    }

    void putOutputs(String key, InputStream content) throws IOException {
        storage.put(outputs(key), content);
    }

    private StoragePath outputs(String key) {
        return new StoragePath(
                job.tenant(),
                "%s/%s/cache/%s/outputs-%s.json"
                        .formatted(
                                job.namespace().replace('.', '/'),
                                job.flowId(),
                                job.taskId(),
                                key));
    }

    private StoragePath cache(@Nullable String value) {
        var name = value == null ? "cache" : UUID.nameUUIDFromBytes(value.getBytes(UTF_8));
        return new StoragePath(
                job.tenant(),
                "%s/%s/cache/%s/%s.zip"
                        .formatted(
                                job.namespace().replace('.', '/'),
                                job.flowId(),
                                job.taskId(),
                                name));
    }

    private StoragePath readable(URI uri) {
        return folder.readable(uri, ancestors, reads);
    }

    static String taskRunId(Job job) {
        return job.executionId() + "-" + job.taskRun();
    }
}
