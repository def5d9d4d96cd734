// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.service;

import io.millrace.contracts.Job;
import io.millrace.platform.access.TaskReach;
import io.millrace.plugin.Purges;
import io.millrace.plugin.TaskFailedException;
import io.millrace.storage.InternalStorage;
import io.millrace.worker.service.StoreServices.Calls;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Deletes what is old in the stores of the flow- and the execution-service, and in the internal
/// storage.
record RemotePurges(
        Calls flows, Calls executions, InternalStorage storage, TaskReach reach, Job job)
        implements Purges {

    private record Question(
            @Nullable List<String> namespaces,
            @Nullable String namespacePattern,
            boolean includeChildNamespaces,
            @Nullable String names,
            @Nullable Boolean expiredOnly,
            @Nullable Instant before,
            @Nullable Integer keepAmount) {

        static Question of(Range range, @Nullable Boolean expiredOnly, Versions versions) {
            return new Question(
                    range.namespaces(),
                    range.namespacePattern(),
                    range.includeChildNamespaces(),
                    range.names(),
                    expiredOnly,
                    versions.before(),
                    versions.keepAmount());
        }
    }

    private record Answer(long size) {}

    private record Revision(String namespace, String flowId, int revision) {}

    /// What executions run on.
    private record Live(List<Revision> revisions) {}

    private record FlowQuestion(Question range, List<Revision> except) {}

    @Override
    public long keys(Range range, boolean expiredOnly) throws TaskFailedException {
        var question = Question.of(range, expiredOnly, new Versions(null, null));
        return flows.post("kv/purge", question, Answer.class).size();
    }

    @Override
    public long keyVersions(Range range, Versions versions) throws TaskFailedException {
        var question = Question.of(range, null, versions);
        return flows.post("kv/purge-versions", question, Answer.class).size();
    }

    @Override
    public long fileRevisions(Range range, Versions versions) throws TaskFailedException {
        var question = Question.of(range, null, versions);
        return flows.post("files/purge", question, Answer.class).size();
    }

    @Override
    public long flowRevisions(Range range, Versions versions) throws TaskFailedException {
        var live = executions.post("revisions/live", Map.of(), Live.class);
        var question = Question.of(range, null, versions);
        return flows.post("flows/purge", new FlowQuestion(question, live.revisions()), Answer.class)
                .size();
    }

    @Override
    public PurgedFiles executionFiles(ExecutionFiles asked)
            throws IOException, TaskFailedException {
        var namespace = asked.namespace() == null ? job.namespace() : asked.namespace();
        if (!reach.mayWrite(job.namespace(), namespace)) {
            throw new TaskFailedException(
                    "Cannot purge files. The namespace '%s' can't be reached from '%s'"
                            .formatted(namespace, job.namespace()));
        }
        boolean everywhere = asked.namespace() == null && reach.writable(job.namespace()).all();
        return new ExecutionFilePurge(storage, job.tenant())
                .run(everywhere ? null : namespace, asked);
    }
}
