// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.logs;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A log line as users see it.
///
/// @param seq its place among all lines
@JsonInclude(JsonInclude.Include.NON_NULL)
record LogEntryView(
        @JsonIgnore long seq,
        String tenantId,
        String namespace,
        String flowId,
        @Nullable String taskId,
        String executionId,
        @Nullable String taskRunId,
        @Nullable Integer attemptNumber,
        Instant timestamp,
        String level,
        @Nullable String thread,
        String message) {

    LineKey key() {
        return new LineKey(timestamp, seq);
    }

    /// As in a downloaded file.
    String toText() {
        return timestamp + " " + level + " " + message + "\n";
    }
}
