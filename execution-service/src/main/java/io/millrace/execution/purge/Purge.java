// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.purge;

import io.millrace.engine.Execution;
import io.millrace.execution.files.LargeOutputs;
import io.millrace.storage.InternalStorage;
import java.io.IOException;
import java.util.Collection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// Deletes executions and what belongs to them. Who may do so, and which, is the caller's affair.
public final class Purge {
    private static final Logger log = LoggerFactory.getLogger(Purge.class);

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final InternalStorage storage;

    public Purge(
            JdbcClient jdbc, PlatformTransactionManager transactions, InternalStorage storage) {
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
        this.storage = storage;
    }

    /// Which parts of an execution go.
    public record Parts(boolean execution, boolean logs, boolean metrics, boolean files) {
        public static final Parts ALL = new Parts(true, true, true, true);
    }

    /// How much went.
    public record Purged(long executions, long logs, long metrics, long files) {
        public static final Purged NOTHING = new Purged(0, 0, 0, 0);

        public Purged and(Purged other) {
            return new Purged(
                    executions + other.executions,
                    logs + other.logs,
                    metrics + other.metrics,
                    files + other.files);
        }
    }

    /// Deletes in one transaction; files first, so that none is left that nobody knows of.
    ///
    /// @param executions of a page's size, not of thousands
    public Purged delete(Collection<Execution> executions, Parts parts) {
        if (executions.isEmpty()) {
            return Purged.NOTHING;
        }
        long files = parts.files() ? executions.stream().mapToLong(this::deleteFiles).sum() : 0;
        var ids = executions.stream().map(Execution::id).sorted().toArray(String[]::new);
        var rows =
                transaction.execute(_ -> {
                    if (parts.execution()) {
                        deleteRows("task_runs", "execution_id", ids);
                    }
                    return new Purged(
                            parts.execution() ? deleteRows("executions", "id", ids) : 0,
                            parts.logs() ? deleteRows("logs", "execution_id", ids) : 0,
                            parts.metrics() ? deleteRows("metrics", "execution_id", ids) : 0,
                            files);
                });
        return rows == null ? Purged.NOTHING : rows;
    }

    private long deleteRows(String table, String column, String[] ids) {
        return jdbc.sql(
                        "delete from %1$s where %2$s = any(:ids) and %2$s between :first and :last"
                                .formatted(table, column))
                .param("ids", ids)
                .param("first", ids[0])
                .param("last", ids[ids.length - 1])
                .update();
    }

    private long deleteFiles(Execution execution) {
        try {
            return storage.deleteFolder(LargeOutputs.folder(execution).path()).size();
        } catch (IOException e) {
            log.atWarn()
                    .addKeyValue("execution", execution.id())
                    .setCause(e)
                    .log("Files were not deleted");
            return 0;
        }
    }
}
