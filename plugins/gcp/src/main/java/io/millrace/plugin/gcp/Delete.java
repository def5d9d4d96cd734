// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;

/// Deletes an object.
@Plugin(type = "io.kestra.plugin.gcp.gcs.Delete", title = "Delete a file of Google Cloud Storage")
public final class Delete extends GcsTask<Delete.Properties, Delete.Outputs> {

    public record Properties(
            @Inline Account account, @Title("Where it is: gs://bucket/name") String uri)
            implements Of {}

    public record Outputs(
            @Title("Where it was") String uri, @Title("Whether it was there") boolean deleted) {}

    @Override
    Outputs work(GcsStore store, Properties properties, TaskContext context) throws Exception {
        var uri = GsUri.of(properties.uri());
        return new Outputs(uri.toString(), store.delete(uri));
    }
}
