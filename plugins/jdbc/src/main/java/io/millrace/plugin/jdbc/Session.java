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
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One connection of one task. A kill cancels the statement that runs, and then the connection.
final class Session implements AutoCloseable {
    /// What a server gets to answer that a statement has stopped.
    private static final Duration TO_STOP = Duration.ofSeconds(5);

    private static final Pattern OF_SQLITES_DRIVER =
            Pattern.compile("\\s*(backup|restore)", Pattern.CASE_INSENSITIVE);

    private final Connection connection;
    private final QueryProperties properties;
    private final TaskContext context;
    private final @Nullable ZoneId zone;
    private final boolean inProcess;
    private final AtomicReference<@Nullable Statement> running = new AtomicReference<>();
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private final TaskContext.Registration cancelling;

    /// @param inProcess whether the database is one of this process, without a server
    Session(
            Connection connection,
            boolean inProcess,
            QueryProperties properties,
            TaskContext context)
            throws TaskFailedException {
        this.connection = connection;
        this.inProcess = inProcess;
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

    /// Once: a second one would close the connection before the first has told the server.
    private void cancel() {
        if (!cancelled.compareAndSet(false, true)) {
            return;
        }
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
        if (!connection.getMetaData().supportsTransactions() || Trino.isServer(connection)) {
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
    /// nobody could tell the server to stop, and the statement would run on there. So that comes
    /// last, for drivers that wait for an answer even then: those that speak HTTP.
    Rows.Result run(String sql, FetchType type)
            throws SQLException, IOException, TaskFailedException, InterruptedException {
        var statement = new FutureTask<>(() -> runHere(sql, type));
        var thread =
                (inProcess ? Thread.ofPlatform().daemon() : Thread.ofVirtual())
                        .name("statement")
                        .start(statement);
        try {
            return statement.get();
        } catch (InterruptedException e) {
            cancel(statement, thread);
            throw e;
        } catch (ExecutionException e) {
            throw switch (e.getCause()) {
                case SQLException cause -> cause;
                case IOException cause -> throw cause;
                case TaskFailedException cause -> throw cause;
                case RuntimeException cause -> throw cause;
                case null, default -> new SQLException(e.getCause());
            };
        }
    }

    private void cancel(FutureTask<?> statement, Thread thread) throws InterruptedException {
        Thread.startVirtualThread(this::cancel);
        try {
            if (inProcess) {
                statement.get();
            } else {
                statement.get(TO_STOP.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (TimeoutException _) {
            thread.interrupt();
        } catch (ExecutionException e) {
            context.log().debug("The statement ended with: " + e.getMessage());
        }
    }

    private Rows.Result runHere(String sql, FetchType type)
            throws SQLException, IOException, TaskFailedException {
        var bound = Sql.bind(sql, properties.parameters());
        context.log().debug("Starting: " + bound.text());
        refuseCommand(bound.text());
        try (var rows = new Rows(context, type)) {
            if (bound.values().isEmpty()) {
                try (var statement = connection.createStatement()) {
                    running.set(statement);
                    prepare(statement);
                    boolean hasRows = execute(() -> statement.execute(bound.text()));
                    take(statement, hasRows, rows, type);
                }
            } else {
                try (var statement = connection.prepareStatement(bound.text())) {
                    running.set(statement);
                    prepare(statement);
                    set(statement, bound.values());
                    take(statement, execute(statement::execute), rows, type);
                }
            }
            return rows.finish();
        } finally {
            running.set(null);
        }
    }

    /// SQLite's driver has commands of its own, which are about any file of the worker.
    private void refuseCommand(String sql) throws SQLException, TaskFailedException {
        if (OF_SQLITES_DRIVER.matcher(sql).lookingAt()
                && connection.getMetaData().getDatabaseProductName().equals("SQLite")) {
            throw new TaskFailedException(
                    "The commands `backup` and `restore` aren't allowed: there are outputDbFile and databaseUri");
        }
    }

    private void prepare(Statement statement) throws SQLException, TaskFailedException {
        if (properties.fetchSize() > 0) {
            statement.setFetchSize(properties.fetchSize());
        }
        if (properties.inputFile() != null) {
            LoadedFile.offer(properties.inputFile(), statement, context);
        }
    }

    private interface Execution {
        boolean hasRows() throws SQLException;
    }

    /// Drivers trip over what is newer than they are, such as a column of a type that they don't
    /// know.
    private static boolean execute(Execution execution) throws SQLException {
        try {
            return execution.hasRows();
        } catch (RuntimeException e) {
            throw new SQLException(
                    "The driver can't read what the database answers, such as a column of a type that it doesn't know: "
                            + e.getMessage(),
                    e);
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
