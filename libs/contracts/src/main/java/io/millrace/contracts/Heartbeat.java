// SPDX-License-Identifier: Apache-2.0
package io.millrace.contracts;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A worker lives. Sent every 2 s by default; one that is silent for 10 s is lost.
///
/// @param running task runs that it has reported as started and not yet ended
/// @param slots how many tasks it runs at once
/// @param draining whether it takes no more jobs
/// @param version of its program, as far as it knows it
public record Heartbeat(
        String workerId,
        String group,
        Instant startedAt,
        Instant at,
        int slots,
        int used,
        boolean draining,
        List<Running> running,
        @Nullable String version) {

    public record Running(String executionId, int taskRun, int dispatch) {}
}
