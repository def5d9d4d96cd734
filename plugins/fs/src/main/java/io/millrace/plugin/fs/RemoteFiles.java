// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Files of another host, whatever protocol reaches them. Paths are absolute, or relative to the
/// user's directory there.
interface RemoteFiles extends AutoCloseable {

    /// A file or a directory.
    ///
    /// @param path as the host knows it
    /// @param size bytes
    record Entry(
            String path, String name, boolean directory, long size, @Nullable Instant updated) {

        /// Another one when the content is, as far as can be told from outside.
        String version() {
            return "%s_%d".formatted(updated == null ? "" : updated.toEpochMilli(), size);
        }
    }

    /// What is in a directory, or the file itself.
    List<Entry> list(String path) throws IOException;

    /// @throws java.io.FileNotFoundException if there is no such file
    void download(String path, OutputStream to) throws IOException;

    /// Makes directories that are missing; a file that is there is replaced.
    void upload(InputStream content, String path) throws IOException;

    /// @return whether it was there
    boolean delete(String path) throws IOException;

    boolean exists(String path) throws IOException;

    /// Makes directories that are missing.
    void move(String from, String to) throws IOException;

    /// Gives a file the name of another in its directory, whether there is one or not.
    default void replace(String from, String to) throws IOException {
        delete(to);
        move(from, to);
    }

    @Override
    void close() throws IOException;

    /// What a file is called until all of it is there: beside where it belongs.
    ///
    /// @param sender no other has the same
    static String partOf(String path, String sender) {
        return join(parentOf(path), "millrace-%s.part".formatted(sender));
    }

    static boolean isPart(String name) {
        return name.startsWith("millrace-") && name.endsWith(".part");
    }

    static String nameOf(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /// @return the directory that holds it, or an empty text
    static String parentOf(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : slash == 0 ? "/" : path.substring(0, slash);
    }

    static String join(String directory, String name) {
        return directory.isEmpty() || directory.endsWith("/")
                ? directory + name
                : directory + "/" + name;
    }
}
