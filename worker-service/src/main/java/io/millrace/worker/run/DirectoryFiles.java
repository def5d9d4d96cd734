// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.contracts.Codec;
import io.millrace.plugin.Links;
import io.millrace.plugin.NamespaceFilesOptions;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskLog;
import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.PatternSyntaxException;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// Lays the files of a working directory before tasks run in it, and keeps some of them after.
final class DirectoryFiles {
    private static final String MADE_AT = ".millrace-cache";

    private final Path directory;
    private final JobFiles files;
    private final TaskLog log;
    private final InstantSource clock;
    private final long maxBytes;
    private Instant laidAt = Instant.EPOCH;

    /// @param maxBytes most that a cache may hold
    DirectoryFiles(
            Path directory, JobFiles files, TaskLog log, InstantSource clock, long maxBytes) {
        this.directory = directory;
        this.files = files;
        this.log = log;
        this.clock = clock;
        this.maxBytes = maxBytes;
    }

    /// Writes files by name: a text as it is, or what lies at a URI of the internal storage.
    ///
    /// @param given a map, or its JSON
    void layInputs(@Nullable Object given) throws IOException, TaskFailedException {
        for (var file : map(given).entrySet()) {
            var target = resolve(String.valueOf(file.getKey()));
            Files.createDirectories(parentOf(target));
            var content = file.getValue();
            if (content instanceof String text && text.strip().startsWith("kestra://")) {
                try (var stored = files.get(URI.create(text.strip()))) {
                    Files.deleteIfExists(target);
                    Files.copy(stored, target);
                }
            } else {
                Files.writeString(target, textOf(content));
            }
        }
    }

    /// Which files of namespaces are laid.
    static NamespaceFilesOptions namespaceFiles(Map<?, ?> options) throws TaskFailedException {
        var ifExists = options.get("ifExists");
        try {
            return new NamespaceFilesOptions(
                    !isFalse(options.get("enabled")),
                    texts(options.get("include")),
                    texts(options.get("exclude")),
                    texts(options.get("namespaces")),
                    ifExists == null
                            ? NamespaceFilesOptions.IfExists.OVERWRITE
                            : NamespaceFilesOptions.IfExists.valueOf(
                                    ifExists.toString().toUpperCase(Locale.ROOT)),
                    "true".equals(String.valueOf(options.get("folderPerNamespace"))));
        } catch (IllegalArgumentException e) {
            throw new TaskFailedException("Expected no such ifExists as " + ifExists, e);
        }
    }

    private static boolean isFalse(@Nullable Object enabled) {
        return enabled != null && enabled.toString().equals("false");
    }

    private static List<String> texts(@Nullable Object list) {
        return list instanceof List<?> all ? all.stream().map(String::valueOf).toList() : List.of();
    }

    private static Map<?, ?> map(@Nullable Object given) throws TaskFailedException {
        return switch (given) {
            case null -> Map.of();
            case Map<?, ?> map -> map;
            case String text when text.isBlank() -> Map.of();
            case String text -> {
                try {
                    yield Codec.decode(text.getBytes(UTF_8), Map.class);
                } catch (JacksonException e) {
                    throw new TaskFailedException(
                            "Expected a map of file names to contents as inputFiles", e);
                }
            }
            default ->
                    throw new TaskFailedException(
                            "Expected a map of file names to contents as inputFiles");
        };
    }

    private static String textOf(@Nullable Object content) {
        return switch (content) {
            case null -> "";
            case Map<?, ?> map -> new String(Codec.encode(map), UTF_8);
            case List<?> list -> new String(Codec.encode(list), UTF_8);
            default -> content.toString();
        };
    }

    private Path resolve(String name) throws TaskFailedException {
        var target = directory.resolve(name).normalize();
        if (!target.startsWith(directory) || target.equals(directory)) {
            throw new TaskFailedException(
                    "Expected a file in the working directory but got '%s'".formatted(name));
        }
        Links.refuse(directory, target);
        return target;
    }

    private Path parentOf(Path file) {
        var parent = file.getParent();
        return parent == null ? directory : parent;
    }

    /// Stores the files that match one of the patterns.
    ///
    /// @return their URIs by path within the directory
    Map<String, @Nullable Object> keepOutputs(List<String> patterns)
            throws IOException, TaskFailedException {
        var uris = new LinkedHashMap<String, @Nullable Object>();
        for (var file : matching(patterns)) {
            var name = nameOf(file);
            try (var content = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                uris.put(name, files.put(name, content).toString());
            }
        }
        return uris;
    }

    private String nameOf(Path file) {
        return directory.relativize(file).toString();
    }

