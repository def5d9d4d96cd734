// SPDX-License-Identifier: Apache-2.0
package io.millrace.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/// A store of files. It checks no rights: callers make a [StoragePath] through [ExecutionFolder].
public interface InternalStorage extends AutoCloseable {

    static InternalStorage open(StorageSettings settings) {
        return switch (settings.type()) {
            case DIRECTORY -> new DirectoryStorage(settings.directory());
            case S3 -> S3Storage.open(settings.s3());
        };
    }

    /// Writes a file, in place of one that is there. Readers see the old one or the new one whole.
    ///
    /// @return bytes written
    long put(StoragePath path, InputStream content) throws IOException;

    /// @throws FileNotFoundException if there is no such file
    InputStream get(StoragePath path) throws IOException;

    /// @return bytes
    /// @throws FileNotFoundException if there is no such file
    long size(StoragePath path) throws IOException;

    default boolean exists(StoragePath path) throws IOException {
        try {
            size(path);
            return true;
        } catch (FileNotFoundException _) {
            return false;
        }
    }

    /// @return whether it was there
    boolean delete(StoragePath path) throws IOException;

    /// All files below a folder, sorted.
    List<StoragePath> list(StoragePath folder) throws IOException;

    /// All files of a tenant, sorted.
    List<StoragePath> listAll(String tenant) throws IOException;

    /// Gives a file a second place, in place of one that is there. What was there before is whole
    /// until the new one is.
    ///
    /// @throws FileNotFoundException if there is no such file
    void copy(StoragePath from, StoragePath to) throws IOException;

    /// Deletes all files below a folder.
    ///
    /// @return what was deleted
    List<StoragePath> deleteFolder(StoragePath folder) throws IOException;

    @Override
    void close();
}
