// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What expressions see, and the part of it that a job takes along.
@SuppressWarnings("DoNotCallSuggester")
public final class JobVariables {
    private JobVariables() {}

    static Job job(FlowPlan plan, ExecutionState state, Command.DispatchTask command) {
        throw new UnsupportedOperationException("Not there yet");
    }

    /// All that expressions of a task run may see; large parts are found only when asked for.
    ///
    /// @param ordinal task run, or [TaskRun#NONE] for expressions of the flow itself
    public static Map<String, @Nullable Object> of(
            FlowPlan plan, ExecutionState state, int ordinal) {
        throw new UnsupportedOperationException("Not there yet");
    }
}
