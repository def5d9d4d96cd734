// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.Cancelling;
import io.millrace.plugin.kit.RowFile;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Sends the rows of a file in batches.
@Plugin(
        type = "io.millrace.plugin.jdbc.Batch",
        aliases = {
            "io.kestra.plugin.jdbc.postgresql.Batch",
            "io.kestra.plugin.jdbc.mysql.Batch",
            "io.kestra.plugin.jdbc.mariadb.Batch",
            "io.kestra.plugin.jdbc.sqlite.Batch",
            "io.kestra.plugin.jdbc.duckdb.Batch",
            "io.kestra.plugin.jdbc.sqlserver.Batch",
            "io.kestra.plugin.jdbc.oracle.Batch",
            "io.kestra.plugin.jdbc.snowflake.Batch",
            "io.kestra.plugin.jdbc.clickhouse.Batch",
            "io.kestra.plugin.jdbc.trino.Batch",
            "io.kestra.plugin.jdbc.redshift.Batch",
            "io.kestra.plugin.jdbc.vertica.Batch",
            "io.kestra.plugin.jdbc.actianvector.Batch",
            "io.kestra.plugin.jdbc.pinot.Batch",
            "io.kestra.plugin.jdbc.druid.Batch",
            "io.kestra.plugin.jdbc.dremio.Batch",
            "io.kestra.plugin.jdbc.arrowflight.Batch",
            "io.kestra.plugin.jdbc.as400.Batch",
            "io.kestra.plugin.jdbc.db2.Batch",
            "io.kestra.plugin.jdbc.sybase.Batch",
            "io.kestra.plugin.jdbc.vectorwise.Batch",
            "io.kestra.plugin.jdbc.hana.Batch"
        },
        title = "Insert or change rows from a file")
public final class Batch implements TaskPlugin<Batch.Properties, Batch.Outputs> {
    private static final Pattern NAME = Pattern.compile("[\\w.$\"`\\[\\]]{1,256}");
    private Databases databases = new Databases(new PluginSettings(Map.of()));

    public record Properties(
            @Title("JDBC URL") String url,
            @Title("User") @Nullable String username,
            @Title("Password") @Nullable String password,
            @Title("What else the driver is told") @Nullable Map<String, String> properties,
            @Title("URI of a file with rows in JSON or Ion") String from,
            @Title("Statement with a `?` for each column, or `:name` for columns by name")
                    @Nullable String sql,
            @Title("Table that rows are inserted into, if there is no `sql`")
                    @Nullable String table,
            @Title("Columns, in the order of the `?`; all if absent")
                    @Nullable List<String> columns,
            @Title("Rows in a batch") @Default("1000") Integer chunk,
            @Title("Whether all batches are one transaction") @Default("true") Boolean transaction,
            @Title("Without effect") @Inline Pooling pooling,
            @Inline Tls tls)
            implements Connecting {}

    public record Outputs(
            @Title("Rows in the file") long rowCount,
            @Title("Rows that the database changed") long updatedCount) {}

