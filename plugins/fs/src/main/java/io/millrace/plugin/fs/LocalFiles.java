// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskFailedException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Files of the worker's machine, in the directories that the operator gives a tenant.
///
/// Below these no link is followed. Every directory on the way to a file is opened by its name in
/// the one before, and the file in the last, so that nobody leads a task elsewhere who exchanges a
/// directory for a link meanwhile: scripts of the same tenant may write there, too.
final class LocalFiles implements RemoteFiles {
    /// What files begin with that aren't whole yet. Such are not listed.
    private static final String UNFINISHED = ".millrace-";

    private static final int DEEPEST = 64;

    private final List<Root> roots;

    private LocalFiles(List<Root> roots) {
        this.roots = roots;
    }

    /// @param named as the operator writes it
    /// @param real where that leads
    private record Root(Path named, Path real) {}

    /// @param names on the way from the root; none: the root itself
    private record Place(Path path, Root root, List<Path> names) {
        Path name() {
            return names.getLast();
        }
    }

    /// @throws TaskFailedException unless the operator gives the tenant directories
    static LocalFiles of(PluginSettings settings, String tenant) throws TaskFailedException {
        var own = "fs.local.directories." + tenant;
        boolean said =
                settings.values().keySet().stream()
                        .anyMatch(k -> k.equals(own) || k.startsWith(own + "["));
        var roots = new ArrayList<Root>();
        for (var directory : settings.list(said ? own : "fs.local.directories")) {
            var named = Path.of(directory).normalize();
            if (!named.isAbsolute()) {
                throw new TaskFailedException(
                        "Expected absolute paths in fs.local.directories but got '%s'"
                                .formatted(directory));
            }
            try {
                roots.add(new Root(named, named.toRealPath()));
            } catch (IOException _) {
                // not on this worker
            }
        }
        if (roots.isEmpty()) {
            throw new TaskFailedException(
                    "Files of the worker aren't allowed here: the operator sets fs.local.directories to directories that there are");
        }
        return new LocalFiles(List.copyOf(roots));
    }

    // ---- where files are

    private Place place(String given) throws IOException {
        Path path;
        try {
            path = Path.of(given).normalize();
        } catch (InvalidPathException e) {
            throw new IOException("Expected a path but got '%s'".formatted(given), e);
        }
        if (!path.isAbsolute()) {
            throw new IOException("Expected an absolute path but got '%s'".formatted(given));
        }
        for (var root : roots) {
            for (var start : List.of(root.named(), root.real())) {
                if (path.startsWith(start)) {
                    var names = new ArrayList<Path>();
                    if (!path.equals(start)) {
                        start.relativize(path).forEach(names::add);
                    }
                    return new Place(path, root, names);
                }
            }
        }
        throw new IOException(
                "'%s' isn't below a directory that the operator allows".formatted(given));
    }

    private static Place inside(Place place) throws IOException {
        if (place.names().isEmpty()) {
            throw new IOException(
                    "'%s' is a directory that the operator allows, and stays"
                            .formatted(place.path()));
        }
        return place;
    }

