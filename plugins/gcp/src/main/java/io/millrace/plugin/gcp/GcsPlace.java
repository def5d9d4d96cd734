// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

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

/// Objects that are meant, and what becomes of them in their bucket.
record GcsPlace(
        GcsStore store,
        Selection selection,
        Action action,
        @Nullable GsUri target,
        TaskContext context)
        implements FilePlace<Blob> {

    /// @param moveDirectory where they are moved to
    static GcsPlace of(
            GcsStore store,
            Selection selection,
            Action action,
            @Nullable String moveDirectory,
            TaskContext context)
            throws TaskFailedException {
        if (action == Action.MOVE && moveDirectory == null) {
            throw new TaskFailedException("Expected `moveDirectory` with action MOVE");
        }
        var target = moveDirectory == null ? null : GsUri.of(moveDirectory);
        return new GcsPlace(store, selection, action, target, context);
    }

    @Override
    public List<Blob> fetch(BiPredicate<String, String> wanted)
            throws IOException, TaskFailedException, InterruptedException {
        var blobs = files(blob -> !isMoved(blob) && wanted.test(uri(blob), version(blob)));
        requireMovable(blobs);
        var fetched = new ArrayList<Blob>();
        for (var blob : blobs) {
            fetched.add(blob.at(store.fetch(object(blob)).toString()));
        }
        context.count("files", fetched.size(), Map.of());
        return fetched;
    }

    private List<Blob> files(Predicate<Blob> wanted)
            throws IOException, TaskFailedException, InterruptedException {
        return selection.in(store, Selection.Filter.FILES, false, wanted);
    }

    private static GsUri object(Blob blob) {
        return new GsUri(blob.bucket(), blob.name());
    }

    @Override
    public boolean isCutAt(int count) {
        return count >= selection.maxFiles();
    }

    @Override
    public String uri(Blob blob) {
        return object(blob).toString();
    }

    @Override
    public String uriOnceMoved(Blob blob) {
        return onceMoved(blob).toString();
    }

    private GsUri onceMoved(Blob blob) {
        return target == null
                ? object(blob)
                : target.below(blob.name().substring(blob.name().lastIndexOf('/') + 1));
    }

    @Override
    public Class<Blob> type() {
        return Blob.class;
    }

    private static String version(Blob blob) {
        var version = blob.generation() == null ? blob.etag() : blob.generation();
        return String.valueOf(version == null ? blob.updateTime() : version);
    }

    @Override
    public void takeAway(Blob blob) throws IOException, TaskFailedException, InterruptedException {
        if (action == Action.MOVE) {
            store.copy(object(blob), onceMoved(blob));
        }
        store.delete(object(blob));
    }

    @Override
    public List<Blob> unchanged(List<Blob> blobs)
            throws IOException, TaskFailedException, InterruptedException {
        var before = blobs.stream().map(blob -> blob.at(uri(blob))).collect(toSet());
        var there = Set.copyOf(files(before::contains));
        return blobs.stream().filter(blob -> there.contains(blob.at(uri(blob)))).toList();
    }
}
