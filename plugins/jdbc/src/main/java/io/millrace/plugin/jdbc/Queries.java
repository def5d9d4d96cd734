// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Sends statements, one after the other, in one transaction unless told otherwise.
@Plugin(
        type = "io.millrace.plugin.jdbc.Queries",
        aliases = {
            "io.kestra.plugin.jdbc.postgresql.Queries",
            "io.kestra.plugin.jdbc.mysql.Queries",
            "io.kestra.plugin.jdbc.mariadb.Queries",
            "io.kestra.plugin.jdbc.sqlite.Queries",
            "io.kestra.plugin.jdbc.duckdb.Queries",
            "io.kestra.plugin.jdbc.sqlserver.Queries",
            "io.kestra.plugin.jdbc.oracle.Queries",
            "io.kestra.plugin.jdbc.snowflake.Queries",
            "io.kestra.plugin.jdbc.clickhouse.Queries",
            "io.kestra.plugin.jdbc.trino.Queries",
            "io.kestra.plugin.jdbc.redshift.Queries",
            "io.kestra.plugin.jdbc.vertica.Queries",
            "io.kestra.plugin.jdbc.pinot.Queries",
            "io.kestra.plugin.jdbc.druid.Queries",
            "io.kestra.plugin.jdbc.dremio.Queries",
            "io.kestra.plugin.jdbc.arrowflight.Queries",
            "io.kestra.plugin.jdbc.as400.Queries",
            "io.kestra.plugin.jdbc.db2.Queries",
            "io.kestra.plugin.jdbc.sybase.Queries",
            "io.kestra.plugin.jdbc.vectorwise.Queries",
            "io.kestra.plugin.jdbc.hana.Queries",
            "io.kestra.plugin.jdbc.actianvector.Queries"
        },
        title = "Run several statements, and fetch or store the rows of each")
public final class Queries implements TaskPlugin<QueryProperties, Queries.Outputs> {
    private SqlTask sql = new SqlTask(new PluginSettings(Map.of()));

    public record Outputs(
            @Title("What each statement gave") List<QueryOutputs> outputs,
            @Title("Stored files by their names") @Nullable Map<String, URI> outputFiles,
            @Title("Stored database") @Nullable URI databaseUri) {}

    @Override
    public void start(PluginSettings settings) {
        sql = new SqlTask(settings);
    }

    @Override
    public Outputs run(QueryProperties properties, TaskContext context) throws Exception {
        var result = sql.run(properties, context, true);
        return new Outputs(
                result.results().stream().map(r -> QueryOutputs.of(r, null, null)).toList(),
                result.files(),
                result.database());
    }
}
