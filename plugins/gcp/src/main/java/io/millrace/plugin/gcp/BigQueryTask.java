// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

import io.millrace.plugin.TaskContext;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What tasks with tables share.
abstract class BigQueryTask<P extends Record & GoogleTask.Of, O extends Record>
        extends GoogleTask<P, O> {

    BigQueryTask() {
        super(new Service("BigQuery", "https://bigquery.googleapis.com", "gcp.bigquery.endpoint"));
    }

    @Override
    O work(GoogleApi api, P properties, TaskContext context) throws Exception {
        return work(new BigQuery(api, project(properties.account()), context), properties, context);
    }

    abstract O work(BigQuery bigQuery, P properties, TaskContext context) throws Exception;

    /// What a job does, in the words of the API.
    ///
    /// @param kind `query` or `load`
    static Map<String, Object> configuration(
            String kind, Map<String, Object> job, @Nullable Writing writing) {
        var configuration = new LinkedHashMap<String, Object>();
        configuration.put(kind, job);
        if (writing != null) {
            Writing.put(configuration, "labels", writing.labels());
        }
        return configuration;
    }
}
