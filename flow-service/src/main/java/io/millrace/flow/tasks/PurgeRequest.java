// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.tasks;

import io.millrace.platform.access.TaskIdentity;
import io.millrace.platform.access.TaskReach;
import io.millrace.platform.problem.ServiceException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a task wants to be deleted.
///
/// @param namespaces absent, with `namespacePattern` too: all that the task may write to
/// @param names pattern with `*` and `?` over what the store calls its things; absent: all
/// @param expiredOnly of keys
/// @param before of versions: those from before; absent: of any age
/// @param keepAmount of versions: how many of the newest stay; the newest always does
public record PurgeRequest(
        @Nullable List<String> namespaces,
        @Nullable String namespacePattern,
        boolean includeChildNamespaces,
        @Nullable String names,
        @Nullable Boolean expiredOnly,
        @Nullable Instant before,
        @Nullable Integer keepAmount) {

    /// Which rows: one of each list of `like` patterns over `namespace || '.'` must hold, and the
    /// one over names.
    public record Range(String tenant, String[] namespaces, String[] within, String names) {}

    /// @throws ServiceException.Forbidden if it names a namespace that the task may not write to
    public Range range(TaskIdentity task, TaskReach reach) {
        if (namespaces != null) {
            if (namespacePattern != null) {
                throw new ServiceException.Invalid(
                        "namespacePattern",
                        "Expected `namespaces` or `namespacePattern` but got both");
            }
            for (var namespace : namespaces) {
                if (!reach.mayWrite(task.namespace(), namespace)) {
                    throw new ServiceException.Forbidden(
                            "Cannot purge. The namespace '%s' can't be reached from '%s'"
                                    .formatted(namespace, task.namespace()));
                }
            }
        }
        return new Range(
                task.tenant(),
                namespaces == null
                        ? Globs.matching(namespacePattern, includeChildNamespaces)
                        : Globs.namespaces(namespaces, includeChildNamespaces),
                reach.writable(task.namespace()).likePatterns(),
                Globs.like(names));
    }

    /// How many versions stay in any case.
    public int kept() {
        return keepAmount == null ? 1 : Math.max(1, keepAmount);
    }
}
