// SPDX-License-Identifier: Apache-2.0
package io.millrace.storage;

import java.util.List;
import java.util.Optional;

/// Where the files of a namespace lie.
public record NamespaceFolder(String tenant, String namespace) {
    private static final String FILES = "_files";
    private static final String CONTENTS = "_contents";

    public NamespaceFolder {
        var segments = List.of(namespace.split("\\.", -1));
        if (segments.contains(FILES) || segments.contains(CONTENTS)) {
            throw new StorageAccessException(
                    "Expected another namespace than '%s'".formatted(namespace));
        }
    }

    /// Files as they are now, by their paths.
    public StoragePath files() {
        return folder(FILES);
    }

    /// A file as it is now.
    ///
    /// @param path with or without a slash in front
    /// @throws StorageAccessException if it isn't a plain path
    public StoragePath file(String path) {
        return files().resolve(path.startsWith("/") ? path.substring(1) : path);
    }

    /// What some revision of some file holds.
    public StoragePath content(String id) {
        return folder(CONTENTS).resolve(id);
    }

    private StoragePath folder(String name) {
        return new StoragePath(tenant, namespace.replace('.', '/') + "/" + name);
    }

    /// The namespace whose file this is, if it is one.
    public static Optional<String> namespaceOf(StoragePath path) {
        int end = ("/" + path.path()).indexOf("/" + FILES + "/");
        return end <= 0
                ? Optional.empty()
                : Optional.of(path.path().substring(0, end - 1).replace('/', '.'));
    }
}
