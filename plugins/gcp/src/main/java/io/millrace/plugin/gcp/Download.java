// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.net.URI;

/// Fetches an object.
@Plugin(
        type = "io.kestra.plugin.gcp.gcs.Download",
        title = "Fetch a file from Google Cloud Storage")
public final class Download extends GcsTask<Download.Properties, Download.Outputs> {

    public record Properties(
            @Inline Account account, @Title("Where it is: gs://bucket/name") String from)
            implements Of {}

    public record Outputs(
            @Title("Bucket") String bucket,
            @Title("Name") String path,
            @Title("The file") URI uri) {}

    @Override
    Outputs work(GcsStore store, Properties properties, TaskContext context) throws Exception {
        var from = GsUri.ofObject(properties.from());
        return new Outputs(from.bucket(), from.name(), store.fetch(from));
    }
}
