// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.files;

import io.millrace.flow.files.FileRows.Change;
import io.millrace.flow.files.FileRows.Place;
import io.millrace.flow.files.FileRows.Row;
import io.millrace.flow.settings.ManagedNamespaces;
import io.millrace.flow.tasks.PurgeRequest;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Identity;
import io.millrace.platform.access.Quota;
import io.millrace.platform.access.QuotaUse;
import io.millrace.platform.audit.AuditTrail;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.tenancy.TenantScope;
import io.millrace.storage.InternalStorage;
import io.millrace.storage.NamespaceFolder;
import io.millrace.storage.StorageAccessException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// The files of namespaces. Who may do what is the controllers' affair.
///
/// A change goes in three steps, none of which waits for the storage in a transaction: the content
/// is stored under a new id; the rows say that it is the file's next revision; then it is put at
/// the file's path, where tasks read it. Whoever puts it there looks again whether it is still the
/// newest, so that of two who change a file at once the later one's content stays; what a crash
/// left undone is done by a sweep.
@Service
@EnableScheduling
class NamespaceFiles {
    private static final Logger log = LoggerFactory.getLogger(NamespaceFiles.class);
    private static final Duration LEFT_BEHIND = Duration.ofMinutes(1);
    private static final int SWEPT_AT_ONCE = 500;

    private final FileRows rows;
    private final InternalStorage storage;
    private final FileProperties properties;
    private final ManagedNamespaces managed;
    private final AuditTrail audit;
    private final Clock clock;
    private final TransactionTemplate transaction;

    NamespaceFiles(
            FileRows rows,
            InternalStorage storage,
            FileProperties properties,
            ManagedNamespaces managed,
            AuditTrail audit,
            Clock clock,
            PlatformTransactionManager transactions) {
        this.rows = rows;
        this.storage = storage;
        this.properties = properties;
        this.managed = managed;
        this.audit = audit;
        this.clock = clock;
        this.transaction = new TransactionTemplate(transactions);
    }

    /// What happens to a file that is there already.
    enum Conflict {
        OVERWRITE,
        ERROR,
        SKIP
    }

    /// A file, or a folder.
    record Attributes(
            String name, boolean folder, long bytes, Instant createdAt, Instant updatedAt) {}

    /// Content that has been stored, to be given to a file.
    private record Stored(FilePath path, String id, long bytes) {}

    /// Writes a file as its next revision.
    ///
    /// @param request names one attempt to write, which counts once however often it comes; absent:
    ///   each counts
    void put(
            Place place,
            FilePath path,
            InputStream content,
            Conflict conflict,
            @Nullable String request,
            String by) {
        var stored = store(place, path, content, properties.maxFile().toBytes());
        putAll(place, List.of(stored), conflict, request, by, () -> {});
    }

    /// Writes a file as its next revision, whatever it holds or if it is still as the caller has
    /// seen it.
    ///
    /// @param ifMatch the entity tag that it must have, or absent
    /// @throws ServiceException.Outdated if it has another
    void overwrite(
            Place place, FilePath path, InputStream content, @Nullable String ifMatch, String by) {
        var stored = store(place, path, content, properties.maxFile().toBytes());
        putAll(
                place,
                List.of(stored),
                Conflict.OVERWRITE,
                null,
                by,
                () -> requireSeen(place, path, ifMatch));
    }

    private void requireSeen(Place place, FilePath path, @Nullable String ifMatch) {
        if (ifMatch == null) {
            return;
        }
        var present = rows.find(place, path.path()).filter(row -> !row.deleted());
        var tag = present.map(row -> "\"" + row.revision() + "\"").orElse(null);
        if (tag == null || !(ifMatch.equals("*") || ifMatch.contains(tag))) {
            throw new ServiceException.Outdated(
                    "Expected file /%s at version %s but %s"
                            .formatted(
                                    path.path(),
                                    ifMatch,
                                    tag == null ? "there is none" : "it is at " + tag));
        }
    }

