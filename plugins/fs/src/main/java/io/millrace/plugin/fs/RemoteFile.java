// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Title;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/// A file of another host.
public record RemoteFile(
        @Title("Where it is on the host") String serverPath,
        @Title("Name") String name,
        @Title("Size in bytes") long size,
        @Title("FILE or DIRECTORY") String fileType,
        @Title("When it was changed") @Nullable String updatedDate,
        @Title("Where it is in the internal storage, once it was fetched") @Nullable URI path) {

    static RemoteFile of(RemoteFiles.Entry entry, @Nullable URI stored) {
        return new RemoteFile(
                entry.path(),
                entry.name(),
                entry.size(),
                entry.directory() ? "DIRECTORY" : "FILE",
                entry.updated() == null ? null : entry.updated().toString(),
                stored);
    }
}
