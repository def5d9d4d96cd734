// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.run;

import io.millrace.contracts.Job;
import io.millrace.plugin.TaskFiles;
import io.millrace.storage.ExecutionFolder;
import io.millrace.storage.InternalStorage;
import io.millrace.storage.StoragePath;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Map;

/// The internal storage within the bounds of one job: its tenant, its execution, its namespace.
final class JobFiles implements TaskFiles {
    private final InternalStorage storage;
    private final Job job;
    private final ExecutionFolder folder;
    private final List<ExecutionFolder> ancestors;

    JobFiles(InternalStorage storage, Job job) {
        this.storage = storage;
        this.job = job;
        this.folder =
                new ExecutionFolder(job.tenant(), job.namespace(), job.flowId(), job.executionId());
        this.ancestors = ancestorsOf(job);
    }

    /// The execution that started this one handed it files by their URIs.
    private static List<ExecutionFolder> ancestorsOf(Job job) {
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
        var path = folder.ofTask(job.taskId(), taskRunId(job), name);
        storage.put(path, content);
        return path.uri();
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

    /// A URI of the internal storage, or the path of a file of the namespace.
    InputStream open(String uriOrPath) throws IOException {
        return storage.get(locate(uriOrPath));
    }

    boolean exists(String uriOrPath) throws IOException {
        return storage.exists(locate(uriOrPath));
    }

    long size(String uriOrPath) throws IOException {
        return storage.size(locate(uriOrPath));
    }

    StoragePath locate(String uriOrPath) {
        return uriOrPath.contains("://")
                ? readable(URI.create(uriOrPath))
                : folder.namespaceFiles().resolve(uriOrPath);
    }

    private StoragePath readable(URI uri) {
        return folder.readable(uri, ancestors);
    }

    static String taskRunId(Job job) {
        return job.executionId() + "-" + job.taskRun();
    }
}
