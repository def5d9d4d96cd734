// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

import java.nio.file.Files;
import java.nio.file.Path;

/// Links that scripts leave in a working directory: what the worker writes there must not follow
/// them, for it may write where a script may not.
public final class Links {
    private Links() {}

    /// @param target within the directory, by its name
    /// @throws TaskFailedException if a link leads from the directory to where the target is to be
    public static void refuse(Path directory, Path target) throws TaskFailedException {
        for (var path = target.getParent();
                path != null && path.startsWith(directory) && !path.equals(directory);
                path = path.getParent()) {
            if (Files.isSymbolicLink(path)) {
                throw new TaskFailedException(
                        "Expected a directory but '%s' is a link"
                                .formatted(directory.relativize(path)));
            }
        }
    }
}
