// SPDX-License-Identifier: Apache-2.0
package io.millrace.contracts;

import java.util.List;

/// May these jobs still start? `POST /internal/claims` of the execution-service, in batches; asked
/// for jobs that are old or were delivered before.
public final class Claims {
    private Claims() {}

    public record Claim(String executionId, int taskRun, int dispatch) {}

    public record Request(String workerId, List<Claim> claims) {}

    /// @param granted those of the request that may start; the others are stale and dropped
    public record Response(List<Claim> granted) {}
}
