// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/// Internal storage as one task sees it: it writes below its own task run and reads what its
/// execution may read.
public interface TaskFiles {

    /// Stores a file.
    ///
    /// @param name name of the file, which may contain folders but never `..`
    /// @return its `kestra://` URI, an output for other tasks
    URI put(String name, InputStream content) throws IOException;

    /// @throws FileNotFoundException if there is no such file
    /// @throws IOException if the task may not read it
    InputStream get(URI uri) throws IOException;

    /// @return bytes
    long size(URI uri) throws IOException;

    /// @return whether it was there
    boolean delete(URI uri) throws IOException;

    /// Leaves something for the next attempt of this task run, which has to go on where this one
    /// stopped; also if the worker dies in between. It is gone with the files of the execution.
    ///
    /// @param name of a file
    default void leave(String name, byte[] content) throws IOException {
        throw new UnsupportedOperationException("There is no next attempt here");
    }

    /// What an attempt before this one has left.
    default Optional<byte[]> left(String name) throws IOException {
        return Optional.empty();
    }

    /// Deletes all files of the execution, its inputs too.
    ///
    /// @return what was deleted
    default List<URI> deleteAll() throws IOException {
        throw new UnsupportedOperationException("There is no execution here");
    }
}
