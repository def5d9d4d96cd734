// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

import io.millrace.engine.ExecutionState;
import io.millrace.engine.FlowPlan;
import org.jspecify.annotations.Nullable;

/// An execution in memory, as it is in the store.
///
/// @param version of its row; 0 if it has none yet
/// @param traceparent W3C trace context of the latest event that had one
record LiveExecution(
        FlowPlan plan, ExecutionState state, long version, @Nullable String traceparent) {}
