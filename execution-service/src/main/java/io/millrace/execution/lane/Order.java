// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

import io.millrace.engine.Command;
import io.millrace.engine.ExecutionState;
import io.millrace.engine.FlowPlan;

/// A command, to be carried out after the commit, and the state that implied it.
public record Order(int lane, FlowPlan plan, ExecutionState state, Command command) {
    public String executionId() {
        return state.execution().id();
    }
}
