// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.files;

import io.millrace.flow.files.FileRows.Place;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/// Files of several namespaces, replaced together: what they hold is stored before, the rows change
/// in the caller's transaction, and after it the contents are put where tasks read them.
@Service
public class FileTrees {
    private final NamespaceFiles files;
    private final FileRows rows;

    FileTrees(NamespaceFiles files, FileRows rows) {
        this.files = files;
        this.rows = rows;
    }

    /// A file as it is to be.
    public record Wanted(
            String namespace, String path, long bytes, Supplier<InputStream> content) {}

    /// @param wanted absent: the file is to be deleted
    public record Change(String action, String namespace, String path, @Nullable Wanted wanted) {}

    /// What has to change for the namespaces to have these files.
    ///
    /// @param delete whether others are deleted
    public List<Change> plan(
            String tenant, Collection<String> namespaces, List<Wanted> wanted, boolean delete)
            throws IOException {
        var changes = new ArrayList<Change>();
        for (var namespace : namespaces) {
            var place = new Place(tenant, namespace);
            var present = new HashMap<String, Long>();
            rows.below(place, "").forEach(row -> present.put(row.path(), row.bytes()));
            for (var file : wanted) {
                if (!file.namespace().equals(namespace)) {
                    continue;
                }
                var path = FilePath.ofFile(file.path());
                var bytes = present.remove(path.path());
                if (bytes == null) {
                    changes.add(new Change("create", namespace, path.path(), file));
                } else if (bytes != file.bytes() || !same(place, path, file)) {
                    changes.add(new Change("update", namespace, path.path(), file));
                } else {
                    changes.add(new Change("unchanged", namespace, path.path(), null));
                }
            }
            if (delete) {
                present.keySet().stream()
                        .sorted()
                        .forEach(path -> changes.add(new Change("delete", namespace, path, null)));
            }
        }
        return changes;
    }

    private boolean same(Place place, FilePath path, Wanted wanted) throws IOException {
        try (var stored = files.open(place, path, null).stream();
                var given = wanted.content().get()) {
            byte[] a = stored.readNBytes(8192);
            while (a.length > 0) {
                if (!java.util.Arrays.equals(a, given.readNBytes(a.length))) {
                    return false;
                }
                a = stored.readNBytes(8192);
            }
            return given.read() < 0;
        }
    }

    /// Changes whose contents are stored.
    public final class Prepared implements AutoCloseable {
        private final String tenant;
        private final List<NamespaceFiles.Upload> uploads = new ArrayList<>();
        private final Map<Place, List<FilePath>> deleted = new HashMap<>();
        private boolean done;

        private Prepared(String tenant, List<Change> changes) {
            this.tenant = tenant;
            var byPlace = new HashMap<Place, NamespaceFiles.Upload>();
            for (var change : changes) {
                var place = new Place(tenant, change.namespace());
                var wanted = change.wanted();
                if (change.action().equals("delete")) {
                    deleted.computeIfAbsent(place, _ -> new ArrayList<>())
                            .add(FilePath.ofFile(change.path()));
                } else if (wanted != null) {
                    var upload =
                            byPlace.computeIfAbsent(
                                    place,
                                    p -> {
                                        var made = files.upload(p);
                                        uploads.add(made);
                                        return made;
                                    });
                    upload.add(FilePath.ofFile(change.path()), wanted.content().get());
                }
            }
        }

        /// Changes the rows, in the transaction of the caller.
        public void apply(String by) {
            deleted.forEach((place, paths) -> files.deleteRows(place, paths, by));
            uploads.forEach(upload -> upload.write(by));
        }

        /// Puts the contents where tasks read them, after the transaction. What doesn't come to it
        /// is done by the sweep.
        public void settle() {
            done = true;
            uploads.forEach(NamespaceFiles.Upload::settle);
            deleted.forEach((place, paths) -> files.settleAll(place, paths));
        }

        @Override
        public void close() {
            if (!done) {
                uploads.forEach(NamespaceFiles.Upload::close);
            }
        }

        @Override
        public String toString() {
            return "files of " + tenant;
        }
    }

    /// Stores what is new.
    public Prepared prepare(String tenant, List<Change> changes) {
        return new Prepared(tenant, changes);
    }

    /// Revisions of all files of a namespace, by path.
    public Map<String, Integer> revisions(String tenant, String namespace) {
        var revisions = new HashMap<String, Integer>();
        rows.below(new Place(tenant, namespace), "")
                .forEach(row -> revisions.put(row.path(), row.revision()));
        return revisions;
    }
}
