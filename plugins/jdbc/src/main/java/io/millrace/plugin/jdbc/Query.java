// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskPlugin;
import java.util.Map;

/// Sends one statement to a database.
@Plugin(
        type = "io.millrace.plugin.jdbc.Query",
        aliases = {
            "io.kestra.plugin.jdbc.postgresql.Query",
            "io.kestra.plugin.jdbc.mysql.Query",
            "io.kestra.plugin.jdbc.mariadb.Query",
            "io.kestra.plugin.jdbc.sqlite.Query",
            "io.kestra.plugin.jdbc.duckdb.Query",
            "io.kestra.plugin.jdbc.sqlserver.Query",
            "io.kestra.plugin.jdbc.oracle.Query",
            "io.kestra.plugin.jdbc.snowflake.Query",
            "io.kestra.plugin.jdbc.clickhouse.Query",
            "io.kestra.plugin.jdbc.trino.Query",
            "io.kestra.plugin.jdbc.redshift.Query",
            "io.kestra.plugin.jdbc.vertica.Query",
            "io.kestra.plugin.jdbc.pinot.Query",
            "io.kestra.plugin.jdbc.druid.Query",
            "io.kestra.plugin.jdbc.dremio.Query",
            "io.kestra.plugin.jdbc.arrowflight.Query",
            "io.kestra.plugin.jdbc.as400.Query",
            "io.kestra.plugin.jdbc.db2.Query",
            "io.kestra.plugin.jdbc.sybase.Query",
            "io.kestra.plugin.jdbc.vectorwise.Query",
            "io.kestra.plugin.jdbc.hana.Query",
            "io.kestra.plugin.jdbc.actianvector.Query"
        },
        title = "Run a query, and fetch or store its rows")
public final class Query implements TaskPlugin<QueryProperties, QueryOutputs> {
    private SqlTask sql = new SqlTask(new PluginSettings(Map.of()));

    @Override
    public void start(PluginSettings settings) {
        sql = new SqlTask(settings);
    }

    @Override
    public QueryOutputs run(QueryProperties properties, TaskContext context) throws Exception {
        return QueryOutputs.of(sql.run(properties, context, false));
    }
}
