// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a worker says of a job that it has ended.
///
/// @param state `SUCCESS`, `WARNING`, `FAILED`, `KILLED` or `SKIPPED`
/// @param outputsUri where the outputs lie if they are too big to be sent
/// @param logFile where the log lies if the task says `logToFile`
public record TaskResult(
        State state,
        Map<String, @Nullable Object> outputs,
        @Nullable String outputsUri,
        @Nullable String error,
        @Nullable String logFile,
        Instant startedAt,
        Instant endedAt,
        String workerId) {}
