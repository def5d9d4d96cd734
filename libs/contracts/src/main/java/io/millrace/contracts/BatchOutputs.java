// SPDX-License-Identifier: Apache-2.0
package io.millrace.contracts;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the executions that were started for the batches of a file have given. `POST
/// /internal/batch-outputs` of the execution-service, a page after the other.
public final class BatchOutputs {
    private BatchOutputs() {}

    /// @param taskRun ordinal of the task run that started them
    /// @param from number of the first batch to look at, from 0
    /// @param limit how many to look at
    public record Request(String tenant, String executionId, int taskRun, int from, int limit) {}

    /// @param count how many batches there are
    /// @param outputs of those that have any, in the order of the batches
    public record Response(int count, List<Map<String, @Nullable Object>> outputs) {}
}
