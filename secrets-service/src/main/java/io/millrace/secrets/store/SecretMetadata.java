// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All that may be told of a secret.
///
/// @param rotatedAt when it got its present value
/// @param rotateEvery how long a value ought to be used, or absent
public record SecretMetadata(
        String namespace,
        String name,
        @Nullable String description,
        List<Tag> tags,
        int version,
        Instant updatedAt,
        String updatedBy,
        Instant rotatedAt,
        @Nullable Duration rotateEvery) {

    public SecretMetadata {
        tags = List.copyOf(tags);
    }

    /// When it ought to get another value.
    public @Nullable Instant rotateAt() {
        return rotateEvery == null ? null : rotatedAt.plus(rotateEvery);
    }

    public record Tag(String key, String value) {}
}
