// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The cost of an event doesn't grow with the execution; counted, not timed.
class LinearCostTest {
    private record Cost(long events, long rows) {}

    private static Cost loop(int iterations, int limit, String type) {
        var values =
                IntStream.range(0, iterations)
                        .mapToObj(Integer::toString)
                        .collect(Collectors.joining(",", "[", "]"));
        var lab =
                Lab.of(
                        """
                        id: loop
                        namespace: test
                        tasks:
                          - id: each
                            type: io.kestra.plugin.core.flow.ForEach
                            concurrencyLimit: %d
                            values: "%s"
                            tasks: [{id: a, type: %s}]
                        """
                                .formatted(limit, values, type));
        lab.start();
        assertThat(lab.state()).isEqualTo(State.SUCCESS);
        assertThat(lab.main().taskRuns()).hasSize(iterations + 1);
        return new Cost(lab.events, lab.touched);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16})
    void tenTimesTheIterationsCostTenTimesAsMuch(int limit) {
        for (var type : new String[] {"io.kestra.plugin.core.debug.Return", "test.Work"}) {
            var small = loop(1_000, limit, type);
            var large = loop(10_000, limit, type);

            assertThat(large.events()).isLessThanOrEqualTo(11 * small.events());
            assertThat(large.rows()).isLessThanOrEqualTo(11 * small.rows());
        }
    }

    @Test
    void noEventMayTakeTheLaneForItself() {
        var lab =
                Lab.of(
                        """
                        id: loop
                        namespace: test
                        tasks:
                          - id: each
                            type: io.kestra.plugin.core.flow.ForEach
                            concurrencyLimit: 0
                            values: "{{ inputs.values }}"
                            tasks: [{id: a, type: io.kestra.plugin.core.debug.Return}]
                        """);
        var values = IntStream.range(0, 2_000).mapToObj(Integer::toString).toList();
        var plan = lab.plans.values().iterator().next();
        var request =
                ExecutionRequest.of("id", "main", "me")
                        .inputs(Map.of("values", Json.write(values)))
                        .build();

        var decision = Engine.start(plan, request, Lab.NOON);
        int largest = decision.touched().size();
        int events = 1;
        while (!decision.state().execution().state().isTerminal()) {
            assertThat(decision.commands()).contains(new Command.Continue());
            decision =
                    Engine.decide(plan, decision.state(), new ExecutionEvent.Continued(), Lab.NOON);
            largest = Math.max(largest, decision.touched().size());
            events++;
        }

        assertThat(largest).isLessThanOrEqualTo(2 * Steps.BUDGET);
        assertThat(events).isGreaterThan(4);
    }
}
