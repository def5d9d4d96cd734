// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.engine.FlowPlan;
import io.millrace.expressions.Expressions;
import io.millrace.model.yaml.FlowParser;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Runs random flows through random failures. `-Dsim.seed=` runs one seed alone, `-Dsim.seeds=`
/// says how many; a seed that fails is printed with its flow.
class SimulatorTest {
    private static final int SEEDS = Integer.getInteger("sim.seeds", 2_000);

    /// From this seed on people ask for something, too.
    private static final long ASKED = 1_000_000;

    private static final Expressions EXPRESSIONS = new Expressions();

    @Test
    void allThatBeginsEndsAsItWouldWithoutFailures() {
        eachSeed(
                1,
                seed -> {
                    var plans = plans(seed);
                    int executions = 1 + (int) seed % 3;

                    var calm = new Simulation(seed, Chaos.NONE, plans).run(executions);
                    var stormy = new Simulation(seed, Chaos.FAILURES, plans).run(executions);

                    assertThat(stormy).isEqualTo(calm);
                });
    }

    @Test
    void allThatBeginsEndsWhateverPeopleAskFor() {
        eachSeed(ASKED, seed -> new Simulation(seed, Chaos.ALL, plans(seed)).run(2));
    }

    private interface Run {
        void of(long seed);
    }

    /// Half of the seeds, from one on.
    private static void eachSeed(long from, Run run) {
        var only = Long.getLong("sim.seed");
        long first = only == null ? from : only;
        long last = only == null ? from + SEEDS / 2 - 1 : only;
        for (long seed = first; seed <= last; seed++) {
            try {
                run.of(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "Seed " + seed + " failed: " + e.getMessage() + "\n" + sources(seed), e);
            }
        }
    }

    private static Map<String, FlowPlan> plans(long seed) {
        var random = new Random(seed);
        var child = RandomFlow.of(random, "child", false, seed >= ASKED);
        var main = RandomFlow.of(random, "main", true, seed >= ASKED);
        return Map.of("main", compile(main), "child", compile(child));
    }

    private static FlowPlan compile(String source) {
        return FlowPlan.compile(FlowParser.trusting().parse(source).orThrow(), 1, EXPRESSIONS);
    }

    private static String sources(long seed) {
        var random = new Random(seed);
        var child = RandomFlow.of(random, "child", false, seed >= ASKED);
        return RandomFlow.of(random, "main", true, seed >= ASKED) + "---\n" + child;
    }
}
