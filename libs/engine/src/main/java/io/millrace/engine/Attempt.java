// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One try of a task run, as users see it.
///
/// @param state `RUNNING`, or how it ended
/// @param endedAt absent while it runs
/// @param workerId worker that ran it, absent if a lane did
/// @param logFile where its log lies if the task says `logToFile`
public record Attempt(
        State state,
        Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable String workerId,
        @Nullable String logFile) {}