    @Override
    public void start(PluginSettings settings) {
        databases = new Databases(settings);
    }

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        try (var connection = databases.open(properties, context);
                var _ = Cancelling.closes(() -> connection.abort(Runnable::run), context);
                var rows = RowFile.open(properties.from(), context)) {
            boolean transactional = Session.begin(connection);
            var outputs = insert(connection, rows, properties, transactional);
            if (transactional) {
                connection.commit();
            }
            context.count("records", (double) outputs.rowCount(), Map.of());
            return outputs;
        } catch (SQLException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException();
            }
            var next = e.getNextException();
            throw new TaskFailedException(
                    String.valueOf((next == null ? e : next).getMessage()), e);
        }
    }

    private static Outputs insert(
            Connection connection, RowFile rows, Properties properties, boolean transactional)
            throws SQLException, IOException, TaskFailedException {
        long count = 0;
        long updated = 0;
        var row = rows.next();
        if (row == null) {
            return new Outputs(0, 0);
        }
        try (var target = target(connection, row, properties)) {
            int waiting = 0;
            for (; row != null; row = rows.next()) {
                target.add(row);
                count++;
                if (++waiting >= properties.chunk()) {
                    updated += target.send();
                    waiting = 0;
                    if (transactional && !properties.transaction()) {
                        connection.commit();
                    }
                }
            }
            if (waiting > 0) {
                updated += target.send();
            }
        }
        return new Outputs(count, updated);
    }

    /// Where rows go.
    interface Target extends AutoCloseable {
        void add(RowFile.Row row) throws SQLException, TaskFailedException;

        /// @return how many rows the database has changed since this was asked last
        long send() throws SQLException;

        @Override
        void close() throws SQLException;
    }

    private static Target target(Connection connection, RowFile.Row first, Properties properties)
            throws SQLException, TaskFailedException {
        var fields =
                first.value() instanceof Map<?, ?> ? List.copyOf(first.fields().keySet()) : null;
        if (properties.sql() != null) {
            return statement(connection, properties.sql(), properties.columns(), fields);
        }
        if (properties.table() == null) {
            throw new TaskFailedException("Expected `sql` or `table`");
        }
        var columns = properties.columns() == null ? fields : properties.columns();
        if (columns == null || columns.isEmpty()) {
            throw new TaskFailedException("Expected `columns`: the rows have no fields");
        }
        var table = name(properties.table());
        var names = String.join(", ", names(columns));
        if (Trino.isServer(connection)) {
            return Trino.into(connection, table, names, columns);
        }
        var sql =
                "insert into %s (%s) values (%s)"
                        .formatted(
                                table,
                                names,
                                String.join(", ", Collections.nCopies(columns.size(), "?")));
        return new Prepared(connection.prepareStatement(sql), columns);
    }

    /// @param columns in the order of the `?`, or absent
    /// @param fields names of the first row's, if it has some
    private static Target statement(
            Connection connection,
            String sql,
            @Nullable List<String> columns,
            @Nullable List<String> fields)
            throws SQLException, TaskFailedException {
        if (fields != null && columns == null) {
            var byName = new LinkedHashMap<String, @Nullable Object>();
            fields.forEach(f -> byName.put(f, f));
            var bound = Sql.bind(sql, byName);
            if (!bound.values().isEmpty()) {
                return new Prepared(
                        connection.prepareStatement(bound.text()),
                        bound.values().stream().map(String::valueOf).toList());
            }
        }
        return new Prepared(connection.prepareStatement(sql), columns);
    }

    private static List<String> names(List<String> columns) throws TaskFailedException {
        var names = new ArrayList<String>();
        for (var column : columns) {
            names.add(name(column));
        }
        return names;
    }

    private static String name(String name) throws TaskFailedException {
        if (!NAME.matcher(name).matches()) {
            throw new TaskFailedException("Expected a name but got '%s'".formatted(name));
        }
        return name;
    }

    /// The values of a row in the order of the `?`.
    ///
    /// @param columns their names; absent: as they stand in the row
    static List<@Nullable Object> values(RowFile.Row row, @Nullable List<String> columns)
            throws TaskFailedException {
        if (row.value() instanceof List<?> list) {
            return new ArrayList<>(list);
        }
        var fields = row.fields();
        var values = new ArrayList<@Nullable Object>();
        for (var name : columns == null ? fields.keySet() : columns) {
            values.add(fields.get(name));
        }
        return values;
    }

    /// A statement of which the driver makes batches.
    private record Prepared(PreparedStatement statement, @Nullable List<String> columns)
            implements Target {

        @Override
        public void add(RowFile.Row row) throws SQLException, TaskFailedException {
            int index = 1;
            for (var value : values(row, columns)) {
                Values.set(statement, index++, value);
            }
            statement.addBatch();
        }

        @Override
        public long send() throws SQLException {
            return sum(statement.executeBatch());
        }

        @Override
        public void close() throws SQLException {
            statement.close();
        }
    }

    private static long sum(int[] counts) {
        // a driver may say that it doesn't know how many: at least one, then
        return Arrays.stream(counts).map(c -> c == Statement.SUCCESS_NO_INFO ? 1 : c).sum();
    }
}
