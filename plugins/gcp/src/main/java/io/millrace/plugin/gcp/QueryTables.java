// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.FetchType;
import io.millrace.plugin.kit.HttpApi;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Runs a query, whose rows may go into a table, a file or the outputs.
@Plugin(type = "io.kestra.plugin.gcp.bigquery.Query", title = "Run a query of BigQuery")
public final class QueryTables extends BigQueryTask<QueryTables.Properties, QueryTables.Outputs> {

    public record Properties(
            @Inline Account account,
            @Title("The query") String sql,
            @Title("Whether it is in the older dialect") @Default("false") Boolean legacySql,
            @Title("What becomes of the rows: FETCH, FETCH_ONE, STORE or NONE")
                    @Nullable FetchType fetchType,
            @Title("The same as fetchType FETCH") @Nullable Boolean fetch,
            @Title("The same as fetchType FETCH_ONE") @Nullable Boolean fetchOne,
            @Title("The same as fetchType STORE") @Nullable Boolean store,
            @Title("Table that the rows go into: project.dataset.table")
                    @Nullable String destinationTable,
            @Title("Dataset of tables that name none") @Nullable String defaultDataset,
            @Title("Whether an answer that is known is taken") @Nullable Boolean useQueryCache,
            @Title("Whether more than 128 MB may be found, in the older dialect")
                    @Nullable Boolean allowLargeResults,
            @Title("INTERACTIVE or BATCH, which waits for idle machines") @Nullable String priority,
            @Title("At most how many bytes it may read") @Nullable Long maximumBytesBilled,
            @Title("Whether the query is checked alone") @Default("false") Boolean dryRun,
            @Inline Writing writing)
            implements Of {}

    public record Outputs(
            @Title("The job") String jobId,
            @Title("The first row, if that was asked for") @Nullable Object row,
            @Title("All rows, if they were asked for") @Nullable List<@Nullable Object> rows,
            @Title("File with a row a line, if it was asked for") @Nullable URI uri,
            @Title("How many rows were fetched or stored") @Nullable Long size,
            @Title("Table that has the rows") @Nullable TableId destinationTable) {}

    @Override
    Outputs work(BigQuery bigQuery, Properties p, TaskContext context) throws Exception {
        var query = new LinkedHashMap<String, Object>();
        query.put("query", p.sql());
        query.put("useLegacySql", p.legacySql());
        Writing.put(query, "useQueryCache", p.useQueryCache());
        Writing.put(query, "allowLargeResults", p.allowLargeResults());
        Writing.put(query, "priority", p.priority());
        if (p.maximumBytesBilled() != null) {
            query.put("maximumBytesBilled", p.maximumBytesBilled().toString());
        }
        if (p.destinationTable() != null) {
            query.put(
                    "destinationTable",
                    TableId.of(p.destinationTable(), bigQuery.project()).reference());
        }
        if (p.defaultDataset() != null) {
            query.put(
                    "defaultDataset",
                    Map.of("projectId", bigQuery.project(), "datasetId", p.defaultDataset()));
        }
        p.writing().into(query);
        var configuration = configuration("query", query, p.writing());
        configuration.put("dryRun", p.dryRun());
        var job = bigQuery.run(configuration, p.writing().location());
        context.count(
                "total.bytes.processed",
                (double) job.number("statistics", "totalBytesProcessed"),
                Map.of());
        context.count(
                "total.bytes.billed",
                (double) job.number("statistics", "query", "totalBytesBilled"),
                Map.of());
        var type =
                p.dryRun()
                        ? FetchType.NONE
                        : FetchType.of(
                                p.fetchType(), p.fetch(), p.fetchOne(), p.store(), FetchType.NONE);
        var result = bigQuery.rows(job, type);
        var table = HttpApi.at(job.about(), "configuration", "query", "destinationTable");
        return new Outputs(
                job.id(),
                result.row(),
                result.rows(),
                result.uri(),
                type == FetchType.NONE ? null : result.size(),
                TableId.read(table));
    }
}
