// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.kv;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What is said of a key without its value, in Kestra's form.
///
/// @param version 1 for the first value of the key, one more with each change
/// @param expirationDate absent: never
record KvEntry(
        String namespace,
        String key,
        int version,
        @Nullable String description,
        Instant creationDate,
        Instant updateDate,
        @Nullable Instant expirationDate) {

    String etag() {
        return "\"" + version + "\"";
    }
}
