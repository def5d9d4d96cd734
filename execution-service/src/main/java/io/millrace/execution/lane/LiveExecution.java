// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

import io.millrace.engine.ExecutionState;
import io.millrace.engine.FlowPlan;

/// An execution in memory, as it is in the store.
///
/// @param version of its row; 0 if it has none yet
record LiveExecution(FlowPlan plan, ExecutionState state, long version) {}
