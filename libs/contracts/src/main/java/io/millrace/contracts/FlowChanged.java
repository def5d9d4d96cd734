// SPDX-License-Identifier: Apache-2.0
package io.millrace.contracts;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A flow was saved or deleted.
///
/// @param event `saved` or `deleted`
/// @param revision the new revision, or the last one of a deleted flow
/// @param source its YAML, absent if deleted
public record FlowChanged(
        String id,
        String tenant,
        String namespace,
        String flowId,
        String event,
        int revision,
        @Nullable String source,
        Instant at) {}
