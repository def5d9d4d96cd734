// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

import io.millrace.plugin.TaskFailedException;

/// Where an object is, or what the names of some begin with: `gs://bucket/name`.
///
/// @param name empty: the bucket
record GsUri(String bucket, String name) {
    private static final String SCHEME = "gs://";

    /// @throws TaskFailedException if it is none
    static GsUri of(String text) throws TaskFailedException {
        var uri = text.strip();
        int slash = uri.indexOf('/', SCHEME.length());
        var bucket =
                uri.startsWith(SCHEME)
                        ? uri.substring(SCHEME.length(), slash < 0 ? uri.length() : slash)
                        : "";
        if (!bucket.matches("[a-z0-9._-]{1,222}")) {
            throw new TaskFailedException(
                    "Expected a URI such as gs://bucket/name but got '%s'".formatted(text));
        }
        return new GsUri(bucket, slash < 0 ? "" : uri.substring(slash + 1));
    }

    /// @throws TaskFailedException if it is none of one object
    static GsUri ofObject(String text) throws TaskFailedException {
        var uri = of(text);
        if (uri.name().isEmpty() || uri.name().endsWith("/")) {
            throw new TaskFailedException(
                    "Expected the URI of one object but got '%s'".formatted(text));
        }
        return uri;
    }

    /// What stands below it by a file's name.
    GsUri below(String file) {
        return new GsUri(
                bucket, name.isEmpty() || name.endsWith("/") ? name + file : name + "/" + file);
    }

    @Override
    public String toString() {
        return SCHEME + bucket + "/" + name;
    }
}
