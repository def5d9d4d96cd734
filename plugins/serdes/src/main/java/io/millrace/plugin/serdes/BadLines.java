// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.serdes;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import java.util.Map;

/// What becomes of rows that don't fit.
public enum BadLines {
    /// The first one fails the task.
    ERROR,
    /// Each is left out, and the log says why.
    WARN,
    /// Each is left out.
    SKIP;

    /// A row doesn't fit.
    ///
    /// @throws TaskFailedException unless it may be left out
    void deal(TaskFailedException why, TaskContext context) throws TaskFailedException {
        switch (this) {
            case ERROR -> throw why;
            case WARN -> context.log().warn(String.valueOf(why.getMessage()));
            case SKIP -> {
                // nobody wants to know
            }
        }
        context.count("bad.records", 1, Map.of());
    }
}
