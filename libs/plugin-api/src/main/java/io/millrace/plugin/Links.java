// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// Links that scripts leave in a directory: what the worker reads or writes there must not follow
/// them, for it may read and write where a script may not.
public final class Links {
    private Links() {}

    /// For what is put in the place of whatever is there.
    ///
    /// @param target within the directory, by its name
    /// @throws TaskFailedException if a link leads from the directory to where the target is to be
    public static void refuse(Path directory, Path target) throws TaskFailedException {
        refuseOnTheWay(directory, target.getParent());
    }

    /// For what is opened by its name.
    ///
    /// @param target within the directory
    /// @throws TaskFailedException if it is a link, or one leads from the directory to it
    public static void refuseAt(Path directory, Path target) throws TaskFailedException {
        refuseOnTheWay(directory, target);
    }

    private static void refuseOnTheWay(Path directory, @Nullable Path last)
            throws TaskFailedException {
        var link = onTheWay(directory, last);
        if (link != null) {
            throw new TaskFailedException(
                    "Expected no link but '%s' is a link".formatted(directory.relativize(link)));
        }
    }

    private static @Nullable Path onTheWay(Path directory, @Nullable Path last) {
        for (var path = last;
                path != null && path.startsWith(directory) && !path.equals(directory);
                path = path.getParent()) {
            if (Files.isSymbolicLink(path)) {
                return path;
            }
        }
        return null;
    }

    /// Whether it is a file, and no link leads from the directory to it.
    public static boolean isFile(Path directory, Path file) {
        return onTheWay(directory, file) == null
                && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    /// For what opens files whose names nobody knows before, as a database does.
    ///
    /// @throws TaskFailedException if a link in the directory leads out of it, or nowhere
    public static void refuseOutward(Path directory) throws IOException, TaskFailedException {
        var real = directory.toRealPath();
        try (var all = Files.walk(directory)) {
            for (var path : (Iterable<Path>) all.filter(Files::isSymbolicLink)::iterator) {
                if (!Files.exists(path) || !path.toRealPath().startsWith(real)) {
                    throw new TaskFailedException(
                            "Expected no link out of the working directory but '%s' is one, and would be followed"
                                    .formatted(directory.relativize(path)));
                }
            }
        }
    }

    /// Opens what a script was to write.
    ///
    /// @throws NoSuchFileException unless it [#isFile]
    public static InputStream open(Path directory, Path file) throws IOException {
        if (!isFile(directory, file)) {
            throw new NoSuchFileException(file.toString(), null, "Expected a file");
        }
        return Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
    }

    /// Writes a file in the place of whatever is there.
    ///
    /// @throws TaskFailedException if a link leads from the directory to where it is to be
    public static void write(Path directory, Path file, String text)
            throws IOException, TaskFailedException {
        refuse(directory, file);
        Files.deleteIfExists(file);
        Files.writeString(file, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }
}