    /// Regular files that match, in order; links that lead elsewhere are left out.
    private List<Path> matching(List<String> patterns) throws IOException, TaskFailedException {
        var matchers = matchers(patterns);
        try (var all = Files.walk(directory)) {
            return all.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .filter(file ->
                            matchers.stream().anyMatch(m -> m.matches(directory.relativize(file))))
                    .sorted()
                    .toList();
        }
    }

    private static List<PathMatcher> matchers(List<String> patterns) throws TaskFailedException {
        var matchers = new ArrayList<PathMatcher>();
        for (var pattern : patterns) {
            try {
                boolean hasSyntax = pattern.startsWith("glob:") || pattern.startsWith("regex:");
                matchers.add(
                        FileSystems.getDefault()
                                .getPathMatcher(hasSyntax ? pattern : "glob:" + pattern));
            } catch (PatternSyntaxException e) {
                throw new TaskFailedException("Expected a pattern but got: " + pattern, e);
            }
        }
        return matchers;
    }

    /// Puts back what the last run has kept, if it isn't too old.
    ///
    /// @param cache `patterns`, and perhaps `ttl`
    void layCache(Map<?, ?> cache, @Nullable String value) throws IOException, TaskFailedException {
        try (var stored = files.openCache(value)) {
            unpack(stored, ttlOf(cache));
        } catch (FileNotFoundException _) {
            log.debug("There is no cache yet");
        }
    }

    private void unpack(InputStream stored, @Nullable Duration ttl)
            throws IOException, TaskFailedException {
        try (var archive = new ZipInputStream(stored)) {
            long left = maxBytes;
            for (var entry = archive.getNextEntry();
                    entry != null;
                    entry = archive.getNextEntry()) {
                if (entry.getName().equals(MADE_AT)) {
                    var madeAt = Instant.parse(new String(archive.readAllBytes(), UTF_8));
                    if (ttl != null && madeAt.plus(ttl).isBefore(clock.instant())) {
                        log.debug("The cache is too old");
                        return;
                    }
                } else if (!entry.isDirectory()) {
                    left -= unpack(archive, resolve(entry.getName()), left);
                }
            }
        }
        laidAt = clock.instant();
        log.debug("The cache is laid");
    }

    private long unpack(InputStream content, Path target, long most)
            throws IOException, TaskFailedException {
        Files.createDirectories(parentOf(target));
        try (var out = Files.newOutputStream(target)) {
            var buffer = new byte[8192];
            long written = 0;
            for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
                written += n;
                if (written > most) {
                    throw new TaskFailedException(
                            "The cache holds more than %d bytes".formatted(maxBytes));
                }
                out.write(buffer, 0, n);
            }
            return written;
        }
    }

    private static @Nullable Duration ttlOf(Map<?, ?> cache) throws TaskFailedException {
        var ttl = cache.get("ttl");
        try {
            return ttl == null ? null : Duration.parse(ttl.toString());
        } catch (DateTimeParseException e) {
            throw new TaskFailedException("Expected a duration as ttl but got " + ttl, e);
        }
    }

    /// Keeps files for the next run, if any of them has changed.
    void keepCache(Map<?, ?> cache, @Nullable String value)
            throws IOException, TaskFailedException {
        var kept = matching(texts(cache.get("patterns")));
        boolean changed = false;
        long bytes = 0;
        for (var file : kept) {
            changed |= Files.getLastModifiedTime(file).toInstant().isAfter(laidAt);
            bytes += Files.size(file);
        }
        if (!changed) {
            log.debug("Nothing in the cache has changed");
            return;
        }
        if (bytes > maxBytes) {
            log.warn("The cache is not kept: %d bytes, at most %d".formatted(bytes, maxBytes));
            return;
        }
        var packed = Files.createTempFile("millrace-cache-", ".zip");
        try {
            pack(kept, packed);
            try (var content = Files.newInputStream(packed)) {
                files.putCache(value, content);
            }
            log.debug("The cache is kept");
        } finally {
            Files.deleteIfExists(packed);
        }
    }

    private void pack(List<Path> kept, Path packed) throws IOException {
        try (var archive =
                new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(packed)))) {
            archive.putNextEntry(new ZipEntry(MADE_AT));
            archive.write(clock.instant().toString().getBytes(UTF_8));
            archive.closeEntry();
            for (var file : kept) {
                archive.putNextEntry(new ZipEntry(nameOf(file)));
                try (var content =
                        files.masked(Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS))) {
                    content.transferTo(archive);
                }
                archive.closeEntry();
            }
        }
    }
}
