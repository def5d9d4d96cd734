// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.ui;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// The files of the UI on the class path, as its build has listed them: what isn't on the list is
/// not looked for, so that no path leads anywhere else.
@Component
class UiFiles {
    static final String FOLDER = "millrace-ui/";
    static final String INDEX = "index.html";

    private final Map<String, UiFile> files;

    UiFiles() {
        this(FOLDER + "files.tsv");
    }

    UiFiles(String list) {
        this.files = read(list);
    }

    /// @param hash of what it holds
    /// @param encodings besides the plain one: `br`, `gzip`
    record UiFile(String name, String hash, List<String> encodings) {

        /// Whether its name changes with what it holds.
        boolean immutable() {
            return name.startsWith("assets/");
        }

        /// @param accepted of a request's header `Accept-Encoding`
        String bestEncoding(String accepted) {
            return encodings.stream()
                    .filter(encoding -> accepts(accepted, encoding))
                    .findFirst()
                    .orElse("");
        }

        private static boolean accepts(String accepted, String encoding) {
            for (var one : accepted.split(",")) {
                var parts = one.strip().split("\\s*;\\s*");
                if (parts[0].equals(encoding)) {
                    return parts.length == 1 || !parts[1].matches("q=0(\\.0*)?");
                }
            }
            return false;
        }
    }

    Optional<UiFile> find(String name) {
        return Optional.ofNullable(files.get(name));
    }

    /// @param encoding one of the file's, or empty for the plain one
    byte[] content(UiFile file, String encoding) {
        var suffix =
                switch (encoding) {
                    case "br" -> ".br";
                    case "gzip" -> ".gz";
                    default -> "";
                };
        try (var stream = open(FOLDER + file.name() + suffix)) {
            if (stream == null) {
                throw new IllegalStateException("Expected the file " + file.name() + suffix);
            }
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, UiFile> read(String list) {
        try (var stream = open(list)) {
            if (stream == null) {
                return Map.of(); // built without the UI
            }
            var files = new HashMap<String, UiFile>();
            for (var line :
                    new String(stream.readAllBytes(), StandardCharsets.UTF_8).split("\\R")) {
                var columns = line.split("\t", -1);
                files.put(
                        columns[0],
                        new UiFile(
                                columns[0],
                                columns[1],
                                columns[2].isEmpty() ? List.of() : List.of(columns[2].split(","))));
            }
            return Map.copyOf(files);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable InputStream open(String path) {
        return UiFiles.class.getClassLoader().getResourceAsStream(path);
    }
}
