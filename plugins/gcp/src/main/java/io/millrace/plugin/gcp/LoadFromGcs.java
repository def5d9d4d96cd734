// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.util.List;
import java.util.Map;

/// Loads objects of Google Cloud Storage into a table; nothing is fetched.
@Plugin(
        type = "io.kestra.plugin.gcp.bigquery.LoadFromGcs",
        title = "Load files of Google Cloud Storage into a table of BigQuery")
public final class LoadFromGcs extends BigQueryTask<LoadFromGcs.Properties, Loading.Outputs> {

    public record Properties(
            @Inline Account account,
            @Title("Where they are: gs://bucket/name, with one * at most") List<String> from,
            @Inline Loading loading,
            @Inline Writing writing)
            implements Of {}

    @Override
    Loading.Outputs work(BigQuery bigQuery, Properties p, TaskContext context) throws Exception {
        if (p.from().isEmpty()) {
            throw new TaskFailedException("Expected objects in `from`");
        }
        for (var uri : p.from()) {
            GsUri.ofObject(uri);
        }
        return p.loading()
                .load(
                        bigQuery,
                        p.writing(),
                        Map.of("sourceUris", p.from()),
                        job -> bigQuery.run(job, p.writing().location()),
                        context);
    }
}