    /// Several files, of which all are written or none.
    final class Upload implements AutoCloseable {
        private final Place place;
        private final Map<String, Stored> stored = new LinkedHashMap<>();
        private long left = properties.maxArchive().toBytes();
        private boolean done;

        private Upload(Place place) {
            this.place = place;
        }

        /// Takes one, unless the files are too many or too big together.
        void add(FilePath path, InputStream content) {
            if (stored.size() >= properties.maxFiles()) {
                throw tooMany(place);
            }
            var one = store(place, path, content, Math.min(left, properties.maxFile().toBytes()));
            left -= one.bytes();
            var former = stored.put(path.path(), one);
            if (former != null) {
                discard(place, List.of(former));
            }
        }

        /// Writes them all.
        void commit(String by) {
            done = true;
            putAll(place, List.copyOf(stored.values()), Conflict.OVERWRITE, null, by, () -> {});
        }

        /// Writes them in a transaction of the caller's, who settles them after it.
        void write(String by) {
            lock(place);
            for (var file : stored.values()) {
                isWanted(place, file.path(), Conflict.OVERWRITE, null);
            }
            NamespaceFiles.this.write(place, List.copyOf(stored.values()), null, by);
        }

        /// Puts them at their paths, once the transaction has been committed.
        void settle() {
            done = true;
            settleAll(place, stored.values().stream().map(Stored::path).toList());
        }

        @Override
        public void close() {
            if (!done) {
                discard(place, List.copyOf(stored.values()));
            }
        }
    }

    Upload upload(Place place) {
        return new Upload(place);
    }

