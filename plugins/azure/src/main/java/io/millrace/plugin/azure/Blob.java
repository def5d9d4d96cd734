// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.azure;

import io.millrace.plugin.Title;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/// A blob of a container.
public record Blob(
        @Title("Container") String container,
        @Title("Name") String name,
        @Title("Size in bytes") long size,
        @Title("When it was changed") @Nullable String lastModified,
        @Title("Tag of its content") @Nullable String etag,
        @Title("Where it is in the internal storage, once it was fetched") @Nullable URI uri) {
    Blob at(@Nullable URI place) {
        return new Blob(container, name, size, lastModified, etag, place);
    }
}
