// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;

/// Copies an object within the store.
@Plugin(type = "io.kestra.plugin.gcp.gcs.Copy", title = "Copy a file of Google Cloud Storage")
public final class Copy extends GcsTask<Copy.Properties, Copy.Outputs> {

    public record Properties(
            @Inline Account account,
            @Title("Where it is: gs://bucket/name") String from,
            @Title("Where it goes to: gs://bucket/name") String to,
            @Title("Whether the first one is deleted") @Default("false") Boolean delete)
            implements Of {}

    public record Outputs(
            @Title("Bucket") String bucket,
            @Title("Name") String path,
            @Title("Where the new one is") String uri) {}

    @Override
    Outputs work(GcsStore store, Properties properties, TaskContext context) throws Exception {
        var from = GsUri.ofObject(properties.from());
        var to = GsUri.ofObject(properties.to());
        if (from.equals(to)) {
            throw new TaskFailedException("Expected another place in `to`");
        }
        var copied = store.copy(from, to);
        if (properties.delete()) {
            store.delete(from);
        }
        return new Outputs(copied.bucket(), copied.name(), copied.uri());
    }
}
