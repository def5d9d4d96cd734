// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import java.time.Instant;

/// Decides what follows from an event.
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable"})
public final class Engine {
    private Engine() {}

    /// Creates an execution.
    public static Decision start(FlowPlan plan, ExecutionRequest request, Instant now) {
        throw new UnsupportedOperationException("Not there yet");
    }

    /// Applies one event. A duplicate, late or unknown event returns `state` itself and no
    /// commands.
    public static Decision decide(
            FlowPlan plan, ExecutionState state, ExecutionEvent event, Instant now) {
        throw new UnsupportedOperationException("Not there yet");
    }
}
