// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.FetchType;
import io.millrace.plugin.kit.Rows;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// One connection of one task. A kill cancels the statement that runs, and then the connection.
final class Session implements AutoCloseable {
    private final Connection connection;
    private final QueryProperties properties;
    private final TaskContext context;
    private final @Nullable ZoneId zone;
    private final AtomicReference<@Nullable Statement> running = new AtomicReference<>();
    private final TaskContext.Registration cancelling;

    Session(Connection connection, QueryProperties properties, TaskContext context)
            throws TaskFailedException {
        this.connection = connection;
        this.properties = properties;
        this.context = context;
        try {
            zone = properties.timeZoneId() == null ? null : ZoneId.of(properties.timeZoneId());
        } catch (DateTimeException e) {
            throw new TaskFailedException(
                    "Expected a time zone but got '%s'".formatted(properties.timeZoneId()), e);
        }
        this.cancelling = context.onCancel(() -> Thread.startVirtualThread(this::cancel));
    }

    private void cancel() {
        var statement = running.get();
        try {
            if (statement != null) {
                statement.cancel();
            }
        } catch (SQLException e) {
            context.log().debug("The statement could not be cancelled: " + e.getMessage());
        }
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            context.log().debug("The connection could not be ended: " + e.getMessage());
        }
    }

    /// @return whether what follows is a transaction
    boolean begin() throws SQLException {
        return begin(connection);
    }

    /// Trino says that it has transactions, but most of its catalogs take writes outside of one
    /// only, and a query that isn't read to its end takes the transaction with it.
    ///
    /// @return whether what follows on the connection is a transaction
    static boolean begin(Connection connection) throws SQLException {
        var metadata = connection.getMetaData();
        if (!metadata.supportsTransactions() || metadata.getDatabaseProductName().equals("Trino")) {
            return false;
        }
        connection.setAutoCommit(false);
        return true;
    }

    void commit() throws SQLException {
        connection.commit();
    }

    /// Runs a statement, and takes its rows.
    ///
    /// On a thread of its own: an interrupt closes the socket under a virtual thread, after which
    /// nobody could tell the server to stop, and the statement would run on there.
    Rows.Result run(String sql, FetchType type)
            throws SQLException, IOException, TaskFailedException {
        var statement = new FutureTask<>(() -> runHere(sql, type));
        Thread.ofPlatform().daemon().name("statement").start(statement);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return statement.get();
                } catch (InterruptedException _) {
                    interrupted = true;
                    cancel();
                }
            }
        } catch (ExecutionException e) {
            throw switch (e.getCause()) {
                case SQLException cause -> cause;
                case IOException cause -> throw cause;
                case TaskFailedException cause -> throw cause;
                case RuntimeException cause -> throw cause;
                case null, default -> new SQLException(e.getCause());
            };
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Rows.Result runHere(String sql, FetchType type)
            throws SQLException, IOException, TaskFailedException {
        var bound = Sql.bind(sql, properties.parameters());
        context.log().debug("Starting: " + bound.text());
        try (var rows = new Rows(context, type)) {
            if (bound.values().isEmpty()) {
                try (var statement = connection.createStatement()) {
                    running.set(statement);
                    fetchInParts(statement);
                    take(statement, statement.execute(bound.text()), rows, type);
                }
            } else {
                try (var statement = connection.prepareStatement(bound.text())) {
                    running.set(statement);
                    fetchInParts(statement);
                    set(statement, bound.values());
                    take(statement, statement.execute(), rows, type);
                }
            }
            return rows.finish();
        } finally {
            running.set(null);
        }
    }

    private void fetchInParts(Statement statement) throws SQLException {
        if (properties.fetchSize() > 0) {
            statement.setFetchSize(properties.fetchSize());
        }
    }

    /// The rows are those of the first result that has some.
    private void take(Statement statement, boolean hasRows, Rows rows, FetchType type)
            throws SQLException, IOException, TaskFailedException {
        boolean isRows = hasRows;
        while (!isRows && statement.getUpdateCount() >= 0) {
            context.count("updated.count", statement.getUpdateCount(), Map.of());
            isRows = statement.getMoreResults();
        }
        if (!isRows || type == FetchType.NONE) {
            return;
        }
        try (var results = statement.getResultSet()) {
            var columns = new Columns(results, zone);
            boolean more = true;
            while (more && results.next()) {
                more = rows.add(columns.row());
            }
        }
    }

    private static void set(PreparedStatement statement, List<@Nullable Object> values)
            throws SQLException {
        for (int i = 0; i < values.size(); i++) {
            Values.set(statement, i + 1, values.get(i));
        }
    }

    @Override
    public void close() throws SQLException {
        cancelling.close();
        connection.close();
    }
}
