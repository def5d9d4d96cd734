// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.aws;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.Tag;
import software.amazon.awssdk.services.s3.model.Tagging;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Sends a file, a big one in parts.
@Plugin(
        type = "io.kestra.plugin.aws.s3.Upload",
        aliases = "io.kestra.plugin.minio.Upload",
        title = "Send a file to an object store")
public final class Upload extends S3Task<Upload.Properties, Upload.Outputs> {

    public record Properties(
            @Inline Account account,
            @Title("URI of the file, or a list of URIs") Object from,
            @Title("Bucket") String bucket,
            @Title("Key; for several files what keys begin with") String key,
            @Title("Type of the content") @Nullable String contentType,
            @Title("What is kept beside the object") @Nullable Map<String, String> metadata,
            @Title("Class of storage") @Nullable String storageClass,
            @Title("Who may read it, such as private or public-read") @Nullable String acl,
            @Title("How long it may be kept by those between, such as max-age=3600")
                    @Nullable String cacheControl,
            @Title("How the content is encoded, such as gzip") @Nullable String contentEncoding,
            @Title("What those do who fetch it, such as attachment")
                    @Nullable String contentDisposition,
            @Title("Language of the content") @Nullable String contentLanguage,
            @Title("How the store encrypts it, such as AES256 or aws:kms")
                    @Nullable String serverSideEncryption,
            @Title("Whether the bucket's key is used with aws:kms")
                    @Nullable Boolean bucketKeyEnabled,
            @Title("Tags") @Nullable Map<String, String> tagging,
            @Title("REQUESTER, where who asks pays") @Nullable String requestPayer,
            @Title("Account that the bucket has to be of") @Nullable String expectedBucketOwner)
            implements Of {

        private PutObjectRequest.Builder put(String key) {
            var put =
                    PutObjectRequest.builder()
                            .bucket(bucket)
                            .key(key)
                            .contentType(contentType)
                            .storageClass(storageClass)
                            .metadata(metadata)
                            .acl(acl)
                            .cacheControl(cacheControl)
                            .contentEncoding(contentEncoding)
                            .contentDisposition(contentDisposition)
                            .contentLanguage(contentLanguage)
                            .serverSideEncryption(serverSideEncryption)
                            .bucketKeyEnabled(bucketKeyEnabled)
                            .requestPayer(requestPayer)
                            .expectedBucketOwner(expectedBucketOwner);
            // none at all isn't the same as none
            return tagging == null ? put : put.tagging(tags(tagging));
        }

        /// The same in parts: all that both requests know.
        private CreateMultipartUploadRequest begin(String key) {
            var whole = put(key).build();
            var given = new HashMap<String, @Nullable Object>();
            whole.sdkFields().forEach(f -> given.put(f.memberName(), f.getValueOrDefault(whole)));
            var begin = CreateMultipartUploadRequest.builder();
            begin.sdkFields().forEach(f -> f.set(begin, given.get(f.memberName())));
            return begin.build();
        }

        private static Tagging tags(Map<String, String> tagging) {
            return Tagging.builder()
                    .tagSet(
                            tagging.entrySet().stream()
                                    .map(tag ->
                                            Tag.builder()
                                                    .key(tag.getKey())
                                                    .value(tag.getValue())
                                                    .build())
                                    .toList())
                    .build();
        }
    }

    public record Outputs(
            @Title("Bucket") String bucket,
            @Title("Key") String key,
            @Title("Tag of the content") @Nullable String eTag,
            @Title("Version, if the bucket has some") @Nullable String versionId,
            @Title("All keys") List<String> keys) {}

    @Override
    Upload.Outputs work(S3Client client, Properties properties, TaskContext context)
            throws Exception {
        var uris = uris(properties.from());
        var keys = new ArrayList<String>();
        Sent last = null;
        for (var uri : uris) {
            var key = key(properties.key(), uri, uris.size() > 1);
            last = send(client, properties, uri, key, context);
            keys.add(key);
        }
        if (last == null) {
            throw new TaskFailedException("Expected a file in `from`");
        }
        return new Outputs(properties.bucket(), keys.getLast(), last.eTag(), last.version(), keys);
    }

    /// What is bigger goes in parts of this size.
    private static final int PART = 16 << 20;

    private record Sent(@Nullable String eTag, @Nullable String version) {}

    private static List<String> uris(Object from) throws TaskFailedException {
        var list = from;
        if (from instanceof String text) {
            try {
                list =
                        text.strip().startsWith("[")
                                ? JsonMapper.shared().readValue(text, List.class)
                                : List.of(text);
            } catch (JacksonException e) {
                throw new TaskFailedException("Expected a URI or a list of URIs", e);
            }
        }
        if (!(list instanceof List<?> uris)) {
            throw new TaskFailedException("Expected a URI or a list of URIs");
        }
        return uris.stream().map(String::valueOf).map(String::strip).toList();
    }

    private static String key(String key, String uri, boolean several) {
        var name = uri.substring(uri.lastIndexOf('/') + 1);
        if (several) {
            return key.endsWith("/") ? key + name : key + "/" + name;
        }
        return key.endsWith("/") ? key + name : key;
    }

    private static Sent send(
            S3Client client, Properties p, String uri, String key, TaskContext context)
            throws IOException, InterruptedException {
        var file = URI.create(uri);
        long size = context.files().size(file);
        context.count("bytes", (double) size, Map.of());
        if (size > PART) {
            return inParts(client, p, file, key, context);
        }
        var body =
                RequestBody.fromContentProvider(
                        () -> {
                            try {
                                return context.files().get(file);
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        },
                        size,
                        p.contentType() == null ? "application/octet-stream" : p.contentType());
        var sent = client.putObject(p.put(key).build(), body);
        return new Sent(sent.eTag(), sent.versionId());
    }

    private static Sent inParts(
            S3Client client, Properties p, URI file, String key, TaskContext context)
            throws IOException, InterruptedException {
        var upload = client.createMultipartUpload(p.begin(key)).uploadId();
        try (var content = context.files().get(file)) {
            var parts = new ArrayList<CompletedPart>();
            for (var part = content.readNBytes(PART);
                    part.length > 0;
                    part = content.readNBytes(PART)) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                int number = parts.size() + 1;
                var sent =
                        client.uploadPart(
                                r ->
                                        r.bucket(p.bucket())
                                                .key(key)
                                                .uploadId(upload)
                                                .partNumber(number),
                                RequestBody.fromBytes(part));
                parts.add(CompletedPart.builder().partNumber(number).eTag(sent.eTag()).build());
            }
            var done =
                    client.completeMultipartUpload(r ->
                            r.bucket(p.bucket())
                                    .key(key)
                                    .uploadId(upload)
                                    .multipartUpload(m -> m.parts(parts)));
            return new Sent(done.eTag(), done.versionId());
        } catch (IOException | InterruptedException | RuntimeException e) {
            giveUp(client, p.bucket(), key, upload, e);
            throw e;
        }
    }

    /// Parts of an upload that doesn't end are kept, and paid for: an interrupted task, too, has
    /// them deleted.
    private static void giveUp(
            S3Client client, String bucket, String key, String upload, Exception why) {
        boolean interrupted = Thread.interrupted();
        try {
            client.abortMultipartUpload(r -> r.bucket(bucket).key(key).uploadId(upload));
        } catch (SdkException | IllegalStateException e) {
            why.addSuppressed(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
