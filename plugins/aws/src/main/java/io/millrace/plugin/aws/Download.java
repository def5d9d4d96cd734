// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.aws;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.NewFile;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumMode;

/// Fetches an object.
@Plugin(
        type = "io.kestra.plugin.aws.s3.Download",
        aliases = "io.kestra.plugin.minio.Download",
        title = "Fetch a file from an object store")
public final class Download extends S3Task<Download.Properties, Download.Outputs> {

    public record Properties(
            @Inline Account account,
            @Title("Bucket") String bucket,
            @Title("Key") String key,
            @Title("Version; the newest if absent") @Nullable String versionId,
            @Title("Whether what came is compared with the checksum that the store has of it")
                    @Default("false")
                    Boolean validateChecksum,
            @Title("REQUESTER, where who asks pays") @Nullable String requestPayer,
            @Title("Account that the bucket has to be of") @Nullable String expectedBucketOwner)
            implements Of {}

    public record Outputs(
            @Title("The file") URI uri,
            @Title("Size in bytes") long contentLength,
            @Title("Type of the content") @Nullable String contentType,
            @Title("Tag of the content") @Nullable String eTag,
            @Title("What is kept beside the object") Map<String, String> metadata,
            @Title("Version, if the bucket has some") @Nullable String versionId) {}

    @Override
    Download.Outputs work(S3Client client, Properties properties, TaskContext context)
            throws Exception {
        try (var content =
                        client.getObject(r ->
                                r.bucket(properties.bucket())
                                        .key(properties.key())
                                        .versionId(properties.versionId())
                                        .checksumMode(
                                                properties.validateChecksum()
                                                        ? ChecksumMode.ENABLED
                                                        : null)
                                        .requestPayer(properties.requestPayer())
                                        .expectedBucketOwner(properties.expectedBucketOwner()));
                var file = NewFile.create(context)) {
            content.transferTo(file.stream());
            var answer = content.response();
            long size = answer.contentLength() == null ? 0 : answer.contentLength();
            context.count("bytes", (double) size, Map.of());
            return new Outputs(
                    file.store(NewFile.extension(properties.key())),
                    size,
                    answer.contentType(),
                    answer.eTag(),
                    answer.metadata(),
                    answer.versionId());
        }
    }
}
