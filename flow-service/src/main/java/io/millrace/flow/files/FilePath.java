// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.files;

import io.millrace.platform.problem.ServiceException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A path within a namespace: plain segments joined by `/`, without one in front. The root is
/// empty.
record FilePath(String path) {
    static final FilePath ROOT = new FilePath("");

    /// Folder of an archive with the namespace's flows; no file may lie there.
    static final String FLOWS = "_flows";

    private static final int MAX_BYTES = 500;

    /// @param text with or without a slash in front and behind
    /// @throws ServiceException.Invalid if it leads anywhere else, or is too long
    static FilePath of(@Nullable String text) {
        if (text == null) {
            return ROOT;
        }
        var segments = Arrays.stream(text.split("/", -1)).filter(s -> !s.isEmpty()).toList();
        var path = segments.stream().collect(Collectors.joining("/"));
        boolean plain =
                segments.stream().noneMatch(s -> s.equals(".") || s.equals(".."))
                        && path.chars().noneMatch(c -> c < ' ' || c == '\\' || c == 127);
        if (!plain) {
            throw new ServiceException.Invalid(
                    "path", "Illegal argument: expected a plain path but got '%s'".formatted(text));
        }
        if (path.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new ServiceException.Invalid(
                    "path",
                    "Illegal argument: expected a path of at most %d bytes".formatted(MAX_BYTES));
        }
        if (!segments.isEmpty() && segments.getFirst().equals(FLOWS)) {
            throw new ServiceException.Invalid(
                    "path", "Illegal argument: Forbidden path: /" + path);
        }
        return new FilePath(path);
    }

    /// Like [#of(String)], but not the root.
    static FilePath ofFile(@Nullable String text) {
        var path = of(text);
        if (path.isRoot()) {
            throw new ServiceException.Invalid(
                    "path", "Illegal argument: expected a path of a file");
        }
        return path;
    }

    boolean isRoot() {
        return path.isEmpty();
    }

    String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /// What the paths of all that lies in it begin with.
    String prefix() {
        return isRoot() ? "" : path + "/";
    }

    /// The folders that it lies in, without the root.
    List<String> parents() {
        var parents = new java.util.ArrayList<String>();
        for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
            parents.add(path.substring(0, slash));
        }
        return parents;
    }
}
