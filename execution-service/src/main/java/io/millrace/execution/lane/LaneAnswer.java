// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

import io.millrace.contracts.LaneReply;
import io.millrace.engine.ExecutionState;
import org.jspecify.annotations.Nullable;

/// What came of an event.
///
/// @param state the execution after it, if this instance has it at hand
public record LaneAnswer(LaneReply reply, @Nullable ExecutionState state) {}