    private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream)
            throws IOException {
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        stream.close();
        throw new IOException("The worker's operating system can't open directories safely");
    }

    /// The directory at the end of so many names.
    @SuppressWarnings("StreamResourceLeak") // the caller closes it
    private static SecureDirectoryStream<Path> open(Place place, int names) throws IOException {
        var at = secure(Files.newDirectoryStream(place.root().real()));
        for (var name : place.names().subList(0, names)) {
            try (var before = at) {
                at = before.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
            } catch (NoSuchFileException e) {
                throw missing(place, e);
            } catch (NotDirectoryException e) {
                throw new IOException(
                        "'%s': %s isn't a directory".formatted(place.path(), name), e);
            } catch (FileSystemException e) {
                throw new IOException(
                        "'%s': %s is a link, or can't be read".formatted(place.path(), name), e);
            }
        }
        return at;
    }

    private static SecureDirectoryStream<Path> parent(Place place) throws IOException {
        return open(place, place.names().size() - 1);
    }

    private static FileNotFoundException missing(Place place, Exception cause) {
        var missing = new FileNotFoundException("There is no '%s'".formatted(place.path()));
        missing.initCause(cause);
        return missing;
    }

    private static @Nullable BasicFileAttributes attributes(
            SecureDirectoryStream<Path> directory, Path name) throws IOException {
        try {
            return directory
                    .getFileAttributeView(
                            name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .readAttributes();
        } catch (NoSuchFileException _) {
            return null;
        }
    }

    /// Of a file, a directory or a link; absent if there is none.
    private static @Nullable BasicFileAttributes attributes(Place place) throws IOException {
        if (place.names().isEmpty()) {
            return Files.readAttributes(place.root().real(), BasicFileAttributes.class);
        }
        try (var parent = parent(place)) {
            return attributes(parent, place.name());
        } catch (FileNotFoundException _) {
            return null;
        }
    }

    /// @throws FileNotFoundException if there is no such file
    BasicFileAttributes attributes(String path) throws IOException {
        var place = place(path);
        var attributes = attributes(place);
        if (attributes == null) {
            throw missing(place, new NoSuchFileException(path));
        }
        return attributes;
    }

    boolean isDirectory(String path) throws IOException {
        var attributes = attributes(place(path));
        return attributes != null && attributes.isDirectory();
    }

    // ---- what is done with them

    @Override
    public List<Entry> list(String path) throws IOException {
        var place = place(path);
        var attributes = attributes(path);
        if (!attributes.isDirectory()) {
            return attributes.isRegularFile()
                    ? List.of(entry(place.path(), attributes))
                    : List.of();
        }
        var entries = new ArrayList<Entry>();
        try (var directory = open(place, place.names().size())) {
            for (var found : directory) {
                var name = found.getFileName();
                var of = attributes(directory, name);
                if (of == null || name.toString().startsWith(UNFINISHED)) {
                    continue;
                }
                if (of.isRegularFile() || of.isDirectory()) {
                    entries.add(entry(place.path().resolve(name), of));
                }
            }
        }
        entries.sort(Comparator.comparing(Entry::name));
        return entries;
    }

    private static Entry entry(Path path, BasicFileAttributes attributes) {
        Instant updated = attributes.lastModifiedTime().toInstant();
        return new Entry(
                path.toString(),
                String.valueOf(path.getFileName()),
                attributes.isDirectory(),
                attributes.size(),
                updated);
    }

    @Override
    public void download(String path, OutputStream to) throws IOException {
        var place = inside(place(path));
        try (var parent = parent(place);
                var content = read(place, parent)) {
            content.transferTo(to);
        }
    }

    private static InputStream read(Place place, SecureDirectoryStream<Path> parent)
            throws IOException {
        var attributes = attributes(parent, place.name());
        if (attributes == null) {
            throw missing(place, new NoSuchFileException(place.path().toString()));
        }
        if (!attributes.isRegularFile()) {
            throw new IOException(
                    "Expected a file but '%s' is a %s"
                            .formatted(
                                    place.path(),
                                    attributes.isDirectory()
                                            ? "directory"
                                            : attributes.isSymbolicLink() ? "link" : "device"));
        }
        return Channels.newInputStream(
                parent.newByteChannel(
                        place.name(), Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)));
    }

    /// It is there as a whole or not at all.
    @Override
    public void upload(InputStream content, String path) throws IOException {
        var place = inside(place(path));
        makeDirectories(place, place.names().size() - 1);
        var unfinished = Path.of(UNFINISHED + UUID.randomUUID());
        try (var parent = parent(place)) {
            try {
                try (var to =
                        Channels.newOutputStream(
                                parent.newByteChannel(
                                        unfinished,
                                        Set.of(
                                                StandardOpenOption.CREATE_NEW,
                                                StandardOpenOption.WRITE,
                                                LinkOption.NOFOLLOW_LINKS)))) {
                    content.transferTo(to);
                }
                parent.move(unfinished, parent, place.name());
            } catch (IOException | RuntimeException e) {
                if (attributes(parent, unfinished) != null) {
                    parent.deleteFile(unfinished);
                }
                throw e;
            }
        }
    }

    /// Makes what is missing of so many names. A directory is made in the root, where nobody can
    /// have put a link in its way, and then put into its place.
    private static void makeDirectories(Place place, int names) throws IOException {
        for (int i = 1; i <= names; i++) {
            var name = place.names().get(i - 1);
            try (var root = open(place, 0);
                    var parent = open(place, i - 1)) {
                if (attributes(parent, name) != null) {
                    continue;
                }
                var made = Path.of(UNFINISHED + UUID.randomUUID());
                Files.createDirectory(place.root().real().resolve(made));
                try {
                    root.move(made, parent, name);
                } catch (IOException e) {
                    root.deleteDirectory(made);
                    if (attributes(parent, name) == null) {
                        throw e;
                    } // else somebody else was faster
                }
            }
        }
    }

    @Override
    public boolean delete(String path) throws IOException {
        return delete(path, false);
    }

    /// @param all of a directory, with what is in it
    /// @return whether it was there
    boolean delete(String path, boolean all) throws IOException {
        var place = inside(place(path));
        try (var parent = parent(place)) {
            var attributes = attributes(parent, place.name());
            if (attributes == null) {
                return false;
            }
            if (!attributes.isDirectory()) {
                parent.deleteFile(place.name());
                return true;
            }
            if (all) {
                try (var directory = open(place, place.names().size())) {
                    empty(directory, 0);
                }
            }
            parent.deleteDirectory(place.name());
            return true;
        } catch (FileNotFoundException _) {
            return false;
        }
    }

    private static void empty(SecureDirectoryStream<Path> directory, int depth) throws IOException {
        if (depth > DEEPEST) {
            throw new IOException("Expected directories at most %d deep".formatted(DEEPEST));
        }
        for (var found : directory) {
            var name = found.getFileName();
            var attributes = attributes(directory, name);
            if (attributes != null && attributes.isDirectory()) {
                try (var below = directory.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
                    empty(below, depth + 1);
                }
                directory.deleteDirectory(name);
            } else if (attributes != null) {
                directory.deleteFile(name);
            }
        }
    }

    @Override
    public boolean exists(String path) throws IOException {
        return attributes(place(path)) != null;
    }

    /// A file that is there is replaced.
    @Override
    public void move(String from, String to) throws IOException {
        var source = inside(place(from));
        var target = inside(place(to));
        makeDirectories(target, target.names().size() - 1);
        try (var out = parent(source);
                var in = parent(target)) {
            if (attributes(out, source.name()) == null) {
                throw missing(source, new NoSuchFileException(from));
            }
            out.move(source.name(), in, target.name());
            return;
        } catch (AtomicMoveNotSupportedException _) {
            // it goes to another disk
        }
        copy(from, to);
        delete(from, true);
    }

    /// Copies a file, or a directory with what is in it; files that are there are replaced.
    void copy(String from, String to) throws IOException {
        copy(from, to, 0);
    }

    private void copy(String from, String to, int depth) throws IOException {
        if (depth > DEEPEST) {
            throw new IOException("Expected directories at most %d deep".formatted(DEEPEST));
        }
        var source = place(from);
        var target = inside(place(to));
        if (!attributes(from).isDirectory()) {
            try (var parent = parent(inside(source));
                    var content = read(source, parent)) {
                upload(content, to);
            }
            return;
        }
        if (target.path().startsWith(source.path())) {
            throw new IOException("A directory can't be copied into itself: '%s'".formatted(to));
        }
        makeDirectories(target, target.names().size());
        for (var entry : list(from)) {
            copy(entry.path(), target.path().resolve(entry.name()).toString(), depth + 1);
        }
    }

    @Override
    public void close() {
        // every call closes what it opens
    }
}
