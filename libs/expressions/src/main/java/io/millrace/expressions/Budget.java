// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import java.time.Duration;

/// What one rendering may cost. Whatever a template does, it ends in a result or in a
/// [BudgetExceededException] within these bounds.
///
/// @param maxSteps iterations, calls and operations
/// @param maxChars characters that are produced: the output and every text made on the way to it
/// @param maxElements elements of one list or map that the template builds, nested ones included
/// @param maxDepth macros, blocks and nested renderings inside each other
/// @param maxTime wall-clock time
public record Budget(int maxSteps, int maxChars, int maxElements, int maxDepth, Duration maxTime) {

    /// For renderings in a worker: a million steps, 32 Mi characters, a million elements, 5 s.
    public static final Budget DEFAULT =
            new Budget(1_000_000, 32 << 20, 1_000_000, 32, Duration.ofSeconds(5));

    /// For renderings on a lane, where others wait: 10,000 steps, 1 Mi characters, 250 ms.
    public static final Budget LANE =
            new Budget(10_000, 1 << 20, 100_000, 16, Duration.ofMillis(250));
}
