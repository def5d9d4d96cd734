// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Title;
import java.net.URI;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A file of the worker's machine.
public record LocalFile(
        @Title("The file in the internal storage once it was read, else where it is") URI uri,
        @Title("Where it is") String localPath,
        @Title("Name") String name,
        @Title("Directory that it is in") String parent,
        @Title("Size in bytes") long size,
        @Title("When it was made") Instant createdDate,
        @Title("When it was changed") Instant modifiedDate,
        @Title("When it was read last") Instant accessedDate,
        @Title("Whether it is a directory") boolean directory) {

    /// @param stored absent if it wasn't read
    static LocalFile of(String path, BasicFileAttributes attributes, @Nullable URI stored) {
        return new LocalFile(
                stored == null ? uri(path) : stored,
                path,
                RemoteFiles.nameOf(path),
                RemoteFiles.parentOf(path),
                attributes.size(),
                attributes.creationTime().toInstant(),
                attributes.lastModifiedTime().toInstant(),
                attributes.lastAccessTime().toInstant(),
                attributes.isDirectory());
    }

    static URI uri(String path) {
        return URI.create("file://" + Path.of(path).toUri().getRawPath());
    }
}
