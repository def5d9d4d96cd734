// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/// Folders with all that is in them. Links are meant themselves, not what they lead to.
final class Folders {
    private static final int OWN_FOLDER = 0750;
    private static final int OWN_FILE = 0640;
    private static final int RUNNABLE = 0110;

    private Folders() {}

    private interface Action {
        void at(Path path) throws IOException;
    }

    /// Makes it the user's.
    static void handOver(Path folder, ScriptUsers.User user) throws IOException {
        walk(
                folder,
                path -> {
                    set(path, "unix:gid", user.group());
                    set(path, "unix:uid", user.id());
                });
    }

    /// Makes it the worker's, for the user's group to read and run, and nobody else's.
    static void takeBack(Path folder, ScriptUsers.User user) throws IOException {
        var own = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        walk(
                folder,
                path -> {
                    set(path, "unix:uid", own);
                    set(path, "unix:gid", user.group());
                    if (Files.isSymbolicLink(path)) {
                        return;
                    }
                    int mode = (int) Files.getAttribute(path, "unix:mode");
                    int wanted =
                            Files.isDirectory(path)
                                    ? OWN_FOLDER
                                    : (mode & RUNNABLE) == 0 ? OWN_FILE : OWN_FILE | RUNNABLE;
                    Files.setAttribute(path, "unix:mode", wanted);
                });
    }

    /// Nothing happens if it isn't there.
    static void delete(Path folder) throws IOException {
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            walk(folder, Files::delete);
        }
    }

    /// What is in a folder comes before it.
    private static void walk(Path folder, Action action) throws IOException {
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path path, BasicFileAttributes a)
                            throws IOException {
                        action.at(path);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path path, @Nullable IOException failure) throws IOException {
                        if (failure != null) {
                            throw failure;
                        }
                        action.at(path);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    private static void set(Path path, String attribute, long id) throws IOException {
        if (!Files.getAttribute(path, attribute, LinkOption.NOFOLLOW_LINKS).equals((int) id)) {
            Files.setAttribute(path, attribute, (int) id, LinkOption.NOFOLLOW_LINKS);
        }
    }
}
