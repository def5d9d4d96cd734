// SPDX-License-Identifier: Apache-2.0
package io.millrace.storage;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/// Where a file lies within one tenant. Users see it as an opaque URI `kestra:///…`, which never
/// names the tenant: that comes from the caller's token.
///
/// @param path segments joined by `/`, without one in front; none is empty, `.` or `..`
public record StoragePath(String tenant, String path) {
    private static final int MAX_BYTES = 1000;

    public StoragePath {
        check(tenant);
        if (tenant.contains("/")) {
            throw new StorageAccessException("Expected a tenant but got '%s'".formatted(tenant));
        }
        check(path);
    }

    /// @throws StorageAccessException if it is no URI of the internal storage
    public static StoragePath of(String tenant, URI uri) {
        if (!"kestra".equals(uri.getScheme())
                || uri.getRawAuthority() != null
                || uri.getRawQuery() != null
                || uri.getRawFragment() != null
                || uri.getPath() == null
                || !uri.getPath().startsWith("/")) {
            throw new StorageAccessException(
                    "Expected a URI like kestra:///… but got '%s'".formatted(uri));
        }
        return new StoragePath(tenant, uri.getPath().substring(1));
    }

    public StoragePath resolve(String relative) {
        return new StoragePath(tenant, path + "/" + relative);
    }

    public boolean startsWith(StoragePath folder) {
        return tenant.equals(folder.tenant) && path.startsWith(folder.path + "/");
    }

    /// Last segment.
    public String fileName() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    public URI uri() {
        var uri = new StringBuilder("kestra:///");
        for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (c < 128 && (Character.isLetterOrDigit(c) || "/-._~".indexOf(c) >= 0)) {
                uri.append(c);
            } else {
                uri.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
            }
        }
        return URI.create(uri.toString());
    }

    private static void check(String path) {
        for (var segment : List.of(path.split("/", -1))) {
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                throw new StorageAccessException(
                        "Expected a plain path but got '%s'".formatted(path));
            }
        }
        if (path.chars().anyMatch(c -> c < ' ' || c == '\\' || c == 127)
                || path.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new StorageAccessException(
                    "Expected a path of at most %d bytes without control characters"
                            .formatted(MAX_BYTES));
        }
    }
}
