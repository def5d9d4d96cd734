// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.engine.ExecutionEvent.BreakpointLifted;
import io.millrace.engine.ExecutionEvent.KillRequested;
import io.millrace.model.ExecutionId;
import io.millrace.model.yaml.FlowParser;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BreakpointsTest {
    private static final FlowPlan PLAN =
            FlowPlan.compile(
                    FlowParser.trusting()
                            .parse(
                                    """
                                    id: load
                                    namespace: company.team
                                    concurrency:
                                      limit: 1
                                    tasks:
                                      - id: first
                                        type: io.kestra.plugin.core.log.Log
                                        message: first
                                      - id: each
                                        type: io.kestra.plugin.core.flow.ForEach
                                        values: [a, b]
                                        tasks:
                                          - id: step
                                            type: io.kestra.plugin.core.debug.Return
                                            format: "{{ taskrun.value }}"
                                    """)
                            .orThrow(),
                    1,
                    Lab.EXPRESSIONS);

    @Test
    void itStopsBeforeTheTaskAndGoesOnToTheNextBreakpoint() {
        var stopped = start(List.of("first")).state();
        var next = lift(stopped, "step.b").state();
        var ended = lift(next).state();

        assertThat(stopped.execution().state()).isEqualTo(State.BREAKPOINT);
        assertThat(Lab.runs(stopped)).containsExactly("first:BREAKPOINT");
        assertThat(Lab.runs(next))
                .containsExactly(
                        "first:SUCCESS", "each:RUNNING", "step[a]:SUCCESS", "step[b]:BREAKPOINT");
        assertThat(ended.execution().state()).isEqualTo(State.SUCCESS);
        assertThat(ended.taskRun(0).history().includes(State.BREAKPOINT)).isTrue();
    }

    @Test
    void atABreakpointItCanBeKilledAtOnce() {
        var stopped = start(List.of("first")).state();

        var killed = Engine.decide(PLAN, stopped, new KillRequested("me", true), Lab.NOON).state();

        assertThat(killed.execution().state()).isEqualTo(State.KILLED);
        assertThat(killed.execution().halted()).isZero();
    }

    @Test
    void nothingIsLiftedWhereItDoesNotStop() {
        var ended = start(List.of()).state();

        var refused = lift(ended);

        assertThat(ended.execution().state()).isEqualTo(State.SUCCESS);
        assertThat(refused.outcome()).isInstanceOf(Outcome.Refused.class);
    }

    private static Decision lift(ExecutionState state, String... breakpoints) {
        return Engine.decide(
                PLAN, state, new BreakpointLifted(List.of(breakpoints), "me"), Lab.NOON);
    }

    /// In the playground, so that no slot has to be granted first.
    private static Decision start(List<String> breakpoints) {
        return Engine.start(
                PLAN,
                ExecutionRequest.of(ExecutionId.derived(Lab.NOON, "e").value(), "main", "me")
                        .labels(Map.of(Execution.PLAYGROUND, "true"))
                        .breakpoints(breakpoints)
                        .build(),
                Lab.NOON);
    }
}
