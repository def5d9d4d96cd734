// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.container;

import io.millrace.plugin.Links;
import io.millrace.plugin.TaskFailedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/// Files on their way into a container and out of it.
public final class Tar {
    /// Nobody knows as whom an image runs.
    private static final int EVERYBODY = 0777;

    private Tar() {}

    /// Writes directories and files, with the folders above them, under their absolute paths.
    ///
    /// @param archive is made
    /// @param roots absolute
    public static void pack(Path archive, Iterable<Path> roots) throws IOException {
        var parents = new TreeSet<Path>();
        for (var root : roots) {
            for (var p = root.getParent(); p != null && p.getNameCount() > 0; p = p.getParent()) {
                // those of the container itself, such as /tmp, keep their modes
                if (p.getNameCount() > 1) {
                    parents.add(p);
                }
            }
        }
        pack(archive, Path.of("/"), parents, roots, EVERYBODY);
    }

    /// Writes what lies below a directory under its paths from there.
    public static void pack(Path archive, Path directory) throws IOException {
        pack(archive, directory, EVERYBODY);
    }

    /// @param mode who may do what with a file
    public static void pack(Path archive, Path directory, int mode) throws IOException {
        pack(archive, directory, new TreeSet<>(), List.of(directory), mode);
    }

    private static void pack(
            Path archive, Path base, Set<Path> parents, Iterable<Path> roots, int mode)
            throws IOException {
        try (var tar = new TarArchiveOutputStream(Files.newOutputStream(archive))) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            var all = new TreeSet<>(parents);
            for (var root : roots) {
                try (var walk = Files.walk(root)) {
                    walk.filter(f -> !f.equals(archive) && !f.equals(base)).forEach(all::add);
                }
            }
            for (var file : all) {
                var name = base.relativize(file).toString();
                if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                    add(tar, new TarArchiveEntry(name + "/"), mode);
                    tar.closeArchiveEntry();
                } else if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    var entry = new TarArchiveEntry(name);
                    entry.setSize(Files.size(file));
                    add(tar, entry, mode);
                    Files.copy(file, tar);
                    tar.closeArchiveEntry();
                }
            }
            tar.finish();
        }
    }

    private static void add(TarArchiveOutputStream tar, TarArchiveEntry entry, int mode)
            throws IOException {
        entry.setMode(mode);
        tar.putArchiveEntry(entry);
    }

    /// Takes plain files and directories out; links and whatever else there is are left out.
    ///
    /// @param prefix what the names begin with and is taken from them
    /// @throws TaskFailedException if a name leads out of the directory
    public static void unpack(InputStream content, String prefix, Path directory)
            throws IOException, TaskFailedException {
        try (var tar = new TarArchiveInputStream(content)) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                var name = entry.getName().replaceFirst("^(\\./|/)+", "");
                name = name.startsWith(prefix) ? name.substring(prefix.length()) : name;
                var target = directory.resolve(name.replaceFirst("^/+", "")).normalize();
                if (!target.startsWith(directory)) {
                    throw new TaskFailedException(
                            "Expected files of the working directory but got '%s'".formatted(name));
                }
                if (target.equals(directory)) {
                    continue;
                }
                Links.refuse(directory, target);
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else if (entry.isFile() && !entry.isLink() && !entry.isSymbolicLink()) {
                    Files.createDirectories(target.getParent());
                    Files.copy(tar, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }
}
