// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.aws;

import io.millrace.plugin.Title;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/// An object of a store.
public record StoredObject(
        @Title("Key") String key,
        @Title("Size in bytes") long size,
        @Title("When it was changed") @Nullable String lastModified,
        @Title("Tag of its content") @Nullable String etag,
        @Title("Where it is in the internal storage, once it was fetched") @Nullable URI uri) {
    StoredObject at(@Nullable URI place) {
        return new StoredObject(key, size, lastModified, etag, place);
    }
}
