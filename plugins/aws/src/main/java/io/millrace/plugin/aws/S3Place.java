// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.aws;

import static java.util.stream.Collectors.toSet;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.FilePlace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// Objects that are meant, and what becomes of them in their bucket.
record S3Place(
        S3Client client,
        Objects selection,
        Action action,
        @Nullable Place moveTo,
        TaskContext context)
        implements FilePlace<StoredObject> {

    @Override
    public List<StoredObject> fetch(BiPredicate<String, String> wanted)
            throws IOException, TaskFailedException {
        if (action == Action.MOVE && moveTo == null) {
            throw new TaskFailedException("Expected `moveTo` with action MOVE");
        }
        var objects =
                files(object -> !isMoved(object) && wanted.test(uri(object), version(object)));
        requireMovable(objects);
        var fetched = new ArrayList<StoredObject>();
        for (var object : objects) {
            fetched.add(
                    object.at(Objects.fetch(client, selection.bucket(), object.key(), context)));
        }
        context.count("files", fetched.size(), Map.of());
        return fetched;
    }

    private List<StoredObject> files(Predicate<StoredObject> wanted) throws TaskFailedException {
        return selection
                .in(
                        client,
                        object ->
                                !object.key().endsWith("/")
                                        && wanted.test(Objects.described(object, null)))
                .stream()
                .map(object -> Objects.described(object, null))
                .toList();
    }

    @Override
    public boolean isCutAt(int count) {
        return count >= selection.most();
    }

    @Override
    public String uri(StoredObject object) {
        return uri(selection.bucket(), object.key());
    }

    private static String uri(String bucket, String key) {
        return "s3://%s/%s".formatted(bucket, key);
    }

    @Override
    public String uriOnceMoved(StoredObject object) {
        return uri(targetBucket(), targetKey(object));
    }

    private String targetBucket() {
        return moveTo == null || moveTo.bucket() == null ? selection.bucket() : moveTo.bucket();
    }

    private String targetKey(StoredObject object) {
        var name = object.key().substring(object.key().lastIndexOf('/') + 1);
        var key = moveTo == null || moveTo.key() == null ? "" : moveTo.key();
        return key.isEmpty() || key.endsWith("/") ? key + name : key + "/" + name;
    }

    @Override
    public Class<StoredObject> type() {
        return StoredObject.class;
    }

    private static String version(StoredObject object) {
        return String.valueOf(object.etag() == null ? object.lastModified() : object.etag());
    }

    @Override
    public void takeAway(StoredObject object) throws TaskFailedException {
        var bucket = selection.bucket();
        try {
            if (action == Action.MOVE) {
                client.copyObject(r ->
                        r.sourceBucket(bucket)
                                .sourceKey(object.key())
                                .destinationBucket(targetBucket())
                                .destinationKey(targetKey(object)));
            }
            client.deleteObject(r -> r.bucket(bucket).key(object.key()));
        } catch (S3Exception e) {
            throw S3Task.refused(e);
        }
    }

    @Override
    public List<StoredObject> unchanged(List<StoredObject> objects) throws TaskFailedException {
        var before = objects.stream().map(object -> object.at(null)).collect(toSet());
        var there = files(before::contains).stream().collect(toSet());
        return objects.stream().filter(object -> there.contains(object.at(null))).toList();
    }
}
