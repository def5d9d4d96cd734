// SPDX-License-Identifier: Apache-2.0
package io.millrace.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/// Objects of one bucket, `{prefix}{tenant}/{path}`.
final class S3Storage implements InternalStorage {
    private final S3Client client;
    private final String bucket;
    private final String prefix;

    S3Storage(S3Client client, String bucket, String prefix) {
        this.client = client;
        this.bucket = bucket;
        this.prefix = prefix;
    }

    static S3Storage open(StorageSettings.S3 settings) {
        var builder =
                S3Client.builder()
                        .region(Region.of(settings.region()))
                        .httpClientBuilder(UrlConnectionHttpClient.builder());
        if (settings.endpoint() != null) {
            builder.endpointOverride(settings.endpoint()).forcePathStyle(true);
        }
        if (settings.accessKey() != null && settings.secretKey() != null) {
            builder.credentialsProvider(
                    StaticCredentialsProvider.create(
                            AwsBasicCredentials.create(
                                    settings.accessKey(), settings.secretKey())));
        }
        return new S3Storage(builder.build(), settings.bucket(), settings.prefix());
    }

    /// The store wants to know the length beforehand, so the content goes through a file.
    @Override
    public long put(StoragePath path, InputStream content) throws IOException {
        var file = Files.createTempFile("millrace-upload", null);
        try {
            Files.copy(content, file, StandardCopyOption.REPLACE_EXISTING);
            client.putObject(r -> r.bucket(bucket).key(keyOf(path)), RequestBody.fromFile(file));
            return Files.size(file);
        } catch (SdkException e) {
            throw failure("write", path, e);
        } finally {
            Files.delete(file);
        }
    }

    @Override
    public InputStream get(StoragePath path) throws IOException {
        try {
            return client.getObject(r -> r.bucket(bucket).key(keyOf(path)));
        } catch (SdkException e) {
            throw failure("read", path, e);
        }
    }

    @Override
    public long size(StoragePath path) throws IOException {
        try {
            return client.headObject(r -> r.bucket(bucket).key(keyOf(path))).contentLength();
        } catch (SdkException e) {
            throw failure("read", path, e);
        }
    }

    @Override
    public boolean delete(StoragePath path) throws IOException {
        if (!exists(path)) {
            return false;
        }
        try {
            client.deleteObject(r -> r.bucket(bucket).key(keyOf(path)));
            return true;
        } catch (SdkException e) {
            throw failure("delete", path, e);
        }
    }

    @Override
    public List<StoragePath> list(StoragePath folder) throws IOException {
        var start = keyOf(folder) + "/";
        var found = new ArrayList<StoragePath>();
        try {
            var objects =
                    client.listObjectsV2Paginator(r -> r.bucket(bucket).prefix(start)).contents();
            for (S3Object object : objects) {
                found.add(folder.resolve(object.key().substring(start.length())));
            }
        } catch (SdkException e) {
            throw failure("list", folder, e);
        }
        return List.copyOf(found);
    }

    @Override
    public List<StoragePath> listAll(String tenant) throws IOException {
        var any = new StoragePath(tenant, "any");
        var start = prefix + any.tenant() + "/";
        var found = new ArrayList<StoragePath>();
        try {
            var objects =
                    client.listObjectsV2Paginator(r -> r.bucket(bucket).prefix(start)).contents();
            for (S3Object object : objects) {
                found.add(new StoragePath(tenant, object.key().substring(start.length())));
            }
        } catch (SdkException e) {
            throw failure("list", any, e);
        }
        return List.copyOf(found);
    }

    @Override
    public void copy(StoragePath from, StoragePath to) throws IOException {
        try {
            client.copyObject(r ->
                    r.sourceBucket(bucket)
                            .sourceKey(keyOf(from))
                            .destinationBucket(bucket)
                            .destinationKey(keyOf(to)));
        } catch (SdkException e) {
            throw failure("copy", from, e);
        }
    }

    /// Object by object: stores that only resemble S3 often lack the call for many.
    @Override
    public List<StoragePath> deleteFolder(StoragePath folder) throws IOException {
        var paths = list(folder);
        try {
            for (var path : paths) {
                client.deleteObject(r -> r.bucket(bucket).key(keyOf(path)));
            }
        } catch (SdkException e) {
            throw failure("delete", folder, e);
        }
        return paths;
    }

    @Override
    public void close() {
        client.close();
    }

    private String keyOf(StoragePath path) {
        return prefix + path.tenant() + "/" + path.path();
    }

    private static IOException failure(String what, StoragePath path, SdkException e) {
        if (e instanceof NoSuchKeyException
                || (e instanceof S3Exception s && s.statusCode() == 404)) {
            return new FileNotFoundException("No such file: " + path.uri());
        }
        return new IOException("Unable to %s %s".formatted(what, path.uri()), e);
    }
}
