// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.run;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How a task ended, masked.
///
/// @param outputsUri where the outputs are if they are too big to be sent
record Outcome(
        State state,
        Map<String, @Nullable Object> outputs,
        @Nullable String outputsUri,
        @Nullable String error) {

    enum State {
        SUCCESS,
        WARNING,
        FAILED,
        KILLED,
        SKIPPED
    }

    boolean isGood() {
        return state == State.SUCCESS || state == State.WARNING;
    }

    static Outcome failed(String error, Map<String, @Nullable Object> outputs) {
        return new Outcome(State.FAILED, outputs, null, error);
    }

    static Outcome killed() {
        return new Outcome(State.KILLED, Map.of(), null, null);
    }
}
