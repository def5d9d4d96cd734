// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.flows;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A flow as it was saved.
///
/// @param document the source as a tree, in JSON; absent in what was stored without it
/// @param deleted whether this revision says that the flow was deleted
public record FlowRevision(
        FlowId flow,
        int revision,
        String source,
        @Nullable String document,
        boolean deleted,
        Instant at,
        String by) {

    /// For `ETag` and `If-Match`.
    String etag() {
        return "\"" + revision + "\"";
    }
}
