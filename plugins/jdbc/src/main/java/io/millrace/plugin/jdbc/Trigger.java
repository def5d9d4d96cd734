// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.PollingTrigger;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.FetchType;
import java.util.Map;
import java.util.Optional;

/// Asks a database now and then. `afterSQL` marks or deletes what was found, in the same
/// transaction, so that it is found once.
@Plugin(
        type = "io.millrace.plugin.jdbc.Trigger",
        aliases = {
            "io.kestra.plugin.jdbc.postgresql.Trigger",
            "io.kestra.plugin.jdbc.mysql.Trigger",
            "io.kestra.plugin.jdbc.mariadb.Trigger",
            "io.kestra.plugin.jdbc.sqlite.Trigger",
            "io.kestra.plugin.jdbc.duckdb.Trigger",
            "io.kestra.plugin.jdbc.sqlserver.Trigger",
            "io.kestra.plugin.jdbc.oracle.Trigger",
            "io.kestra.plugin.jdbc.snowflake.Trigger",
            "io.kestra.plugin.jdbc.clickhouse.Trigger",
            "io.kestra.plugin.jdbc.trino.Trigger",
            "io.kestra.plugin.jdbc.redshift.Trigger",
            "io.kestra.plugin.jdbc.vertica.Trigger",
            "io.kestra.plugin.jdbc.pinot.Trigger",
            "io.kestra.plugin.jdbc.druid.Trigger",
            "io.kestra.plugin.jdbc.dremio.Trigger",
            "io.kestra.plugin.jdbc.arrowflight.Trigger",
            "io.kestra.plugin.jdbc.as400.Trigger",
            "io.kestra.plugin.jdbc.db2.Trigger",
            "io.kestra.plugin.jdbc.sybase.Trigger",
            "io.kestra.plugin.jdbc.vectorwise.Trigger",
            "io.kestra.plugin.jdbc.hana.Trigger",
            "io.kestra.plugin.jdbc.actianvector.Trigger"
        },
        title = "Start an execution when a query finds rows")
public final class Trigger implements PollingTrigger<QueryProperties, QueryOutputs> {
    private SqlTask sql = new SqlTask(new PluginSettings(Map.of()));

    @Override
    public void start(PluginSettings settings) {
        sql = new SqlTask(settings);
    }

    @Override
    public Optional<QueryOutputs> poll(QueryProperties properties, TaskContext context)
            throws Exception {
        var type = properties.fetched(FetchType.FETCH);
        if (type == FetchType.NONE) {
            throw new TaskFailedException("Expected fetchType FETCH, FETCH_ONE or STORE");
        }
        var outputs = QueryOutputs.of(sql.run(properties, type, context, false));
        return outputs.size() == 0 ? Optional.empty() : Optional.of(outputs);
    }
}
