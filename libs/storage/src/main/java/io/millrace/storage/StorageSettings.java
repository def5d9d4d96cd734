// SPDX-License-Identifier: Apache-2.0
package io.millrace.storage;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Which storage, and where (`millrace.storage.*`).
///
/// @param type `directory` or `s3`
public record StorageSettings(Type type, Path directory, S3 s3) {

    public StorageSettings(@Nullable Type type, @Nullable Path directory, @Nullable S3 s3) {
        this.type = type == null ? Type.DIRECTORY : type;
        this.directory = directory == null ? Path.of("data", "storage") : directory;
        this.s3 = s3 == null ? new S3(null, null, null, null, null, null) : s3;
    }

    public static StorageSettings directory(Path directory) {
        return new StorageSettings(Type.DIRECTORY, directory, null);
    }

    public enum Type {
        DIRECTORY,
        S3
    }

    /// @param endpoint of an S3-compatible store, or absent for AWS
    /// @param prefix put in front of all keys
    /// @param accessKey with `secretKey`; if absent, the SDK's default chain is asked
    public record S3(
            @Nullable URI endpoint,
            String region,
            String bucket,
            String prefix,
            @Nullable String accessKey,
            @Nullable String secretKey) {

        public S3(
                @Nullable URI endpoint,
                @Nullable String region,
                @Nullable String bucket,
                @Nullable String prefix,
                @Nullable String accessKey,
                @Nullable String secretKey) {
            this.endpoint = endpoint;
            this.region = region == null ? "us-east-1" : region;
            this.bucket = bucket == null ? "millrace" : bucket;
            this.prefix = prefix == null ? "" : prefix;
            this.accessKey = accessKey;
            this.secretKey = secretKey;
        }
    }
}
