// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.aws;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;

/// Deletes an object.
@Plugin(
        type = "io.kestra.plugin.aws.s3.Delete",
        aliases = "io.kestra.plugin.minio.Delete",
        title = "Delete a file of an object store")
public final class Delete extends S3Task<Delete.Properties, Delete.Outputs> {

    public record Properties(
            @Inline Account account,
            @Title("Bucket") String bucket,
            @Title("Key") String key,
            @Title("Version; the newest if absent") @Nullable String versionId)
            implements Of {}

    public record Outputs(
            @Title("Whether the bucket keeps it as an older version")
                    @Nullable Boolean deleteMarker,
            @Title("Version, if the bucket has some") @Nullable String versionId) {}

    @Override
    Delete.Outputs work(S3Client client, Properties properties, TaskContext context)
            throws Exception {
        var deleted =
                client.deleteObject(r ->
                        r.bucket(properties.bucket())
                                .key(properties.key())
                                .versionId(properties.versionId()));
        return new Outputs(deleted.deleteMarker(), deleted.versionId());
    }
}
