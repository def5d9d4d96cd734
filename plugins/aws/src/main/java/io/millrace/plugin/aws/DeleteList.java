// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.aws;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.util.Map;
import software.amazon.awssdk.services.s3.S3Client;

/// Deletes the objects that fit.
@Plugin(
        type = "io.kestra.plugin.aws.s3.DeleteList",
        aliases = "io.kestra.plugin.minio.DeleteList",
        title = "Delete files of an object store")
public final class DeleteList extends S3Task<DeleteList.Properties, DeleteList.Outputs> {

    public record Properties(
            @Inline Account account,
            @Inline Objects selection,
            @Title("Whether the task fails if there are none") @Default("false")
                    Boolean errorOnEmpty)
            implements Of {}

    public record Outputs(@Title("How many") long count, @Title("Their size in bytes") long size) {}

    @Override
    DeleteList.Outputs work(S3Client client, Properties properties, TaskContext context)
            throws Exception {
        var found = properties.selection().in(client);
        if (found.isEmpty() && properties.errorOnEmpty()) {
            throw new TaskFailedException("There is no such object");
        }
        long size = 0;
        for (var object : found) {
            client.deleteObject(r -> r.bucket(properties.selection().bucket()).key(object.key()));
            size += object.size() == null ? 0 : object.size();
        }
        context.count("count", found.size(), Map.of());
        return new Outputs(found.size(), size);
    }
}
