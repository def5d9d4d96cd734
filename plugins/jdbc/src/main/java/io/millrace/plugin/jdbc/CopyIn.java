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
import io.millrace.plugin.kit.RowFile;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/// Sends a file to a table of PostgreSQL by COPY, as a stream.
@Plugin(
        type = "io.millrace.plugin.jdbc.CopyIn",
        aliases = "io.kestra.plugin.jdbc.postgresql.CopyIn",
        title = "Load a file into a table of PostgreSQL")
public final class CopyIn implements TaskPlugin<CopyIn.Properties, CopyIn.Outputs> {
    private Databases databases = new Databases(new PluginSettings(Map.of()));

    public record Properties(
            @Title("JDBC URL") String url,
            @Title("User") @Nullable String username,
            @Title("Password") @Nullable String password,
            @Title("What else the driver is told") @Nullable Map<String, String> properties,
            @Title("URI of the file") String from,
            @Title("Table") String table,
            @Title("Columns; all if absent") @Nullable List<String> columns,
            @Inline CopyFormat.Options options,
            @Title("Without effect") @Inline Pooling pooling,
            @Inline Tls tls)
            implements Connecting {}

    public record Outputs(@Title("Rows that were copied") long rowCount) {}

    @Override
    public void start(PluginSettings settings) {
        databases = new Databases(settings);
    }

    @Override
    public Outputs run(Properties p, TaskContext context) throws Exception {
        var sql =
                "COPY %s FROM STDIN %s"
                        .formatted(CopyFormat.target(p.table(), p.columns()), p.options().with());
        try (var connection = databases.open(p, context);
                var _ = Cancelling.closes(() -> connection.abort(Runnable::run), context);
                var content = RowFile.stream(p.from(), context)) {
            long rows =
                    connection
                            .unwrap(PGConnection.class)
                            .getCopyAPI()
                            .copyIn(sql, content, 1 << 16);
            context.count("rows", (double) rows, Map.of());
            return new Outputs(rows);
        } catch (SQLException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException();
            }
            throw new TaskFailedException(String.valueOf(e.getMessage()), e);
        }
    }
}
