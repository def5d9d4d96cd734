// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.azure;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.net.URLEncoder;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Where a blob is, or goes to.
public record BlobPath(
        @Title("Container; the same if absent") @Nullable String container,
        @Title("Name, or what the name begins with where there are several")
                @Nullable String name) {
    private static final Pattern CONTAINER = Pattern.compile("\\$?[a-z0-9-]{1,63}");

    static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }

    /// @throws TaskFailedException if it can't be the name of a container
    static String container(String name) throws TaskFailedException {
        if (!CONTAINER.matcher(name).matches()) {
            throw new TaskFailedException(
                    "Expected a container's name of small letters, digits and - but got '%s'"
                            .formatted(name));
        }
        return encoded(name);
    }

    /// @throws TaskFailedException if it can't be the name of a blob
    static String name(String name) throws TaskFailedException {
        var parts = name.split("/", -1);
        if (name.isBlank() || Arrays.stream(parts).anyMatch(p -> p.equals(".") || p.equals(".."))) {
            throw new TaskFailedException(
                    "Expected the name of a blob but got '%s'".formatted(name));
        }
        return Arrays.stream(parts).map(BlobPath::encoded).collect(Collectors.joining("/"));
    }
}
