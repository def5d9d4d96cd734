// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.aws;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;

/// Copies an object within the store.
@Plugin(
        type = "io.kestra.plugin.aws.s3.Copy",
        aliases = "io.kestra.plugin.minio.Copy",
        title = "Copy a file of an object store")
public final class Copy extends S3Task<Copy.Properties, Copy.Outputs> {

    public record Properties(
            @Inline Account account,
            @Title("Where it is") Place from,
            @Title("Where it goes to; what is absent is as in `from`") @Nullable Place to,
            @Title("Whether the first one is deleted") @Default("false") Boolean delete)
            implements Of {}

    public record Outputs(
            @Title("Bucket") String bucket,
            @Title("Key") String key,
            @Title("Tag of the content") @Nullable String eTag) {}

    @Override
    Copy.Outputs work(S3Client client, Properties properties, TaskContext context)
            throws Exception {
        var from = properties.from();
        if (from.bucket() == null || from.key() == null) {
            throw new TaskFailedException("Expected `bucket` and `key` in `from`");
        }
        var to = properties.to();
        var bucket = to == null || to.bucket() == null ? from.bucket() : to.bucket();
        var key = to == null || to.key() == null ? from.key() : to.key();
        if (bucket.equals(from.bucket()) && key.equals(from.key())) {
            throw new TaskFailedException("Expected another place in `to`");
        }
        var copied =
                client.copyObject(r ->
                        r.sourceBucket(from.bucket())
                                .sourceKey(from.key())
                                .destinationBucket(bucket)
                                .destinationKey(key));
        if (properties.delete()) {
            client.deleteObject(r -> r.bucket(from.bucket()).key(from.key()));
        }
        return new Outputs(bucket, key, copied.copyObjectResult().eTag());
    }
}
