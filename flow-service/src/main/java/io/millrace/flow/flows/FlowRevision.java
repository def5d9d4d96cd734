// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.flows;

import java.time.Instant;

/// A flow as it was saved.
///
/// @param deleted whether this revision says that the flow was deleted
public record FlowRevision(
        FlowId flow, int revision, String source, boolean deleted, Instant at, String by) {

    /// For `ETag` and `If-Match`.
    String etag() {
        return "\"" + revision + "\"";
    }
}
