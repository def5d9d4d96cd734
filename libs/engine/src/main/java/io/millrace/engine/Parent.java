// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The task run that started an execution.
///
/// @param dispatch number of the task run's sending that asked for it
/// @param waits whether the task run waits for the end
/// @param outputs templates that the child renders when it has ended, in place of its own outputs;
///   empty for its own
public record Parent(
        String executionId,
        int taskRun,
        int dispatch,
        boolean waits,
        Map<String, @Nullable Object> outputs) {

    public Parent(String executionId, int taskRun, int dispatch, boolean waits) {
        this(executionId, taskRun, dispatch, waits, Map.of());
    }
}
