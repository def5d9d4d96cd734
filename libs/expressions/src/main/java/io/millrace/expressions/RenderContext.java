// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.random.RandomGenerator;

/// All that a rendering sees.
///
/// @param variables by their top-level names; maps and lists in them may be views that look up on
///   demand
/// @param functions what reads stores, files or the network
/// @param clock what `now()` says
/// @param random where `uuid()`, `id()`, `randomInt()` and their like come from
/// @param recursive whether templates in the values of variables are rendered too
public record RenderContext(
        Map<String, ?> variables,
        ExpressionFunctions functions,
        InstantSource clock,
        RandomGenerator random,
        Budget budget,
        boolean recursive) {

    /// Unpredictable, so that what a flow makes of it can serve as a token.
    private static final RandomGenerator SYSTEM_RANDOM = new SecureRandom();

    /// Sees the variables alone; clock and random numbers are the system's.
    public static RenderContext of(Map<String, ?> variables) {
        return new RenderContext(
                variables,
                ExpressionFunctions.NONE,
                InstantSource.system(),
                SYSTEM_RANDOM,
                Budget.DEFAULT,
                false);
    }

    public RenderContext withVariables(Map<String, ?> variables) {
        return new RenderContext(variables, functions, clock, random, budget, recursive);
    }

    public RenderContext withFunctions(ExpressionFunctions functions) {
        return new RenderContext(variables, functions, clock, random, budget, recursive);
    }

    public RenderContext withClock(InstantSource clock) {
        return new RenderContext(variables, functions, clock, random, budget, recursive);
    }

    public RenderContext withRandom(RandomGenerator random) {
        return new RenderContext(variables, functions, clock, random, budget, recursive);
    }

    public RenderContext withBudget(Budget budget) {
        return new RenderContext(variables, functions, clock, random, budget, recursive);
    }

    public RenderContext withRecursive(boolean recursive) {
        return new RenderContext(variables, functions, clock, random, budget, recursive);
    }
}
