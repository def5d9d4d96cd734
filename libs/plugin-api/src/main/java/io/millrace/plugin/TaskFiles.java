// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;

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

    /// Deletes all files of the execution, its inputs too.
    ///
    /// @return what was deleted
    default List<URI> deleteAll() throws IOException {
        throw new UnsupportedOperationException("There is no execution here");
    }
}
