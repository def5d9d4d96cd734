// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

import io.millrace.plugin.Title;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An object of a bucket.
public record Blob(
        @Title("Where it is: gs://…, or in the internal storage once it was fetched") String uri,
        @Title("Bucket") String bucket,
        @Title("Name") String name,
        @Title("Size in bytes") long size,
        @Title("Type of the content") @Nullable String contentType,
        @Title("Tag of its content") @Nullable String etag,
        @Title("Version") @Nullable String generation,
        @Title("When it was made") @Nullable String createTime,
        @Title("When it was changed") @Nullable String updateTime,
        @Title("What is kept beside it") Map<String, String> metadata,
        @Title("Whether it is what names below a / begin with") boolean directory) {

    static Blob directory(String bucket, String name) {
        return new Blob(
                new GsUri(bucket, name).toString(),
                bucket,
                name,
                0,
                null,
                null,
                null,
                null,
                null,
                Map.of(),
                true);
    }

    Blob at(String place) {
        return new Blob(
                place,
                bucket,
                name,
                size,
                contentType,
                etag,
                generation,
                createTime,
                updateTime,
                metadata,
                directory);
    }
}
