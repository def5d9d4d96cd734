// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.aws;

import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;

/// Makes a bucket.
@Plugin(
        type = "io.kestra.plugin.aws.s3.CreateBucket",
        aliases = "io.kestra.plugin.minio.CreateBucket",
        title = "Make a bucket in an object store")
public final class CreateBucket extends S3Task<CreateBucket.Properties, CreateBucket.Outputs> {

    public record Properties(
            @Title("Access key") @Nullable String accessKeyId,
            @Title("Secret key") @Nullable String secretKeyId,
            @Title("Session token") @Nullable String sessionToken,
            @Title("Region; us-east-1 if absent") @Nullable String region,
            @Title("URL of another store than Amazon's") @Nullable String endpointOverride,
            @Title("The same, as flows for MinIO name it") @Nullable String endpoint,
            @Title("Whether the bucket stands in the path; true with another store")
                    @Nullable Boolean forcePathStyle,
            @Title("Bucket") String bucket)
            implements Account {}

    public record Outputs(@Title("Bucket") String bucket) {}

    @Override
    CreateBucket.Outputs work(S3Client client, Properties properties, TaskContext context)
            throws Exception {
        client.createBucket(r -> r.bucket(properties.bucket()));
        return new Outputs(properties.bucket());
    }
}
