// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.TestSuite;
import io.millrace.model.TestSuite.Operator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SuiteParserTest {

    @Test
    void allThatASuiteMaySayIsRead() {
        var suite =
                valid(
                        """
                        id: nightly_tests
                        namespace: company.team
                        flowId: nightly
                        description: of the nightly load
                        testCases:
                          - id: loads
                            type: io.kestra.core.tests.flow.UnitTest
                            fixtures:
                              inputs:
                                day: 2026-01-01
                              files:
                                rows.csv: |
                                  a,b
                              tasks:
                                - id: extract
                                  description: no request
                                  outputs:
                                    uri: "{{ files['rows.csv'] }}"
                                - id: load
                                  state: WARNING
                              trigger:
                                id: daily
                                variables:
                                  date: 2026-01-01
                            assertions:
                              - value: "{{ outputs.rows }}"
                                taskId: load
                                errorMessage: too few
                                greaterThan: 3
                                notEqualsTo: 7
                          - id: later
                            disabled: true
                        """);

        assertThat(suite.flowId()).isEqualTo("nightly");
        var loads = suite.testCases().getFirst();
        assertThat(loads.fixtures().files()).isEqualTo(Map.of("rows.csv", "a,b\n"));
        assertThat(loads.fixtures().tasks())
                .extracting(TestSuite.TaskFixture::id, TestSuite.TaskFixture::state)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("extract", null),
                        org.assertj.core.groups.Tuple.tuple("load", "WARNING"));
        assertThat(loads.assertions().getFirst().expected())
                .containsEntry(Operator.GREATER_THAN, 3)
                .containsEntry(Operator.NOT_EQUAL_TO, 7);
        assertThat(suite.testCases().getLast().disabled()).isTrue();
    }

    @Test
    void allThatIsMissingIsSaidAtOnceAsKestraSaysIt() {
        assertThat(problems("id: nothing\nnamespace: company.team\n"))
                .extracting(p -> p.path() + ": " + p.message())
                .containsExactlyInAnyOrder(
                        "testCases: must not be empty", "flowId: must not be null");
    }

    @Test
    void aMistakeIsNamedWithItsPlace() {
        assertThat(
                        problems(
                                """
                                id: suite
                                namespace: company.team
                                flowId: nightly
                                testCases:
                                  - id: one
                                    fixtures:
                                      tasks:
                                        - id: extract
                                          state: RUNNING
                                    assertions:
                                      - value: "{{ outputs.x }}"
                                        equalto: 3
                                  - id: one
                                """))
                .extracting(Problem::line, Problem::path)
                .contains(
                        org.assertj.core.groups.Tuple.tuple(
                                9, "testCases[0].fixtures.tasks[0].state"),
                        org.assertj.core.groups.Tuple.tuple(
                                12, "testCases[0].assertions[0].equalto"),
                        org.assertj.core.groups.Tuple.tuple(13, "testCases[1].id"));
    }

    private static TestSuite valid(String source) {
        return switch (new SuiteParser().parse(source)) {
            case ParsedSuite.Valid valid -> valid.suite();
            case ParsedSuite.Invalid invalid ->
                    throw new AssertionError(invalid.problems().toString());
        };
    }

    private static List<Problem> problems(String source) {
        return switch (new SuiteParser().parse(source)) {
            case ParsedSuite.Valid _ -> List.of();
            case ParsedSuite.Invalid invalid -> invalid.problems();
        };
    }
}
