// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.azure;

import static java.util.stream.Collectors.toSet;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.FilePlace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Blobs that are meant, and what becomes of them in their container.
record BlobPlace(
        BlobStore store,
        Selection selection,
        Action action,
        @Nullable BlobPath moveTo,
        TaskContext context)
        implements FilePlace<Blob> {

    @Override
    public List<Blob> fetch(BiPredicate<String, String> wanted)
            throws IOException, TaskFailedException, InterruptedException {
        if (action == Action.MOVE && moveTo == null) {
            throw new TaskFailedException("Expected `moveTo` with action MOVE");
        }
        var blobs = files(blob -> !isMoved(blob) && wanted.test(uri(blob), version(blob)));
        requireMovable(blobs);
        var fetched = new ArrayList<Blob>();
        for (var blob : blobs) {
            fetched.add(blob.at(store.get(blob.container(), blob.name()).blob().uri()));
        }
        context.count("files", fetched.size(), Map.of());
        return fetched;
    }

    private List<Blob> files(Predicate<Blob> wanted)
            throws IOException, TaskFailedException, InterruptedException {
        return selection.in(
                store,
                Selection.Filter.FILES,
                blob -> !blob.name().endsWith("/") && wanted.test(blob));
    }

    @Override
    public boolean isCutAt(int count) {
        return count >= selection.maxFiles();
    }

    @Override
    public String uri(Blob blob) {
        return uri(blob.container(), blob.name());
    }

    private static String uri(String container, String name) {
        return "%s/%s".formatted(container, name);
    }

    @Override
    public String uriOnceMoved(Blob blob) {
        return uri(targetContainer(blob), targetName(blob));
    }

    private String targetContainer(Blob blob) {
        return moveTo == null || moveTo.container() == null ? blob.container() : moveTo.container();
    }

    private String targetName(Blob blob) {
        var name = blob.name().substring(blob.name().lastIndexOf('/') + 1);
        var directory = moveTo == null || moveTo.name() == null ? "" : moveTo.name();
        return directory.isEmpty() || directory.endsWith("/")
                ? directory + name
                : directory + "/" + name;
    }

    @Override
    public Class<Blob> type() {
        return Blob.class;
    }

    private static String version(Blob blob) {
        return String.valueOf(blob.etag() == null ? blob.lastModified() : blob.etag());
    }

    @Override
    public void takeAway(Blob blob) throws IOException, TaskFailedException, InterruptedException {
        if (action == Action.MOVE) {
            store.copy(blob.container(), blob.name(), targetContainer(blob), targetName(blob));
        }
        store.delete(blob.container(), blob.name());
    }

    @Override
    public List<Blob> unchanged(List<Blob> blobs)
            throws IOException, TaskFailedException, InterruptedException {
        var before = blobs.stream().map(blob -> blob.at(null)).collect(toSet());
        var there = Set.copyOf(files(before::contains));
        return blobs.stream().filter(blob -> there.contains(blob.at(null))).toList();
    }
}
