// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskFailedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Packages that scripts on this machine need, each set installed once for a tenant.
///
/// A set is installed as the user that scripts of the tenant run as, and is the worker's from then
/// on: no script changes what others run.
final class Dependencies {
    private final @Nullable Path given;
    private final Duration keep;
    private final Map<Path, ReentrantLock> installing = new ConcurrentHashMap<>();

    private Dependencies(@Nullable Path given, Duration keep) {
        this.given = given;
        this.keep = keep;
    }

    /// `script.dependencies.folder`: where they lie; `script.dependencies.keep`: how long a set
    /// stays that nobody uses.
    static Dependencies of(PluginSettings settings) {
        return new Dependencies(
                settings.text("script.dependencies.folder").map(Path::of).orElse(null),
                settings.duration("script.dependencies.keep", Duration.ofDays(30)));
    }

    /// Installs something into a folder that is there and empty.
    @FunctionalInterface
    interface Installer {
        void installInto(Path folder) throws IOException, InterruptedException, TaskFailedException;
    }

    /// @param tenant whose they are
    /// @param user as whom the installer runs; absent: as the worker
    /// @param what names the set: language, interpreter, packages, and where they come from
    /// @return where they are
    Path get(String tenant, ScriptUsers.@Nullable User user, List<String> what, Installer installer)
            throws IOException, InterruptedException, TaskFailedException {
        var folder = folder();
        var set = folder.resolve(hash(tenant, what));
        var lock = installing.computeIfAbsent(set, _ -> new ReentrantLock());
        lock.lockInterruptibly();
        try {
            if (Files.exists(set)) {
                Files.setLastModifiedTime(set, FileTime.from(Instant.now()));
                return set;
            }
            forgetUnused(folder);
            install(set, user, installer);
            return set;
        } finally {
            lock.unlock();
        }
    }

    private static void install(Path set, ScriptUsers.@Nullable User user, Installer installer)
            throws IOException, InterruptedException, TaskFailedException {
        // beside it, so that it is there as a whole or not at all
        var making = set.resolveSibling("new-" + UUID.randomUUID());
        Files.createDirectory(making);
        try {
            if (user != null) {
                Folders.handOver(making, user);
            }
            installer.installInto(making);
            if (user != null) {
                Folders.takeBack(making, user);
            }
            Files.move(making, set);
        } finally {
            Folders.delete(making);
        }
    }

    private void forgetUnused(Path folder) throws IOException {
        var since = Instant.now().minus(keep);
        List<Path> sets;
        try (var all = Files.list(folder)) {
            sets = all.toList();
        }
        for (var set : sets) {
            if (Files.getLastModifiedTime(set).toInstant().isBefore(since)) {
                Folders.delete(set);
            }
        }
    }

    /// @throws TaskFailedException if somebody else has made it
    private Path folder() throws IOException, TaskFailedException {
        var own = System.getProperty("user.name");
        var folder =
                given != null
                        ? given
                        : Path.of(
                                System.getProperty("java.io.tmpdir"),
                                "millrace-dependencies-" + own);
        if (Files.notExists(folder)) {
            Files.createDirectories(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx--x--x")));
        }
        if (!Files.getOwner(folder).getName().equals(own)) {
            throw new TaskFailedException(
                    "Expected a folder of the worker's user for script.dependencies.folder");
        }
        return folder;
    }

    private static String hash(String tenant, List<String> what) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(tenant.getBytes(StandardCharsets.UTF_8));
            for (var part : what) {
                digest.update((byte) 0);
                digest.update(part.getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
