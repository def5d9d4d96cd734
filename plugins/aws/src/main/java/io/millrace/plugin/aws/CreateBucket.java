// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.aws;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import software.amazon.awssdk.services.s3.S3Client;

/// Makes a bucket.
@Plugin(
        type = "io.kestra.plugin.aws.s3.CreateBucket",
        aliases = "io.kestra.plugin.minio.CreateBucket",
        title = "Make a bucket in an object store")
public final class CreateBucket extends S3Task<CreateBucket.Properties, CreateBucket.Outputs> {

    public record Properties(@Inline Account account, @Title("Bucket") String bucket)
            implements Of {}

    public record Outputs(@Title("Bucket") String bucket) {}

    @Override
    CreateBucket.Outputs work(S3Client client, Properties properties, TaskContext context)
            throws Exception {
        client.createBucket(r -> r.bucket(properties.bucket()));
        return new Outputs(properties.bucket());
    }
}
