// SPDX-License-Identifier: Apache-2.0
package io.millrace.flowtest.local;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The internal storage of one test: what is written stays in memory, files of the namespace come
/// from a directory.
final class TestFiles {
    /// Beyond this a test needs a server.
    private static final long MAX_BYTES = 256L << 20;

    private static final String NAMESPACE_FILES = "kestra:///_files/";

    private final @Nullable Path namespaceFiles;
    private final Map<URI, byte[]> written = new HashMap<>();
    private long bytes;

    TestFiles(@Nullable Path namespaceFiles) {
        this.namespaceFiles = namespaceFiles;
    }

    URI put(String folder, String name, InputStream content) throws IOException {
        var all = content.readAllBytes();
        bytes += all.length;
        if (bytes > MAX_BYTES) {
            throw new IOException(
                    "Expected at most %d bytes of files in a test without a server"
                            .formatted(MAX_BYTES));
        }
        var uri =
                URI.create(
                        "kestra:///tests/"
                                + folder
                                + "/"
                                + UUID.randomUUID()
                                + "/"
                                + name.replaceAll("[^A-Za-z0-9._/-]", "_"));
        written.put(uri, all);
        return uri;
    }

    /// @param uriOrPath URI of a file, or path of a file of the namespace
    InputStream open(String uriOrPath) throws IOException {
        var own = written.get(asUri(uriOrPath));
        return own == null ? Files.newInputStream(file(uriOrPath)) : new ByteArrayInputStream(own);
    }

    long size(String uriOrPath) throws IOException {
        var own = written.get(asUri(uriOrPath));
        return own == null ? Files.size(file(uriOrPath)) : own.length;
    }

    boolean exists(String uriOrPath) {
        if (written.containsKey(asUri(uriOrPath))) {
            return true;
        }
        try {
            file(uriOrPath);
            return true;
        } catch (FileNotFoundException e) {
            return false;
        }
    }

    boolean delete(URI uri) {
        return written.remove(uri) != null;
    }

    /// URI of a file of the namespace.
    URI locate(String path) throws IOException {
        file(path);
        return URI.create(NAMESPACE_FILES + path.replace(" ", "%20"));
    }

    private static URI asUri(String uriOrPath) {
        return uriOrPath.contains("://") ? URI.create(uriOrPath) : URI.create("none:none");
    }

    private Path file(String uriOrPath) throws FileNotFoundException {
        var path =
                uriOrPath.startsWith(NAMESPACE_FILES)
                        ? uriOrPath.substring(NAMESPACE_FILES.length()).replace("%20", " ")
                        : uriOrPath;
        if (namespaceFiles != null && !path.contains("://")) {
            var root = namespaceFiles.toAbsolutePath().normalize();
            var file = root.resolve(path.replaceFirst("^/+", "")).normalize();
            if (file.startsWith(root) && Files.isRegularFile(file)) {
                return file;
            }
        }
        throw new FileNotFoundException(uriOrPath);
    }
}
