// SPDX-License-Identifier: Apache-2.0
package io.millrace.contracts;

import org.jspecify.annotations.Nullable;

/// What came of a request to a lane, sent once it is committed.
///
/// @param accepted whether the event was taken; a repeated event that changed nothing is taken, too
/// @param state the execution's state after it, absent if there is no such execution
/// @param refusal why it was not taken
public record LaneReply(
        String correlationId, boolean accepted, @Nullable String state, @Nullable String refusal) {}
