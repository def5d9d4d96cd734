// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;

/// Deletes a bucket that is empty.
@Plugin(
        type = "io.kestra.plugin.gcp.gcs.DeleteBucket",
        title = "Delete a bucket of Google Cloud Storage")
public final class DeleteBucket extends GcsTask<DeleteBucket.Properties, DeleteBucket.Outputs> {

    public record Properties(@Inline Account account, @Title("Name") String name) implements Of {}

    public record Outputs(@Title("Name") String bucket) {}

    @Override
    Outputs work(GcsStore store, Properties properties, TaskContext context) throws Exception {
        store.deleteBucket(properties.name());
        return new Outputs(properties.name());
    }
}
