// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.net.URI;
import java.util.Map;

/// Sends a file of the internal storage into a table.
@Plugin(type = "io.kestra.plugin.gcp.bigquery.Load", title = "Load a file into a table of BigQuery")
public final class Load extends BigQueryTask<Load.Properties, Loading.Outputs> {

    public record Properties(
            @Inline Account account,
            @Title("URI of the file") String from,
            @Inline Loading loading,
            @Inline Writing writing)
            implements Of {}

    @Override
    Loading.Outputs work(BigQuery bigQuery, Properties p, TaskContext context) throws Exception {
        URI file;
        try {
            file = URI.create(p.from().strip());
        } catch (IllegalArgumentException e) {
            throw Loading.noFile(e);
        }
        return p.loading()
                .load(
                        bigQuery,
                        p.writing(),
                        Map.of(),
                        job -> bigQuery.run(job, p.writing().location(), file),
                        context);
    }
}
