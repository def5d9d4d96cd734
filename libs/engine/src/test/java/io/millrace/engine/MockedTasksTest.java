// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.engine.TestRun.Mock;
import io.millrace.model.ExecutionId;
import io.millrace.model.yaml.FlowParser;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MockedTasksTest {
    private static final String FLOW =
            """
            id: load
            namespace: company.team
            concurrency:
              limit: 1
            tasks:
              - id: extract
                type: io.kestra.plugin.core.http.Request
                uri: "{{ there.is.no.such.variable }}"
              - id: each
                type: io.kestra.plugin.core.flow.Sequential
                tasks:
                  - id: left_out
                    type: io.kestra.plugin.core.http.Request
                    runIf: "{{ outputs.extract.code == 500 }}"
                    uri: https://example.com
                  - id: report
                    type: io.kestra.plugin.core.debug.Return
                    format: "{{ outputs.extract.code }}"
            errors:
              - id: alert
                type: io.kestra.plugin.core.log.Log
                message: failed
            """;

    @Test
    void aMockedTaskEndsWithItsOutputsAndIsNeitherRenderedNorDispatched() {
        var decision =
                run(
                        Map.of(
                                "extract", new Mock(State.SUCCESS, Map.of("code", 200)),
                                "left_out", new Mock(State.SUCCESS, Map.of())));

        assertThat(Lab.runs(decision.state()))
                .containsExactly(
                        "extract:SUCCESS", "each:SUCCESS", "left_out:SKIPPED", "report:SUCCESS");
        assertThat(decision.state().taskRun(3).outputs()).isEqualTo(Map.of("value", "200"));
        assertThat(decision.commands()).noneMatch(Command.DispatchTask.class::isInstance);
    }

    @Test
    void whatFollowsFromAMockedFailureFollows() {
        var decision = run(Map.of("extract", new Mock(State.FAILED, Map.of())));

        assertThat(Lab.runs(decision.state())).containsExactly("extract:FAILED", "alert:SUCCESS");
        assertThat(decision.state().execution().state()).isEqualTo(State.FAILED);
    }

    @Test
    void flowControlIsMockedAsAWhole() {
        var decision =
                run(
                        Map.of(
                                "extract", new Mock(State.SUCCESS, Map.of()),
                                "each", new Mock(State.WARNING, Map.of("some", "thing"))));

        assertThat(Lab.runs(decision.state())).containsExactly("extract:SUCCESS", "each:WARNING");
        assertThat(decision.state().execution().state()).isEqualTo(State.WARNING);
    }

    @Test
    void oneIterationOfALoopIsMockedByItsValue() {
        var decision =
                run(
                        """
                        id: loop
                        namespace: company.team
                        tasks:
                          - id: each
                            type: io.kestra.plugin.core.flow.ForEach
                            values: [a, b]
                            tasks:
                              - id: inner
                                type: io.kestra.plugin.core.flow.Sequential
                                tasks:
                                  - id: call
                                    type: io.kestra.plugin.core.http.Request
                                    uri: https://example.com
                        """,
                        Map.of(
                                "call",
                                new Mock(State.SUCCESS, Map.of()),
                                TestRun.key("call", "b"),
                                new Mock(State.WARNING, Map.of())));

        assertThat(Lab.runs(decision.state())).contains("call:SUCCESS", "call:WARNING");
    }

    @Test
    void aTestTakesNoSlotOfTheConcurrencyLimit() {
        assertThat(run(Map.of()).commands()).noneMatch(Command.RequestSlot.class::isInstance);
    }

    @Test
    void nothingIsMockedToGoOnForEver() {
        assertThatThrownBy(() -> new Mock(State.RUNNING, Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Decision run(Map<String, Mock> mocks) {
        return run(FLOW, mocks);
    }

    private static Decision run(String source, Map<String, Mock> mocks) {
        var flow = FlowParser.trusting().parse(source).orThrow();
        var plan = FlowPlan.compile(flow, 1, Lab.EXPRESSIONS);
        var id = ExecutionId.derived(Lab.NOON, "test").value();
        return Engine.start(
                plan,
                ExecutionRequest.of(id, "main", "test").test(new TestRun(mocks)).build(),
                Lab.NOON);
    }
}
