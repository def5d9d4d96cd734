// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

import io.millrace.engine.Command;
import io.millrace.engine.ExecutionState;
import io.millrace.engine.FlowPlan;
import org.jspecify.annotations.Nullable;

/// A command, to be carried out after the commit, and the state that implied it.
///
/// @param traceparent W3C trace context of what it comes from, if that is known
public record Order(
        int lane,
        FlowPlan plan,
        ExecutionState state,
        Command command,
        @Nullable String traceparent) {
    public String executionId() {
        return state.execution().id();
    }
}
