// SPDX-License-Identifier: Apache-2.0
package io.millrace.contracts;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One masked line of a task's log.
///
/// @param taskRun ordinal of the task run, or absent for a line of the execution itself
/// @param attempt 0 for the first
/// @param level `TRACE`, `DEBUG`, `INFO`, `WARN` or `ERROR`
/// @param at when it was written; lines of one task run bear instants that never go back
public record LogLine(
        String executionId,
        String namespace,
        String flowId,
        @Nullable Integer taskRun,
        @Nullable String taskId,
        int attempt,
        String level,
        Instant at,
        String message,
        @Nullable String thread) {}
