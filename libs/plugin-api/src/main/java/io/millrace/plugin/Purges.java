// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Deletes for good what is old. A task reaches what its flow's namespace may write to; a purge
/// that names no namespace is one of all that it reaches.
public interface Purges {

    /// Where.
    ///
    /// @param namespaces absent, with `namespacePattern` too: all that the task reaches
    /// @param namespacePattern with `*` and `?`
    /// @param includeChildNamespaces whether those below them are meant, too
    /// @param names pattern with `*` and `?` over keys, paths or flow ids; absent: all
    record Range(
            @Nullable List<String> namespaces,
            @Nullable String namespacePattern,
            boolean includeChildNamespaces,
            @Nullable String names) {}

    /// What becomes of former versions. The newest always stays.
    ///
    /// @param before only those from before; absent: of any age
    /// @param keepAmount how many of the newest stay in any case; absent: the newest
    record Versions(@Nullable Instant before, @Nullable Integer keepAmount) {}

    /// @return how many keys were deleted
    long keys(Range range, boolean expiredOnly) throws TaskFailedException;

    /// @return how many former values of keys were deleted
    long keyVersions(Range range, Versions versions) throws TaskFailedException;

    /// @return how many former revisions of namespace files were deleted
    long fileRevisions(Range range, Versions versions) throws TaskFailedException;

    /// @return how many former revisions of flows were deleted
    long flowRevisions(Range range, Versions versions) throws TaskFailedException;

    /// Files of executions that began in a time, whether the executions are still known or not.
    ///
    /// @param namespace with those below it; absent: all that the task reaches
    /// @param dryRun whether nothing is deleted
    record ExecutionFiles(
            @Nullable String namespace,
            @Nullable String flowId,
            @Nullable Instant from,
            Instant to,
            boolean dryRun) {}

    /// @param scanned executions with files
    /// @param purged those that match
    /// @param deletedFiles none in a dry run
    record PurgedFiles(long scanned, long purged, long deletedFiles) {}

    PurgedFiles executionFiles(ExecutionFiles files) throws IOException, TaskFailedException;
}
