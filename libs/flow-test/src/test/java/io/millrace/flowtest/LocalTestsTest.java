// SPDX-License-Identifier: Apache-2.0
package io.millrace.flowtest;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.flowtest.SuiteRun.CaseRun;
import io.millrace.flowtest.local.LocalTests;
import io.millrace.model.TestSuite;
import io.millrace.model.yaml.FlowParser;
import io.millrace.model.yaml.ParsedSuite;
import io.millrace.model.yaml.SuiteParser;
import io.millrace.plugin.PluginCatalog;
import io.millrace.plugin.core.flow.Sleep;
import io.millrace.plugin.core.http.Download;
import io.millrace.plugin.core.http.Request;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalTestsTest {
    private static final InstantSource NOON =
            InstantSource.fixed(Instant.parse("2026-03-01T12:00:00Z"));

    private static final PluginCatalog CORE =
            new PluginCatalog(List.of(new Download(), new Request(), new Sleep()), List.of());

    private static final String ETL =
            """
            id: etl
            namespace: company.team
            inputs:
              - id: region
                type: STRING
            tasks:
              - id: announce
                type: io.kestra.plugin.notifications.slack.SlackIncomingWebhook
                url: https://example.com
              - id: extract
                type: io.kestra.plugin.core.http.Download
                uri: https://example.com/orders.json
              - id: names
                type: io.kestra.plugin.core.debug.Return
                format: "{{ fromJson(read(outputs.extract.uri)) | jq('.orders[].name') }}"
              - id: shout
                type: io.kestra.plugin.core.log.Log
                message: "{{ outputs.names.value | upper }} in {{ inputs.region }}"
            """;

    @Test
    void fixturesStandInForWhatIsNotRunAndTheRestIs() {
        var run =
                run(
                        """
                        id: etl_tests
                        namespace: company.team
                        flowId: etl
                        testCases:
                          - id: names_are_found
                            type: io.kestra.core.tests.flow.UnitTest
                            fixtures:
                              inputs:
                                region: eu
                              files:
                                orders.json: '{"orders": [{"name": "hat"}, {"name": "coat"}]}'
                              tasks:
                                - id: announce
                                  description: nobody is told
                                - id: extract
                                  outputs:
                                    uri: "{{ files['orders.json'] }}"
                            assertions:
                              - value: "{{ outputs.names.value }}"
                                contains: coat
                              - value: "{{ logs.text }}"
                                taskId: shout
                                startsWith: '["HAT"'
                                contains: in eu
                              - value: "{{ tasks.announce.state }}"
                                equalTo: SUCCESS
                              - value: "{{ execution.state }}"
                                in: [SUCCESS, WARNING]
                              - value: "{{ outputs.announce.ts }}"
                                isNull: true
                        """,
                        ETL);

        assertThat(run.state()).as(run.toString()).isEqualTo(TestState.SUCCESS);
        assertThat(run.results().getFirst().assertionResults()).hasSize(6);
    }

    @Test
    void whatDoesNotHoldIsShownWithWhatWasExpected() {
        var test =
                only(
                        """
                        id: wrong
                        namespace: company.team
                        flowId: echo
                        testCases:
                          - id: says
                            fixtures:
                              inputs: {text: another value}
                            assertions:
                              - value: "{{ outputs.return.value }}"
                                equalTo: Hi there
                                errorMessage: it must be polite
                        """,
                        """
                        id: echo
                        namespace: company.team
                        inputs:
                          - id: text
                            type: STRING
                        tasks:
                          - id: return
                            type: io.kestra.plugin.core.debug.Return
                            format: "{{ inputs.text }}"
                        """);

        assertThat(test.state()).isEqualTo(TestState.FAILED);
        var result = requireNonNull(test.assertionResults()).getFirst();
        assertThat(result.operator()).isEqualTo("equalTo");
        assertThat(result.expected()).isEqualTo("Hi there");
        assertThat(result.actual()).isEqualTo("another value");
        assertThat(result.errorMessage()).isEqualTo("it must be polite");
    }

    @Test
    void aTaskThatIsNoCoreTaskHasToBeMocked() {
        var test =
                only(
                        """
                        id: tests
                        namespace: company.team
                        flowId: etl
                        testCases:
                          - id: unmocked
                            fixtures:
                              inputs: {region: eu}
                              tasks:
                                - id: extract
                        """,
                        ETL);

        assertThat(test.state()).isEqualTo(TestState.ERROR);
        assertThat(JUnitReport.explanation(test))
                .containsExactly(
                        "Without a server task `announce` of type"
                                + " io.kestra.plugin.notifications.slack.SlackIncomingWebhook isn't"
                                + " run: mock it under fixtures.tasks");
    }

    @Test
    void aFixtureForATaskThatIsNotThereIsAnError() {
        var test =
                only(
                        """
                        id: tests
                        namespace: company.team
                        flowId: etl
                        testCases:
                          - id: typo
                            fixtures:
                              tasks:
                                - id: extrct
                        """,
                        ETL);

        assertThat(test.state()).isEqualTo(TestState.ERROR);
        assertThat(JUnitReport.explanation(test).getFirst()).contains("`extrct`");
    }

    @Test
    void inputsThatDoNotFitAreAnError() {
        var test =
                only(
                        """
                        id: tests
                        namespace: company.team
                        flowId: etl
                        testCases:
                          - id: nothing
                        """,
                        ETL);

        assertThat(test.state()).isEqualTo(TestState.ERROR);
        assertThat(JUnitReport.explanation(test).getFirst()).contains("region");
    }

    @Test
    void failuresCanBeMockedAndWaitsTakeNoTime() {
        var run =
                run(
                        """
                        id: tests
                        namespace: company.team
                        flowId: careful
                        testCases:
                          - id: down
                            fixtures:
                              tasks:
                                - id: call
                                  state: FAILED
                            assertions:
                              - value: "{{ execution.state }}"
                                equalTo: FAILED
                              - value: "{{ tasks.alert.state }}"
                                equalTo: SUCCESS
                              - value: "{{ tasks.never.state }}"
                                isNull: true
                          - id: up
                            fixtures:
                              tasks:
                                - id: call
                                  outputs: {code: 200}
                            assertions:
                              - value: "{{ outputs.never.value }}"
                                equalTo: 200
                                greaterThan: 199
                                lessThanOrEqualTo: "200.0"
                          - id: off
                            disabled: true
                        """,
                        """
                        id: careful
                        namespace: company.team
                        tasks:
                          - id: call
                            type: io.kestra.plugin.core.http.Request
                            uri: https://example.com
                            retry:
                              type: constant
                              interval: PT1H
                              maxAttempts: 3
                          - id: sleep
                            type: io.kestra.plugin.core.flow.Sleep
                            duration: PT8H
                          - id: pause
                            type: io.kestra.plugin.core.flow.Pause
                            pauseDuration: P1D
                          - id: never
                            type: io.kestra.plugin.core.debug.Return
                            format: "{{ outputs.call.code }}"
                        errors:
                          - id: alert
                            type: io.kestra.plugin.core.log.Log
                            message: "{{ errorLogs() }}"
                            runIf: "{{ true }}"
                            disabled: false
                        """
                                .replace("{{ errorLogs() }}", "it failed"));

        assertThat(run.results())
                .as(run.toString())
                .extracting(CaseRun::state)
                .containsExactly(TestState.SUCCESS, TestState.SUCCESS, TestState.SKIPPED);
    }

    @Test
    void aFixtureDecidesAnApproval() {
        var run =
                run(
                        """
                        id: release_tests
                        namespace: company.team
                        flowId: release
                        testCases:
                          - id: approved
                            type: io.kestra.core.tests.flow.UnitTest
                            fixtures:
                              tasks:
                                - id: ask
                                  outputs: {decision: APPROVED, by: ann, inputs: {to: prod}}
                            assertions:
                              - {value: "{{ outputs.ship.value }}", equalTo: ann to prod}
                              - {value: "{{ execution.state }}", equalTo: SUCCESS}
                          - id: denied
                            type: io.kestra.core.tests.flow.UnitTest
                            fixtures:
                              tasks:
                                - id: ask
                                  outputs: {decision: DENIED, comment: too late}
                            assertions:
                              - {value: "{{ outputs.tell.value }}", equalTo: too late}
                              - {value: "{{ execution.state }}", equalTo: CANCELLED}
                          - id: expired
                            type: io.kestra.core.tests.flow.UnitTest
                            fixtures:
                              tasks: [{id: ask, outputs: {decision: EXPIRED}}]
                            assertions:
                              - {value: "{{ execution.state }}", equalTo: FAILED}
                          - id: replaced
                            type: io.kestra.core.tests.flow.UnitTest
                            fixtures:
                              tasks: [{id: ask, state: WARNING}]
                            assertions:
                              - {value: "{{ execution.state }}", equalTo: WARNING}
                          - id: undecided
                            type: io.kestra.core.tests.flow.UnitTest
                            assertions:
                              - {value: "{{ execution.state }}", equalTo: SUCCESS}
                        """,
                        """
                        id: release
                        namespace: company.team
                        tasks:
                          - id: ask
                            type: io.kestra.plugin.core.flow.Approval
                            expireBehavior: FAIL
                            inputs: [{id: to, type: STRING}]
                            onApprove:
                              - id: ship
                                type: io.kestra.plugin.core.debug.Return
                                format: "{{ outputs.ask.by }} to {{ outputs.ask.inputs.to }}"
                            onDeny:
                              - id: tell
                                type: io.kestra.plugin.core.debug.Return
                                format: "{{ outputs.ask.comment }}"
                        """);

        assertThat(run.results())
                .as(run.toString())
                .extracting(CaseRun::state)
                .containsExactly(
                        TestState.SUCCESS,
                        TestState.SUCCESS,
                        TestState.SUCCESS,
                        TestState.SUCCESS,
                        TestState.ERROR);
    }

    @Test
    void aSubflowRunsIfItIsThereAndIsMockedElse() {
        var parent =
                """
                id: parent
                namespace: company.team
                tasks:
                  - id: child
                    type: io.kestra.plugin.core.flow.Subflow
                    namespace: company.team
                    flowId: child
                    wait: true
                    inputs:
                      n: 20
                  - id: sum
                    type: io.kestra.plugin.core.debug.Return
                    format: "{{ outputs.child.outputs.twice }}"
                """;
        var suite =
                """
                id: tests
                namespace: company.team
                flowId: parent
                testCases:
                  - id: real
                    assertions:
                      - value: "{{ outputs.sum.value }}"
                        equalTo: 40
                  - id: mocked
                    fixtures:
                      tasks:
                        - id: child
                          outputs: {outputs: {twice: 7}}
                    assertions:
                      - value: "{{ outputs.sum.value }}"
                        equalTo: 7
                """;
        var child =
                """
                id: child
                namespace: company.team
                inputs:
                  - id: n
                    type: INT
                tasks:
                  - id: say
                    type: io.kestra.plugin.core.log.Log
                    message: "{{ inputs.n }}"
                outputs:
                  - id: twice
                    type: INT
                    value: "{{ inputs.n * 2 }}"
                """;

        var withChild = run(suite, parent, child);
        var withoutChild = run(suite, parent);

        assertThat(withChild.state()).as(withChild.toString()).isEqualTo(TestState.SUCCESS);
        assertThat(withoutChild.results())
                .extracting(CaseRun::state)
                .containsExactly(TestState.ERROR, TestState.SUCCESS);
    }

    @Test
    void aTriggerSecretsKeysAndFilesOfTheNamespaceAreGivenFromOutside(@TempDir Path directory)
            throws IOException {
        Files.writeString(directory.resolve("query.sql"), "select 1");
        var secret = Base64.getEncoder().encodeToString("pass".getBytes(StandardCharsets.UTF_8));
        var settings =
                new LocalTests.Settings(
                        directory, Map.of("SECRET_DB", secret), Map.of("day", "monday"), 10_000);

        var run =
                run(
                        settings,
                        """
                        id: tests
                        namespace: company.team
                        flowId: reads
                        testCases:
                          - id: all
                            fixtures:
                              trigger:
                                id: daily
                                variables: {date: "2026-03-01"}
                            assertions:
                              - value: "{{ outputs.all.value }}"
                                equalTo: "2026-03-01 pass monday select 1"
                        """,
                        """
                        id: reads
                        namespace: company.team
                        tasks:
                          - id: all
                            type: io.kestra.plugin.core.debug.Return
                            format: "{{ trigger.date }} {{ secret('DB') }} {{ kv('day') }} {{ read('query.sql') }}"
                        triggers:
                          - id: daily
                            type: io.kestra.plugin.core.trigger.Schedule
                            cron: "0 0 * * *"
                        """);

        assertThat(run.state()).as(run.toString()).isEqualTo(TestState.SUCCESS);
    }

    @Test
    void anEndlessFlowIsAnErrorAndNotAnEndlessTest() {
        var run =
                run(
                        new LocalTests.Settings(null, Map.of(), Map.of(), 200),
                        """
                        id: tests
                        namespace: company.team
                        flowId: endless
                        testCases:
                          - id: never_ends
                        """,
                        """
                        id: endless
                        namespace: company.team
                        tasks:
                          - id: loop
                            type: io.kestra.plugin.core.flow.LoopUntil
                            condition: "{{ false }}"
                            checkFrequency:
                              interval: PT1S
                              maxIterations: 100000
                            tasks:
                              - id: say
                                type: io.kestra.plugin.core.log.Log
                                message: again
                        """);

        assertThat(run.results().getFirst().state()).isEqualTo(TestState.ERROR);
    }

    @Test
    void theReportSaysWhatABuildServerWantsToKnow() throws IOException {
        var run =
                run(
                        """
                        id: tests
                        namespace: company.team
                        flowId: say
                        testCases:
                          - id: good
                          - id: bad
                            assertions:
                              - value: "<b>"
                                equalTo: "&"
                          - id: off
                            disabled: true
                        """,
                        """
                        id: say
                        namespace: company.team
                        tasks:
                          - id: hello
                            type: io.kestra.plugin.core.log.Log
                            message: hello
                        """);
        var report = new StringWriter();

        JUnitReport.write(List.of(run), report);

        assertThat(report.toString())
                .contains("tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\"")
                .contains("classname=\"company.team.say\" name=\"bad\"")
                // writers of XML may leave the closing bracket as it is
                .containsPattern("expected equalTo `&amp;` but got `&lt;b(&gt;|>)`")
                .contains("<skipped");
    }

    private static CaseRun only(String suite, String... flows) {
        return run(suite, flows).results().getFirst();
    }

    private static SuiteRun run(String suite, String... flows) {
        return run(LocalTests.Settings.NONE, suite, flows);
    }

    private static SuiteRun run(LocalTests.Settings settings, String suite, String... flows) {
        var parser = FlowParser.trusting();
        var parsed = Arrays.stream(flows).map(f -> parser.parse(f).orThrow()).toList();
        try (var tests = new LocalTests(parsed, CORE, settings)) {
            return tests.run(suite(suite), NOON);
        }
    }

    private static TestSuite suite(String source) {
        return switch (new SuiteParser().parse(source)) {
            case ParsedSuite.Valid valid -> valid.suite();
            case ParsedSuite.Invalid(var problems) -> throw new AssertionError(problems.toString());
        };
    }
}
