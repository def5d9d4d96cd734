// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.store;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All that may be told of a secret.
public record SecretMetadata(
        String namespace,
        String name,
        @Nullable String description,
        List<Tag> tags,
        int version,
        Instant updatedAt,
        String updatedBy) {

    public SecretMetadata {
        tags = List.copyOf(tags);
    }

    public record Tag(String key, String value) {}
}
