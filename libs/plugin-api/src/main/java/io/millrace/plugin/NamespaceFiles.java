// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;

/// The files of a namespace.
public interface NamespaceFiles {

    /// @param path without a slash in front
    /// @param uri where tasks of the namespace read it
    record Entry(String namespace, String path, URI uri) {}

    /// What happens to a file that is there already.
    enum Conflict {
        OVERWRITE,
        ERROR,
        SKIP
    }

    /// Content that can be read again, should sending it have to be repeated.
    @FunctionalInterface
    interface Content {
        InputStream open() throws IOException;
    }

    /// All files, in the order of their paths.
    List<Entry> list(String namespace) throws IOException, TaskFailedException;

    InputStream open(Entry entry) throws IOException, TaskFailedException;

    /// Writes a file as its next revision.
    ///
    /// @param path with or without a slash in front
    /// @return its URI
    URI put(String namespace, String path, Content content, Conflict conflict)
            throws IOException, TaskFailedException;

    /// Deletes a file; its revisions stay.
    ///
    /// @return whether it was there
    boolean delete(String namespace, String path) throws TaskFailedException;
}