    private Stored store(Place place, FilePath path, InputStream content, long maxBytes) {
        var id = UUID.randomUUID().toString();
        var target = folder(place).content(id);
        try (var limited = new LimitedStream(content, maxBytes)) {
            return new Stored(path, id, storage.put(target, limited));
        } catch (LimitedStream.TooLongException e) {
            discard(place, List.of(new Stored(path, id, 0)));
            throw new ServiceException.TooLarge(
                    "Expected at most %d bytes in '%s'".formatted(maxBytes, path.path()));
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    private static NamespaceFolder folder(Place place) {
        try {
            return new NamespaceFolder(place.tenant(), place.namespace());
        } catch (StorageAccessException e) {
            throw new ServiceException.Invalid("namespace", String.valueOf(e.getMessage()));
        }
    }

    private static ServiceException.Unavailable unavailable(IOException e) {
        return new ServiceException.Unavailable(
                "The internal storage can't be used for now", Duration.ofSeconds(5), e);
    }

    private void discard(Place place, List<Stored> contents) {
        for (var content : contents) {
            deleteQuietly(place.tenant(), place.namespace(), content.id());
        }
    }

    private void deleteQuietly(String tenant, String namespace, String content) {
        try {
            storage.delete(new NamespaceFolder(tenant, namespace).content(content));
        } catch (IOException e) {
            log.atWarn()
                    .addKeyValue("content", content)
                    .setCause(e)
                    .log("A content that no file has couldn't be deleted");
        }
    }

    /// @param check what has to hold once nobody else writes to the namespace
    private void putAll(
            Place place,
            List<Stored> contents,
            Conflict conflict,
            @Nullable String request,
            String by,
            Runnable check) {
        var written = new ArrayList<Stored>();
        try {
            transaction.executeWithoutResult(_ -> {
                written.clear();
                lock(place);
                check.run();
                for (var content : contents) {
                    if (isWanted(place, content.path(), conflict, request)) {
                        written.add(content);
                    }
                }
                write(place, written, request, by);
            });
        } catch (RuntimeException e) {
            discard(place, contents);
            throw e;
        }
        discard(place, contents.stream().filter(c -> !written.contains(c)).toList());
        written.forEach(file -> settle(place, file.path().path()));
    }

    private void lock(Place place) {
        managed.requireEditable(place.tenant(), List.of(place.namespace()));
        rows.lock(place);
    }

    private boolean isWanted(
            Place place, FilePath path, Conflict conflict, @Nullable String request) {
        var present = rows.find(place, path.path());
        if (request != null && present.map(Row::request).filter(request::equals).isPresent()) {
            return false; // sent again: it was written before
        }
        boolean there = present.filter(row -> !row.deleted()).isPresent();
        if (!there) {
            requireRoom(place, path);
            return true;
        }
        return switch (conflict) {
            case OVERWRITE -> true;
            case SKIP -> false;
            case ERROR ->
                    throw new ServiceException.Conflict(
                            "File /%s already exists and conflict is set to ERROR"
                                    .formatted(path.path()));
        };
    }

    private void requireRoom(Place place, FilePath path) {
        if (rows.anyFile(place, path.parents())) {
            throw new ServiceException.Conflict(
                    "Expected folders above '%s' but one of them is a file".formatted(path.path()));
        }
        if (rows.isFolder(place, path)) {
            throw new ServiceException.Conflict(
                    "Expected a file at '%s' but there is a folder".formatted(path.path()));
        }
        if (rows.count(place) >= properties.maxFiles()) {
            throw tooMany(place);
        }
    }

    private ServiceException.Refused tooMany(Place place) {
        return new ServiceException.Refused(
                "Illegal argument: expected at most %d files in namespace '%s'"
                        .formatted(properties.maxFiles(), place.namespace()));
    }

    /// Users are bounded; what a task writes is bounded by what may be started.
    private void requireQuota(Place place, List<Stored> contents) {
        if (!(Identity.current().orElse(null) instanceof Caller caller)) {
            return;
        }
        long more = contents.stream().mapToLong(Stored::bytes).sum();
        for (var quota : caller.quotas()) {
            if (quota.kind() == Quota.Kind.STORAGE_BYTES
                    && quota.covers(place.namespace())
                    && rows.bytes(place.tenant(), quota.namespace()) + more > quota.amount()) {
                throw QuotaUse.refused(
                        quota, place.tenant(), "bytes of files", Duration.ofMinutes(1));
            }
        }
    }

    private void write(Place place, List<Stored> contents, @Nullable String request, String by) {
        requireQuota(place, contents);
        var now = now();
        rows.write(
                place,
                contents.stream()
                        .map(c -> new Change(c.path().path(), c.id(), c.bytes(), request, by, now))
                        .toList());
        contents.forEach(c -> record(place, by, "file.update", c.path().path()));
    }

    private void record(Place place, String by, String action, String path) {
        audit.changed(
                place.tenant(), by, action, "file/" + place.namespace() + "/" + path, Map.of());
    }

    /// Puts the newest revisions at their paths.
    void settleAll(Place place, List<FilePath> paths) {
        paths.forEach(path -> settle(place, path.path()));
    }

    /// Deletes files in a transaction of the caller's, who settles them after it.
    void deleteRows(Place place, List<FilePath> paths, String by) {
        lock(place);
        var now = now();
        rows.write(
                place,
                paths.stream().map(p -> new Change(p.path(), null, 0, null, by, now)).toList());
        paths.forEach(path -> record(place, by, "file.delete", path.path()));
    }

    /// Puts the newest revision of a file at its path.
    private void settle(Place place, String path) {
        try {
            for (var row = rows.find(place, path); row.isPresent(); row = rows.find(place, path)) {
                var file = folder(place).file(path);
                var content = row.get().content();
                if (content == null) {
                    storage.delete(file);
                } else {
                    storage.copy(folder(place).content(content), file);
                }
                if (rows.placed(row.get())) {
                    return;
                }
            }
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    /// Does at once what a crash has left undone: whoever is at it beside this does the same.
    @EventListener(ApplicationReadyEvent.class)
    void settleAfterCrash() {
        TenantScope.runAcross(this::settleUnplaced);
    }

    private void settleUnplaced() {
        try {
            for (var row : rows.unplaced(now(), SWEPT_AT_ONCE)) {
                settle(row.place(), row.path());
            }
        } catch (ServiceException e) {
            log.atWarn().setCause(e).log("Files couldn't be put at their paths; the sweep will");
        }
    }

    /// Does what a crash, or a storage that was away, has left undone.
    @Scheduled(
            fixedDelayString = "${millrace.files.settle-every}",
            initialDelayString = "${millrace.files.settle-every}")
    void settleLeftBehind() {
        TenantScope.runAcross(this::settleOld);
    }

    private void settleOld() {
        for (var row : rows.unplaced(now().minus(LEFT_BEHIND), SWEPT_AT_ONCE)) {
            settle(row.place(), row.path());
        }
    }

    /// Deletes a file, or a folder with all that is in it. Revisions stay.
    ///
    /// @return the files that were deleted
    List<String> delete(Place place, FilePath path, String by) {
        var deleted = new ArrayList<String>();
        boolean known =
                Boolean.TRUE.equals(
                        transaction.execute(_ -> {
                            deleted.clear();
                            lock(place);
                            var files = filesAt(place, path);
                            var folders = rows.deleteFolders(place, path);
                            var now = now();
                            rows.write(
                                    place,
                                    files.stream()
                                            .map(f -> new Change(f.path(), null, 0, null, by, now))
                                            .toList());
                            files.forEach(f -> {
                                deleted.add(f.path());
                                record(place, by, "file.delete", f.path());
                            });
                            return !files.isEmpty() || !folders.isEmpty();
                        }));
        if (!known) {
            throw notFound(place, path);
        }
        deleted.forEach(file -> settle(place, file));
        return deleted;
    }

    private List<Row> filesAt(Place place, FilePath path) {
        var file = rows.find(place, path.path()).filter(row -> !row.deleted());
        return file.map(List::of).orElseGet(() -> rows.below(place, path.prefix()));
    }

    private static ServiceException.NotFound notFound(Place place, FilePath path) {
        return new ServiceException.NotFound(
                "Not Found: file '%s' of namespace '%s'".formatted(path.path(), place.namespace()));
    }

    /// Gives a file, or all of a folder, another path.
    void move(Place place, FilePath from, FilePath to, String by) {
        if (to.path().equals(from.path()) || to.path().startsWith(from.prefix())) {
            throw new ServiceException.Invalid(
                    "to", "Illegal argument: '%s' lies in what is moved".formatted(to.path()));
        }
        var changed = new ArrayList<String>();
        transaction.executeWithoutResult(_ -> {
            changed.clear();
            lock(place);
            var files = filesAt(place, from);
            boolean isFile = files.size() == 1 && files.getFirst().path().equals(from.path());
            var folders = isFile ? List.<String>of() : rows.deleteFolders(place, from);
            if (files.isEmpty() && folders.isEmpty()) {
                throw notFound(place, from);
            }
            boolean taken =
                    rows.find(place, to.path()).filter(row -> !row.deleted()).isPresent()
                            || rows.isFolder(place, to)
                            || rows.anyFile(place, to.parents());
            if (taken) {
                throw new ServiceException.Conflict(
                        "Expected nothing at '%s' but there is something".formatted(to.path()));
            }
            var now = now();
            var changes = new ArrayList<Change>();
            for (var file : files) {
                var target = to.path() + file.path().substring(from.path().length());
                changes.add(new Change(file.path(), null, 0, null, by, now));
                changes.add(new Change(target, file.content(), file.bytes(), null, by, now));
                record(place, by, "file.move", file.path());
            }
            rows.write(place, changes);
            for (var folder : folders) {
                rows.addFolder(place, to.path() + folder.substring(from.path().length()), now);
            }
            changes.forEach(c -> changed.add(c.path()));
        });
        changed.forEach(path -> settle(place, path));
    }

    void makeFolder(Place place, FilePath path, String by) {
        transaction.executeWithoutResult(_ -> {
            lock(place);
            var all = new ArrayList<>(path.parents());
            all.add(path.path());
            if (rows.anyFile(place, all)) {
                throw new ServiceException.Conflict(
                        "Expected a folder at '%s' but there is a file".formatted(path.path()));
            }
            rows.addFolder(place, path.path(), now());
            record(place, by, "file.make-folder", path.path());
        });
    }

    /// @throws ServiceException.NotFound if there is neither a file nor a folder
    Attributes stats(Place place, FilePath path) {
        var file = rows.find(place, path.path()).filter(row -> !row.deleted());
        if (file.isPresent()) {
            var row = file.get();
            return new Attributes(
                    path.name(), false, row.bytes(), row.createdAt(), row.updatedAt());
        }
        if (!rows.isFolder(place, path)) {
            throw notFound(place, path);
        }
        var children = rows.children(place, path);
        var made = children.stream().map(FileRows.Child::createdAt).min(Instant::compareTo);
        var changed = children.stream().map(FileRows.Child::updatedAt).max(Instant::compareTo);
        return new Attributes(
                path.isRoot() ? "_files" : path.name(),
                true,
                0,
                made.orElse(Instant.EPOCH),
                changed.orElse(Instant.EPOCH));
    }

    /// What lies directly in a folder.
    ///
    /// @throws ServiceException.NotFound if there is no such folder
    List<Attributes> list(Place place, FilePath folder) {
        if (!rows.isFolder(place, folder)) {
            throw notFound(place, folder);
        }
        return rows.children(place, folder).stream()
                .filter(child -> !child.name().isEmpty())
                .map(child ->
                        new Attributes(
                                child.name(),
                                child.folder(),
                                child.bytes(),
                                child.createdAt(),
                                child.updatedAt()))
                .toList();
    }

    /// All files, in order.
    List<String> paths(Place place) {
        return rows.below(place, "").stream().map(Row::path).toList();
    }

    /// What a revision of a file holds.
    ///
    /// @param bytes its length
    record Opened(InputStream stream, long bytes, int revision) {}

    /// @param revision absent for the newest
    /// @throws ServiceException.NotFound if there is no such file, or it is deleted at that
    ///   revision
    Opened open(Place place, FilePath path, @Nullable Integer revision) {
        Optional<Opened> opened;
        try {
            opened =
                    revision == null
                            ? open(place, rows.find(place, path.path()))
                            : openRevision(place, path, revision);
        } catch (FileNotFoundException e) {
            opened = Optional.empty();
        } catch (IOException e) {
            throw unavailable(e);
        }
        return opened.orElseThrow(() -> notFound(place, path));
    }

    private Optional<Opened> open(Place place, Optional<Row> row) throws IOException {
        if (row.isEmpty() || row.get().content() == null) {
            return Optional.empty();
        }
        var content = storage.get(folder(place).content(row.get().content()));
        return Optional.of(new Opened(content, row.get().bytes(), row.get().revision()));
    }

    private Optional<Opened> openRevision(Place place, FilePath path, int revision)
            throws IOException {
        for (var known : rows.revisions(place, path.path())) {
            if (known.revision() == revision && known.content() != null) {
                return Optional.of(
                        new Opened(
                                storage.get(folder(place).content(known.content())),
                                known.bytes(),
                                revision));
            }
        }
        return Optional.empty();
    }

    /// @throws ServiceException.NotFound if there never was such a file
    List<FileRows.Revision> revisions(Place place, FilePath path) {
        var revisions = rows.revisions(place, path.path());
        if (revisions.isEmpty()) {
            throw notFound(place, path);
        }
        return revisions;
    }

    /// Deletes former revisions; the newest of each file always stays.
    ///
    /// @return how many
    int purge(PurgeRequest.Range range, @Nullable Instant before, int keep, String by) {
        var purged =
                transaction.execute(_ -> {
                    var gone = rows.purge(range, before, keep);
                    if (gone.revisions() > 0) {
                        audit.changed(
                                range.tenant(),
                                by,
                                "file.purge",
                                "file",
                                Map.of("count", Integer.toString(gone.revisions())));
                    }
                    return gone;
                });
        purged.orphans().forEach(o -> deleteQuietly(range.tenant(), o.namespace(), o.content()));
        return purged.revisions();
    }

    /// As the database keeps it.
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
