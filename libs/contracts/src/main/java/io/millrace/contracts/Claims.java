// SPDX-License-Identifier: Apache-2.0
package io.millrace.contracts;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// May these jobs still start? `POST /internal/claims` of the execution-service, in batches; asked
/// for jobs that are old or were delivered before.
public final class Claims {
    private Claims() {}

    public record Claim(String executionId, int taskRun, int dispatch) {}

    /// @param tokens those that came with the jobs, by execution; asked of workers whose key is
    ///   their group's own
    public record Request(
            String workerId, List<Claim> claims, @Nullable Map<String, String> tokens) {}

    /// @param granted those of the request that may start; the others are stale and dropped
    public record Response(List<Claim> granted) {}
}
