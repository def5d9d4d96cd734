// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.service;

import io.millrace.model.ExecutionId;
import io.millrace.plugin.Purges;
import io.millrace.storage.InternalStorage;
import io.millrace.storage.StoragePath;
import java.io.IOException;
import java.util.HashSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Deletes the files of executions by when these began, which their ids tell: whether anybody still
/// knows the executions doesn't matter.
final class ExecutionFilePurge {
    private static final Pattern OF_EXECUTION =
            Pattern.compile("(.*?)([^/]+)/executions/([0-9A-Za-z]{22})/.*");

    private final InternalStorage storage;
    private final String tenant;

    ExecutionFilePurge(InternalStorage storage, String tenant) {
        this.storage = storage;
        this.tenant = tenant;
    }

    /// @param namespace with those below it; absent: all of the tenant
    Purges.PurgedFiles run(@Nullable String namespace, Purges.ExecutionFiles asked)
            throws IOException {
        var scanned = new HashSet<String>();
        var purged = new HashSet<String>();
        long deleted = 0;
        var files =
                namespace == null
                        ? storage.listAll(tenant)
                        : storage.list(new StoragePath(tenant, namespace.replace('.', '/')));
        for (var file : files) {
            var parts = OF_EXECUTION.matcher(file.path());
            if (!parts.matches()
                    || parts.group(1).contains("/_")
                    || !ExecutionId.isValid(parts.group(3))
                    || (asked.flowId() != null && !asked.flowId().equals(parts.group(2)))) {
                continue;
            }
            var id = parts.group(3);
            scanned.add(id);
            var began = new ExecutionId(id).instant();
            boolean wanted =
                    began.isBefore(asked.to())
                            && (asked.from() == null || !began.isBefore(asked.from()));
            if (wanted) {
                purged.add(id);
                if (!asked.dryRun() && storage.delete(file)) {
                    deleted++;
                }
            }
        }
        return new Purges.PurgedFiles(scanned.size(), purged.size(), deleted);
    }
}
