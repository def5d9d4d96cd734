// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import org.jspecify.annotations.Nullable;

/// Where flow control (a flowable task run, or the execution itself) stands: all that it needs to
/// know of its children, so that no event looks at more than one of them.
///
/// @param stage which of its lists runs
/// @param branch which of several lists is the main one (`then`, `else`, a case); empty if it has
///   one only
/// @param next index of the next child, or of the next iteration, that has not been created
/// @param running children, or iterations, that were created and have not ended
/// @param ended children, or iterations, that have ended in this stage
/// @param outcome worst end among its main children so far, or `SUCCESS`
/// @param after worst end among the children of `finally`, or `SUCCESS`
/// @param exit state that a task asked the execution to end with, if one did
public record Cursor(
        Stage stage,
        String branch,
        int next,
        int running,
        int ended,
        State outcome,
        State after,
        @Nullable State exit) {

    /// The lists of a flowable, in the order in which they run.
    public enum Stage {
        MAIN,
        ERRORS,
        FINALLY,
        /// After the end of the execution: `afterExecution` and listeners.
        AFTER,
        OVER
    }

    public static final Cursor START =
            new Cursor(Stage.MAIN, "", 0, 0, 0, State.SUCCESS, State.SUCCESS, null);

    /// Compact text, read back by [#parse(String)].
    public String encode() {
        return String.join(
                "|",
                stage.name(),
                Integer.toString(next),
                Integer.toString(running),
                Integer.toString(ended),
                outcome.name(),
                after.name(),
                exit == null ? "" : exit.name(),
                branch);
    }

    public static Cursor parse(String text) {
        var parts = text.split("\\|", 8);
        return new Cursor(
                Stage.valueOf(parts[0]),
                parts[7],
                Integer.parseInt(parts[1]),
                Integer.parseInt(parts[2]),
                Integer.parseInt(parts[3]),
                State.valueOf(parts[4]),
                State.valueOf(parts[5]),
                parts[6].isEmpty() ? null : State.valueOf(parts[6]));
    }
}
