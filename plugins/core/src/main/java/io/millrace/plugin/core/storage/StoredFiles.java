// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.storage;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What the tasks of this package share.
final class StoredFiles {
    private StoredFiles() {}

    static URI uri(String text) throws TaskFailedException {
        try {
            return URI.create(text.strip());
        } catch (IllegalArgumentException e) {
            throw new TaskFailedException("Expected a URI but got '%s'".formatted(text), e);
        }
    }

    /// A list of URIs, or its JSON.
    static List<URI> uris(Object given) throws TaskFailedException {
        var list = given;
        if (given instanceof String text) {
            try {
                list =
                        text.strip().startsWith("[")
                                ? JsonMapper.shared().readValue(text, List.class)
                                : List.of(text);
            } catch (JacksonException e) {
                throw new TaskFailedException("Expected a list of URIs", e);
            }
        }
        if (!(list instanceof List<?> files)) {
            throw new TaskFailedException("Expected a list of URIs");
        }
        var uris = new ArrayList<URI>();
        for (var file : files) {
            uris.add(uri(String.valueOf(file)));
        }
        return uris;
    }

    static InputStream open(TaskContext context, String uri)
            throws IOException, TaskFailedException {
        return context.files().get(uri(uri));
    }

    static URI put(TaskContext context, Path file, String extension) throws IOException {
        try (var content = Files.newInputStream(file)) {
            return context.files().put(UUID.randomUUID() + extension, content);
        }
    }

    static String extensionOf(String uri) {
        var name = uri.substring(uri.lastIndexOf('/') + 1);
        int dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(dot);
    }
}
