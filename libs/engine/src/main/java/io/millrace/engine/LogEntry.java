// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import java.time.Instant;

/// A log line that a lane has to write.
///
/// @param taskRun ordinal, or [TaskRun#NONE] for a line of the execution itself
/// @param attempt number of the attempt, from 0
public record LogEntry(int taskRun, int attempt, Level level, String message, Instant at) {

    public enum Level {
        TRACE,
        DEBUG,
        INFO,
        WARN,
        ERROR
    }
}
