// SPDX-License-Identifier: Apache-2.0
package io.millrace.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/// PostgreSQL's programs, unpacked from the class path once.
final class PostgresBinaries {
    /// Major and minor version of the archive on the class path.
    static final String VERSION = "18.6";

    private PostgresBinaries() {}

    /// Unpacks into `parent/postgresql-<version>` unless that is done already; processes that do it
    /// at the same time wait for each other.
    ///
    /// @return the directory that holds `bin`, `lib` and `share`
    static Path unpack(Path parent) {
        var target = parent.resolve("postgresql-" + VERSION);
        var done = target.resolve(".complete");
        if (Files.exists(done)) {
            return target;
        }
        try {
            Files.createDirectories(parent);
            try (var lock =
                            FileChannel.open(
                                    parent.resolve(".unpack.lock"),
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.WRITE);
                    var _ = lock.lock()) {
                if (!Files.exists(done)) {
                    unpackArchive(target);
                    Files.createFile(done);
                }
            }
        } catch (IOException e) {
            throw new EmbeddedException("PostgreSQL can't be unpacked into " + target, e);
        }
        return target;
    }

    private static void unpackArchive(Path target) throws IOException {
        var name = archiveName();
        var stream = PostgresBinaries.class.getResourceAsStream("/" + name);
        if (stream == null) {
            throw new EmbeddedException(
                    "There is no embedded PostgreSQL for this system ("
                            + name
                            + " isn't on the class path): set MILLRACE_POSTGRES_URL to a real one");
        }
        try (var tar =
                new TarArchiveInputStream(
                        new XZCompressorInputStream(new BufferedInputStream(stream)))) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                unpackEntry(tar, entry, target);
            }
        }
    }

    private static void unpackEntry(TarArchiveInputStream tar, TarArchiveEntry entry, Path target)
            throws IOException {
        var path = target.resolve(entry.getName()).normalize();
        if (!path.startsWith(target)) {
            throw new IOException("Entry outside of the archive: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(path);
            return;
        }
        var directory = path.getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        Files.deleteIfExists(path);
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else if (entry.isFile()) {
            Files.copy(tar, path);
            var executable = (entry.getMode() & 0100) != 0;
            Files.setPosixFilePermissions(
                    path, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
        }
    }

    private static String archiveName() {
        var os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        var arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        var system = os.contains("mac") ? "darwin" : os.split(" ", -1)[0];
        var machine =
                switch (arch) {
                    case "amd64", "x86_64" -> "x86_64";
                    case "aarch64", "arm64" -> "arm_64";
                    default -> arch;
                };
        return "postgres-" + system + "-" + machine + ".txz";
    }
}
