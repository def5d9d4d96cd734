// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Marks an execution as the run of a test: it takes no slot of its flow's concurrency limit, and
/// tasks that are mocked aren't run.
///
/// @param mocks by task id, or by [#key(String, String)] for one iteration of a loop
public record TestRun(Map<String, Mock> mocks) {
    public TestRun {
        mocks = Map.copyOf(mocks);
    }

    /// Names a task in the iterations with a value, of whichever loop around it.
    public static String key(String taskId, @Nullable String value) {
        return value == null ? taskId : taskId + "[" + value + "]";
    }

    /// How a task ends at once, in place of being run. Its condition (`runIf`) is asked all the
    /// same, its other properties aren't even rendered. What follows from its end, such as a retry
    /// or `allowFailure`, follows.
    ///
    /// @param state a terminal one
    public record Mock(State state, Map<String, @Nullable Object> outputs) {
        // not the compact form, whose parameters lose their nullness in the class file
        public Mock(State state, Map<String, @Nullable Object> outputs) {
            if (!state.isTerminal() || state == State.RETRIED) {
                throw new IllegalArgumentException("Expected a state to end with but got " + state);
            }
            this.state = state;
            this.outputs = outputs;
        }
    }
}
