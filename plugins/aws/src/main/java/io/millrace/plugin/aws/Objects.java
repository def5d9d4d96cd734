// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.aws;

import io.millrace.plugin.Default;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.NewFile;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/// Which objects of a bucket are meant, and what is done to all of them.
record Objects(
        @Title("Bucket") String bucket,
        @Title("What keys begin with") @Nullable String prefix,
        @Title("What a whole key fits") @Nullable String regexp,
        @Title("Keys below the next of these after the prefix are left out")
                @Nullable String delimiter,
        @Title("How many at most") @Default("1000") Integer maxKeys,
        @Title("How many at most, as tasks that fetch name it") @Nullable Integer maxFiles,
        @Title("FILES, DIRECTORY (keys that end with /) or BOTH") @Default("BOTH") Filter filter,
        @Title("REQUESTER, where who asks pays") @Nullable String requestPayer,
        @Title("Account that the bucket has to be of") @Nullable String expectedBucketOwner) {

    /// Which objects count: an object whose key ends with a slash stands for a directory.
    public enum Filter {
        FILES,
        DIRECTORY,
        BOTH;

        boolean takes(String key) {
            boolean directory = key.endsWith("/");
            return switch (this) {
                case FILES -> !directory;
                case DIRECTORY -> directory;
                case BOTH -> true;
            };
        }
    }

    List<S3Object> in(S3Client client) throws TaskFailedException {
        return in(client, _ -> true);
    }

    List<S3Object> in(S3Client client, Predicate<S3Object> wanted) throws TaskFailedException {
        Pattern pattern;
        try {
            pattern = Pattern.compile(regexp == null ? "(?s).*" : regexp);
        } catch (PatternSyntaxException e) {
            throw new TaskFailedException("Expected a pattern in regexp: " + e.getMessage(), e);
        }
        var found = new ArrayList<S3Object>();
        var pages =
                client.listObjectsV2Paginator(r ->
                        r.bucket(bucket)
                                .prefix(prefix)
                                .delimiter(delimiter)
                                .requestPayer(requestPayer)
                                .expectedBucketOwner(expectedBucketOwner));
        for (var page : pages) {
            for (var object : page.contents()) {
                if (filter.takes(object.key())
                        && pattern.matcher(object.key()).matches()
                        && wanted.test(object)) {
                    found.add(object);
                    if (found.size() >= most()) {
                        return found;
                    }
                }
            }
        }
        return found;
    }

    int most() {
        return maxFiles == null ? maxKeys : Math.min(maxKeys, maxFiles);
    }

    static StoredObject described(S3Object object, @Nullable URI uri) {
        return new StoredObject(
                object.key(),
                object.size() == null ? 0 : object.size(),
                object.lastModified() == null ? null : object.lastModified().toString(),
                object.eTag(),
                uri);
    }

    static URI fetch(S3Client client, String bucket, String key, TaskContext context)
            throws IOException {
        try (var content = client.getObject(r -> r.bucket(bucket).key(key));
                var file = NewFile.create(context)) {
            content.transferTo(file.stream());
            return file.store(NewFile.extension(key));
        }
    }
}
