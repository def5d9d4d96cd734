// SPDX-License-Identifier: Apache-2.0
package io.millrace.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// Files below one directory, `{root}/{tenant}/{path}`. Symbolic links are never followed.
final class DirectoryStorage implements InternalStorage {
    private static final String UPLOADS = ".uploads";

    private final Path root;

    DirectoryStorage(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    @Override
    public long put(StoragePath path, InputStream content) throws IOException {
        var uploads = Files.createDirectories(root.resolve(UPLOADS));
        var upload = uploads.resolve(UUID.randomUUID().toString());
        try {
            long bytes = Files.copy(content, upload);
            move(upload, fileOf(path));
            return bytes;
        } finally {
            Files.deleteIfExists(upload);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        // a delete may remove the empty parent between the two steps
        for (int attempt = 0; ; attempt++) {
            try {
                Files.createDirectories(parent(to));
                Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
                return;
            } catch (NoSuchFileException | FileAlreadyExistsException e) {
                if (attempt == 3) {
                    throw e;
                }
            }
        }
    }

    @Override
    public InputStream get(StoragePath path) throws IOException {
        return Files.newInputStream(existing(path), LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public long size(StoragePath path) throws IOException {
        return Files.size(existing(path));
    }

    @Override
    public boolean delete(StoragePath path) throws IOException {
        var file = fileOf(path);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        boolean deleted = Files.deleteIfExists(file);
        deleteEmptyFolders(parent(file));
        return deleted;
    }

    private void deleteEmptyFolders(Path from) throws IOException {
        try {
            for (var dir = from; !dir.equals(root); dir = parent(dir)) {
                Files.deleteIfExists(dir);
            }
        } catch (DirectoryNotEmptyException _) {
            // still in use
        }
    }

    @Override
    public List<StoragePath> list(StoragePath folder) throws IOException {
        var dir = fileOf(folder);
        if (!Files.isDirectory(dir, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        try (var files = Files.walk(dir)) {
            return files.filter(f -> Files.isRegularFile(f, LinkOption.NOFOLLOW_LINKS))
                    .map(f -> folder.resolve(dir.relativize(f).toString()))
                    .sorted((a, b) -> a.path().compareTo(b.path()))
                    .toList();
        }
    }

    @Override
    public List<StoragePath> listAll(String tenant) throws IOException {
        var dir = root.resolve(new StoragePath(tenant, "any").tenant());
        if (!Files.isDirectory(dir, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        try (var files = Files.walk(dir)) {
            return files.filter(f -> Files.isRegularFile(f, LinkOption.NOFOLLOW_LINKS))
                    .map(f -> new StoragePath(tenant, dir.relativize(f).toString()))
                    .sorted((a, b) -> a.path().compareTo(b.path()))
                    .toList();
        }
    }

    /// Files are replaced and never changed, so both places may share one.
    @Override
    public void copy(StoragePath from, StoragePath to) throws IOException {
        var source = existing(from);
        var uploads = Files.createDirectories(root.resolve(UPLOADS));
        var upload = uploads.resolve(UUID.randomUUID().toString());
        try {
            try {
                Files.createLink(upload, source);
            } catch (UnsupportedOperationException | FileSystemException _) {
                Files.copy(source, upload);
            }
            move(upload, fileOf(to));
        } finally {
            Files.deleteIfExists(upload);
        }
    }

    @Override
    public List<StoragePath> deleteFolder(StoragePath folder) throws IOException {
        var deleted = new ArrayList<StoragePath>();
        for (var path : list(folder)) {
            if (delete(path)) {
                deleted.add(path);
            }
        }
        return deleted;
    }

    @Override
    public void close() {}

    private Path existing(StoragePath path) throws FileNotFoundException {
        var file = fileOf(path);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileNotFoundException("No such file: " + path.uri());
        }
        return file;
    }

    private Path fileOf(StoragePath path) {
        var file = root.resolve(path.tenant()).resolve(path.path()).normalize();
        if (!file.startsWith(root.resolve(path.tenant()))) {
            throw new StorageAccessException("Expected a plain path but got '%s'".formatted(path));
        }
        for (var dir = parent(file); !dir.equals(root); dir = parent(dir)) {
            if (Files.isSymbolicLink(dir)) {
                throw new StorageAccessException("A link in the storage: '%s'".formatted(path));
            }
        }
        return file;
    }

    private static Path parent(Path path) {
        var parent = path.getParent();
        if (parent == null) {
            throw new IllegalArgumentException("Expected a path below the root but got " + path);
        }
        return parent;
    }
}
