// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.Cancelling;
import java.io.BufferedOutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/// Stores a table, or the rows of a query, of PostgreSQL by COPY, as a stream.
@Plugin(
        type = "io.millrace.plugin.jdbc.CopyOut",
        aliases = "io.kestra.plugin.jdbc.postgresql.CopyOut",
        title = "Store a table, or what a query gives, of PostgreSQL")
public final class CopyOut implements TaskPlugin<CopyOut.Properties, CopyOut.Outputs> {
    private Databases databases = new Databases(new PluginSettings(Map.of()));

    public record Properties(
            @Title("JDBC URL") String url,
            @Title("User") @Nullable String username,
            @Title("Password") @Nullable String password,
            @Title("What else the driver is told") @Nullable Map<String, String> properties,
            @Title("Query, in place of a table") @Nullable String sql,
            @Title("Table") @Nullable String table,
            @Title("Columns; all if absent") @Nullable List<String> columns,
            @Inline CopyFormat.Options options,
            @Title("Without effect") @Inline Pooling pooling,
            @Inline Tls tls)
            implements Connecting {}

    public record Outputs(
            @Title("The file") URI uri, @Title("Rows that were copied") long rowCount) {}

    @Override
    public void start(PluginSettings settings) {
        databases = new Databases(settings);
    }

    @Override
    public Outputs run(Properties p, TaskContext context) throws Exception {
        var sql = "COPY %s TO STDOUT %s".formatted(source(p), p.options().with());
        var file = context.ownDirectory().resolve("copy-" + UUID.randomUUID());
        try (var connection = databases.open(p, context);
                var _ = Cancelling.closes(() -> connection.abort(Runnable::run), context);
                var written = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
            long rows = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql, written);
            written.flush();
            context.count("rows", (double) rows, Map.of());
            try (var content = Files.newInputStream(file)) {
                var name = p.options().format() == CopyFormat.CSV ? "rows.csv" : "rows.copy";
                return new Outputs(context.files().put(name, content), rows);
            }
        } catch (SQLException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException();
            }
            throw new TaskFailedException(String.valueOf(e.getMessage()), e);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static String source(Properties p) throws TaskFailedException {
        if (p.sql() != null) {
            return "(" + p.sql().strip().replaceFirst(";\\s*$", "") + ")";
        }
        if (p.table() == null) {
            throw new TaskFailedException("Expected `sql` or `table`");
        }
        return CopyFormat.target(p.table(), p.columns());
    }
}
