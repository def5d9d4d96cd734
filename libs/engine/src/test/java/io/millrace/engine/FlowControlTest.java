// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which task runs each construct makes, and how it ends.
class FlowControlTest {
    private static final String CORE = "io.kestra.plugin.core.flow.";

    private static Lab flow(String tasks, String... failing) {
        return Lab.of("id: flow\nnamespace: test\ntasks:\n" + tasks.indent(2))
                .failing(failing)
                .start()
                .toTheEnd();
    }

    private static String flowable(String head) {
        return "- {id: top, type: "
                + CORE
                + head
                + ", tasks: ["
                + "{id: a, type: test.Work}, {id: b, type: test.Work}, {id: c, type: test.Work}]}";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Sequential                    |   | SUCCESS | top:SUCCESS a:SUCCESS b:SUCCESS c:SUCCESS",
                "Sequential                    | b | FAILED  | top:FAILED a:SUCCESS b:FAILED",
                "'Sequential, allowFailure: true' | b | WARNING | top:WARNING a:SUCCESS b:FAILED",
                "'Sequential, allowFailure: true, allowWarning: true' | b | SUCCESS | top:SUCCESS a:SUCCESS b:FAILED",
                "AllowFailure                  | b | WARNING | top:WARNING a:SUCCESS b:FAILED",
                "Parallel                      |   | SUCCESS | top:SUCCESS a:SUCCESS b:SUCCESS c:SUCCESS",
                "Parallel                      | b | FAILED  | top:FAILED a:SUCCESS b:FAILED c:SUCCESS",
                "'Parallel, concurrent: 1'     | b | FAILED  | top:FAILED a:SUCCESS b:FAILED",
                "'Sequential, runIf: \"{{ false }}\"' |   | SUCCESS | top:SKIPPED",
                "'Sequential, disabled: true'  |   | SUCCESS | ''",
                "'ForEach, values: [x, y]'     |   | SUCCESS | top:SUCCESS a[x]:SUCCESS b[x]:SUCCESS c[x]:SUCCESS a[y]:SUCCESS b[y]:SUCCESS c[y]:SUCCESS",
                "'ForEach, values: [x, y]'     | b | FAILED  | top:FAILED a[x]:SUCCESS b[x]:FAILED",
                "'ForEach, values: [x, y], concurrencyLimit: 0' | b | FAILED | top:FAILED a[x]:SUCCESS a[y]:SUCCESS b[x]:FAILED b[y]:FAILED",
                "'ForEach, values: [x, x]'     |   | SUCCESS | top:SUCCESS a[x]:SUCCESS b[x]:SUCCESS c[x]:SUCCESS",
                "'ForEach, values: []'         |   | SUCCESS | top:SUCCESS",
                "'ForEach, values: \"[1, {\\\"k\\\": 2}]\"' | b | FAILED | top:FAILED a[1]:SUCCESS b[1]:FAILED",
                "'ForEach, values: \"[1, null]\"' |   | FAILED | top:FAILED",
                "'ForEach, values: \"nonsense\"' |   | FAILED | top:FAILED",
                "'EachSequential, value: [x]'  |   | SUCCESS | top:SUCCESS a[x]:SUCCESS b[x]:SUCCESS c[x]:SUCCESS",
                "'EachParallel, value: [x]'    | b | FAILED  | top:FAILED a[x]:SUCCESS b[x]:FAILED c[x]:SUCCESS",
                "'Pause, delay: PT1S'          |   | SUCCESS | top:SUCCESS a:SUCCESS b:SUCCESS c:SUCCESS",
                "'Pause, timeout: PT1S'        |   | FAILED  | top:FAILED",
                "'Pause, pauseDuration: PT1S, behavior: WARN' | | WARNING | top:WARNING a:SUCCESS b:SUCCESS c:SUCCESS",
                "'Pause, pauseDuration: PT1S, behavior: FAIL' | | FAILED | top:FAILED",
                "'Pause, pauseDuration: PT1S, behavior: CANCEL' | | CANCELLED | top:CANCELLED",
                "'LoopUntil, condition: \"{{ outputs.top.iterationCount >= 1 }}\"' | | SUCCESS | top:SUCCESS a:SUCCESS b:SUCCESS c:SUCCESS",
                "'LoopUntil, condition: \"{{ true }}\"' | b | FAILED | top:FAILED a:SUCCESS b:FAILED",
                "'LoopUntil, condition: \"{{ false }}\", failOnMaxReached: true, checkFrequency: {maxIterations: 2}' | | FAILED | top:FAILED a:SUCCESS b:SUCCESS c:SUCCESS",
            })
    void endsAs(String head, String failing, State state, String runs) {
        var lab = flow(flowable(head), failing == null ? "" : failing);

        assertThat(lab.state()).isEqualTo(state);
        assertThat(String.join(" ", lab.runs())).isEqualTo(runs);
    }

    @Test
    void dagStartsWhatHasAllThatItDependsOn() {
        var dag =
                """
                - id: dag
                  type: io.kestra.plugin.core.flow.Dag
                  tasks:
                    - task: {id: last, type: test.Work}
                      dependsOn: [left, right]
                    - task: {id: left, type: test.Work}
                      dependsOn: [first]
                    - task: {id: right, type: test.Work}
                      dependsOn: [first]
                    - task: {id: first, type: test.Work}
                """;

        assertThat(flow(dag).jobs)
                .extracting(Job::taskId)
                .containsExactly("first", "left", "right", "last");
        assertThat(flow(dag, "left").runs())
                .containsExactly("dag:FAILED", "first:SUCCESS", "left:FAILED", "right:SUCCESS");
    }

    @ParameterizedTest
    @CsvSource({"true, yes", "1, yes", "-0, no", "0, no", "false, no", "'', no"})
    void ifChoosesByTruth(String value, String chosen) {
        var lab =
                flow(
                        "- {id: choice, type: "
                                + CORE
                                + "If, condition: '"
                                + value
                                + "', "
                                + "then: [{id: 'yes', type: test.Work}], else: [{id: 'no', type: test.Work}]}");

        assertThat(lab.runs()).containsExactly("choice:SUCCESS", chosen + ":SUCCESS");
        assertThat(lab.run("choice").outputs())
                .containsEntry("evaluationResult", chosen.equals("yes"));
    }

    @ParameterizedTest
    @CsvSource({"one, SUCCESS, a", "two, SUCCESS, d"})
    void switchChoosesByValue(String value, State state, String chosen) {
        var lab =
                flow(
                        "- {id: choice, type: "
                                + CORE
                                + "Switch, value: '"
                                + value
                                + "', "
                                + "cases: {one: [{id: a, type: test.Work}]}, defaults: [{id: d, type: test.Work}]}");

        assertThat(lab.state()).isEqualTo(state);
        assertThat(lab.runs()).containsExactly("choice:SUCCESS", chosen + ":SUCCESS");
        assertThat(lab.run("choice").outputs())
                .isEqualTo(Map.of("value", value, "defaults", chosen.equals("d")));
    }

    @Test
    void switchWithoutAMatchFails() {
        var lab =
                flow(
                        "- {id: choice, type: "
                                + CORE
                                + "Switch, value: x, "
                                + "cases: {one: [{id: a, type: test.Work}]}}");

        assertThat(lab.runs()).containsExactly("choice:FAILED");
        assertThat(lab.messages().getFirst()).contains("'x'");
    }

    @Test
    void localErrorsRunBeforeThoseOfTheFlowAndFinallyIsLast() {
        var lab =
                Lab.of(
                                """
                                id: flow
                                namespace: test
                                tasks:
                                  - id: top
                                    type: io.kestra.plugin.core.flow.Sequential
                                    tasks: [{id: a, type: test.Work}]
                                    errors: [{id: local, type: test.Work}]
                                    finally: [{id: clean, type: test.Work}]
                                  - {id: never, type: test.Work}
                                errors: [{id: global, type: test.Work}]
                                finally: [{id: last, type: test.Work}]
                                afterExecution: [{id: report, type: test.Work}]
                                """)
                        .failing("a")
                        .start();

        assertThat(lab.state()).isEqualTo(State.FAILED);
        assertThat(lab.jobs)
                .extracting(Job::taskId)
                .containsExactly("a", "local", "clean", "global", "last", "report");
    }

    @Test
    void failureInFinallyFailsTheExecution() {
        var lab =
                Lab.of(
                                """
                                id: flow
                                namespace: test
                                tasks: [{id: a, type: test.Work}]
                                finally: [{id: last, type: test.Work}]
                                """)
                        .failing("last")
                        .start();

        assertThat(lab.state()).isEqualTo(State.FAILED);
    }

    @Test
    void afterExecutionDoesNotChangeTheState() {
        var lab =
                Lab.of(
                                """
                                id: flow
                                namespace: test
                                tasks: [{id: a, type: test.Work}]
                                afterExecution:
                                  - {id: seen, type: io.kestra.plugin.core.debug.Return, format: "{{ execution.state }}"}
                                  - {id: ko, type: io.kestra.plugin.core.execution.Fail}
                                """)
                        .start();

        assertThat(lab.state()).isEqualTo(State.SUCCESS);
        assertThat(lab.run("seen").outputs()).containsEntry("value", "SUCCESS");
        assertThat(lab.run("ko").state()).isEqualTo(State.FAILED);
    }

    @Test
    void pureTasksCostNoJob() {
        var lab =
                flow(
                        """
                        - {id: r, type: io.kestra.plugin.core.debug.Return, format: "{{ flow.id }}"}
                        - {id: l, type: io.kestra.plugin.core.log.Log, message: ["{{ outputs.r.value }}", two], level: WARN}
                        - {id: set, type: io.kestra.plugin.core.execution.Labels, labels: {a: "{{ outputs.r.value }}"}}
                        - {id: f, type: io.kestra.plugin.core.execution.Fail, condition: "{{ false }}"}
                        - {id: v, type: io.kestra.plugin.core.execution.SetVariables, variables: {x: "1"}}
                        - {id: o, type: io.kestra.plugin.core.output.OutputValues, values: {x: "{{ vars.x }}"}}
                        """);

        assertThat(lab.state()).isEqualTo(State.SUCCESS);
        assertThat(lab.jobs).isEmpty();
        assertThat(lab.messages()).containsExactly("flow", "two");
        assertThat(lab.main().execution().labels()).containsEntry("a", "flow");
        assertThat(lab.run("o").outputs()).isEqualTo(Map.of("values", Map.of("x", "1")));
    }

    @Test
    void exitEndsTheExecutionInItsState() {
        var lab =
                flow(
                        """
                        - id: if
                          type: io.kestra.plugin.core.flow.If
                          condition: "true"
                          then: [{id: out, type: io.kestra.plugin.core.execution.Exit, state: WARNING}]
                        - {id: never, type: test.Work}
                        """);

        assertThat(lab.state()).isEqualTo(State.WARNING);
        assertThat(lab.runs()).containsExactly("if:WARNING", "out:WARNING");
    }

    @ParameterizedTest
    @CsvSource({
        "SUCCESS, SUCCESS",
        "FAILED, FAILED",
        "KILLED, KILLED",
        "CANCELED, CANCELLED",
        "CANCELLED, CANCELLED"
    })
    void exitEndsAllAroundItInThatState(String asked, State state) {
        var lab =
                Lab.of(
                                """
                                id: flow
                                namespace: test
                                retry: {type: constant, interval: PT1S, maxAttempts: 3}
                                tasks:
                                  - id: outer
                                    type: io.kestra.plugin.core.flow.If
                                    condition: "true"
                                    then:
                                      - id: inner
                                        type: io.kestra.plugin.core.flow.Sequential
                                        tasks: [{id: out, type: io.kestra.plugin.core.execution.Exit, state: %s}]
                                  - {id: never, type: test.Work}
                                errors: [{id: no, type: test.Work}]
                                """
                                        .formatted(asked))
                        .start();

        assertThat(lab.state()).isEqualTo(state);
        assertThat(lab.runs()).containsExactly("outer:" + state, "inner:" + state, "out:" + state);
        assertThat(lab.run("out").attempts().getLast().state()).isEqualTo(state);
    }

    @Test
    void listenersRunBeforeWhatComesAfterTheExecution() {
        var lab =
                Lab.of(
                                """
                                id: flow
                                namespace: test
                                tasks: [{id: a, type: test.Work}]
                                listeners: [{tasks: [{id: heard, type: test.Work}]}]
                                afterExecution: [{id: end, type: test.Work}]
                                """)
                        .start();

        assertThat(lab.jobs).extracting(Job::taskId).containsExactly("a", "heard", "end");
    }

    @ParameterizedTest
    @CsvSource({"RESUME, SUCCESS", "WARN, WARNING", "FAIL, FAILED", "CANCEL, CANCELLED"})
    void whatBecomesOfAPauseMayBeAnExpression(String behavior, State state) {
        var pause =
                "{id: p, type: %sPause, pauseDuration: PT1S, behavior: '{{ vars.then }}'}"
                        .formatted(CORE);

        var lab =
                Lab.of(
                                "id: flow\nnamespace: test\nvariables: {then: "
                                        + behavior
                                        + "}\ntasks: ["
                                        + pause
                                        + "]\n")
                        .start()
                        .toTheEnd();

        assertThat(lab.state()).isEqualTo(state);
        assertThat(lab.runs()).containsExactly("p:" + state);
    }

    @Test
    void pauseDoesNotBeginWithoutKnowingWhatBecomesOfIt() {
        var lab =
                flow(
                        "- {id: p, type: "
                                + CORE
                                + "Pause, pauseDuration: PT1S, behavior: \"{{ 'LATER' }}\"}");

        assertThat(lab.runs()).containsExactly("p:FAILED");
        assertThat(lab.messages().getFirst()).contains("behavior", "'LATER'");
    }

    @Test
    void pauseThatNobodyEndsInTimeRunsItsErrorsAndItsEnd() {
        var lab =
                flow(
                        """
                        - id: p
                          type: io.kestra.plugin.core.flow.Pause
                          timeout: PT1S
                          tasks: [{id: never, type: test.Work}]
                          errors: [{id: wrong, type: test.Work}]
                          finally: [{id: clean, type: test.Work}]
                        - {id: next, type: test.Work}
                        """);

        assertThat(lab.runs()).containsExactly("p:FAILED", "wrong:SUCCESS", "clean:SUCCESS");
        assertThat(lab.state()).isEqualTo(State.FAILED);
    }

    @Test
    void outputThatIsNotRequiredIsLeftOutWhereItCanNotBeRendered() {
        var flow =
                """
                id: flow
                namespace: test
                tasks: [{id: a, type: test.Work}]
                outputs:
                  - {id: there, type: STRING, value: "{{ flow.id }}"}
                  - {id: missing, type: STRING, value: "{{ outputs.nope.value }}", required: %s}
                """;

        var lab = Lab.of(flow.formatted("false")).start();
        assertThat(lab.state()).isEqualTo(State.SUCCESS);
        assertThat(lab.main().execution().outputs()).isEqualTo(Map.of("there", "flow"));
        assertThat(Lab.of(flow.formatted("true")).start().state()).isEqualTo(State.FAILED);
    }

    @Test
    void assertTellsHowManyOfItsConditionsFailed() {
        var lab =
                flow(
                        "- {id: a, type: io.kestra.plugin.core.execution.Assert, conditions:"
                                + " ['{{ false }}', '{{ true }}', '{{ null }}']}");

        assertThat(lab.state()).isEqualTo(State.FAILED);
        assertThat(lab.messages()).contains("2 assertions failed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{key: ''}", "{'': value}"})
    void labelsHaveAKeyAndAValue(String labels) {
        var lab =
                flow(
                        "- {id: l, type: io.kestra.plugin.core.execution.Labels, labels: "
                                + labels
                                + "}");

        assertThat(lab.state()).isEqualTo(State.FAILED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ForEach, values: [x, y]", "EachSequential, value: [x, y]"})
    void replayWithinAnIterationKeepsWhatCameBeforeInTheOthersUntilTheyRunAgain(String loop) {
        var lab = flow(flowable(loop)).replay(2);

        assertThat(Lab.runs(lab.last()))
                .containsExactly("top:RUNNING", "a[x]:SUCCESS", "b[x]:RESTARTED", "a[y]:SUCCESS");
        lab.jobs.clear();
        lab.settle();

        assertThat(lab.jobs).extracting(Job::taskId).containsExactly("b", "c", "a", "b", "c");
        assertThat(Lab.runs(lab.last()))
                .containsExactly(
                        "top:SUCCESS",
                        "a[x]:SUCCESS",
                        "b[x]:SUCCESS",
                        "c[x]:SUCCESS",
                        "a[y]:SUCCESS",
                        "b[y]:SUCCESS",
                        "c[y]:SUCCESS");
    }

    @Test
    void outputsOfLoopsAreReadByTheirValues() {
        var lab =
                flow(
                        """
                        - id: outer
                          type: io.kestra.plugin.core.flow.ForEach
                          values: [x, y]
                          tasks:
                            - id: inner
                              type: io.kestra.plugin.core.flow.ForEach
                              values: [1, 2]
                              tasks:
                                - {id: r, type: io.kestra.plugin.core.debug.Return, format: "{{ parent.taskrun.value }}{{ taskrun.value }}"}
                                - {id: again, type: io.kestra.plugin.core.debug.Return, format: "{{ outputs.r[parent.taskrun.value][taskrun.value].value }}"}
                        - {id: all, type: io.kestra.plugin.core.debug.Return, format: "{{ outputs.again['y']['2'].value }}"}
                        """);

        assertThat(lab.state()).isEqualTo(State.SUCCESS);
        assertThat(lab.run("all").outputs()).containsEntry("value", "y2");
    }

    @Test
    void whatALaneMayNotRenderAWorkerRenders() {
        var lab =
                flow(
                        """
                        - id: choice
                          type: io.kestra.plugin.core.flow.If
                          condition: "{% for i in range(1, 3) %}{{ i }}{% endfor %}"
                          then: [{id: a, type: test.Work}]
                        """);

        assertThat(lab.state()).isEqualTo(State.SUCCESS);
        assertThat(lab.jobs).extracting(Job::renderOnly).containsExactly(true, false);
        assertThat(lab.runs()).containsExactly("choice:SUCCESS", "a:SUCCESS");
    }

    @Test
    void retriesUntilThereAreNoAttemptsLeft() {
        var lab =
                flow(
                        "- {id: a, type: test.Work, retry: {type: constant, interval: PT5S, maxAttempt: 3}}",
                        "a");

        assertThat(lab.run("a").attempts()).hasSize(3);
        assertThat(lab.run("a").history())
                .hasToString(
                        "CREATED > RUNNING > RETRYING > CREATED > RUNNING > RETRYING > CREATED >"
                                + " RUNNING > FAILED");
        assertThat(lab.main().execution().history())
                .hasToString(
                        "CREATED > RUNNING > RETRYING > RUNNING > RETRYING > RUNNING > FAILED");
        assertThat(lab.now).isEqualTo(Lab.NOON.plusSeconds(10));
    }

    @Test
    void successAfterARetryMayBeAWarning() {
        var lab =
                Lab.of(
                        """
                        id: flow
                        namespace: test
                        tasks:
                          - {id: a, type: test.Work, retry: {type: constant, interval: PT5S, maxAttempt: 3, warningOnRetry: true}}
                        """);
        lab.worker(job -> job.attempt() == 0 ? lab.failure(job) : lab.success(job, Map.of()));

        lab.start().toTheEnd();

        assertThat(lab.state()).isEqualTo(State.WARNING);
    }

    @Test
    void childrenInheritTheRetryOfTheirFlowable() {
        var lab =
                flow(
                        """
                        - id: top
                          type: io.kestra.plugin.core.flow.Sequential
                          retry: {type: constant, interval: PT1S, maxAttempt: 2}
                          tasks: [{id: a, type: test.Work}]
                        """,
                        "a");

        assertThat(lab.run("a").attempts()).hasSize(2);
        assertThat(lab.runs()).containsExactly("top:FAILED", "a:FAILED");
    }

    @Test
    void retryAsANewExecutionHandsOver() {
        var lab =
                Lab.of(
                                """
                                id: flow
                                namespace: test
                                retry: {type: constant, interval: PT1S, maxAttempt: 3, behavior: CREATE_NEW_EXECUTION}
                                tasks: [{id: a, type: test.Work}]
                                """)
                        .failing("a")
                        .start()
                        .toTheEnd();

        assertThat(lab.executions.values())
                .extracting(e -> e.execution().state())
                .containsExactly(State.RETRIED, State.RETRIED, State.FAILED);
        assertThat(lab.last().execution().originalId()).isEqualTo(lab.main().execution().id());
    }

    @Test
    void subflowTakesTheStateAndOutputsOfItsChild() {
        var lab =
                Lab.of(
                                """
                                id: parent
                                namespace: test
                                labels: {team: data}
                                tasks:
                                  - id: call
                                    type: io.kestra.plugin.core.flow.Subflow
                                    namespace: test
                                    flowId: child
                                    inheritLabels: true
                                    inputs: {name: "{{ flow.id }}"}
                                  - {id: seen, type: io.kestra.plugin.core.debug.Return, format: "{{ outputs.call.outputs.greeting }}"}
                                """,
                                """
                                id: child
                                namespace: test
                                tasks: [{id: a, type: test.Work}]
                                outputs: [{id: greeting, type: STRING, value: "hello {{ inputs.name }}"}]
                                """)
                        .start();

        assertThat(lab.state()).isEqualTo(State.SUCCESS);
        assertThat(lab.run("seen").outputs()).containsEntry("value", "hello parent");
        assertThat(lab.last().execution().labels())
                .containsEntry("team", "data")
                .containsEntry("system.correlationId", lab.main().execution().id());
        assertThat(lab.last().execution().outputs()).isEqualTo(Map.of("greeting", "hello parent"));
    }

    @Test
    void outputsThatCannotBeRenderedFailTheExecution() {
        var lab =
                Lab.of(
                                """
                                id: flow
                                namespace: test
                                tasks: [{id: a, type: test.Work}]
                                outputs: [{id: x, type: STRING, value: "{{ nowhere }}"}]
                                """)
                        .start();

        assertThat(lab.state()).isEqualTo(State.FAILED);
        assertThat(lab.main().execution().outputs()).isEmpty();
    }

    @Test
    void jobTakesAlongWhatItReadsAndNothingElse() {
        var lab =
                flow(
                        """
                        - {id: big, type: io.kestra.plugin.core.debug.Return, format: big}
                        - {id: small, type: io.kestra.plugin.core.debug.Return, format: small}
                        - {id: work, type: test.Work, with: "{{ outputs.small.value }}"}
                        """);

        assertThat(lab.jobs).hasSize(1);
        assertThat(lab.jobs.getFirst().variables())
                .isEqualTo(Map.of("outputs", Map.of("small", Map.of("value", "small"))));
    }

    @Test
    void jobInALoopTakesAlongItsOwnIterationOnly() {
        var lab =
                flow(
                        """
                        - id: loop
                          type: io.kestra.plugin.core.flow.ForEach
                          values: [x, y]
                          tasks:
                            - {id: r, type: io.kestra.plugin.core.debug.Return, format: "{{ taskrun.value }}"}
                            - {id: work, type: test.Work, with: "{{ outputs.r[taskrun.value].value }}"}
                        - {id: after, type: test.Work, with: "{{ outputs.r }}"}
                        """);

        assertThat(lab.jobs)
                .extracting(job -> job.variables().get("outputs"))
                .isEqualTo(
                        List.of(
                                Map.of("r", Map.of("x", Map.of("value", "x"))),
                                Map.of("r", Map.of("y", Map.of("value", "y"))),
                                Map.of(
                                        "r",
                                        Map.of(
                                                "x", Map.of("value", "x"),
                                                "y", Map.of("value", "y")))));
    }

    @Test
    void violatedAgreementCancels() {
        var lab =
                Lab.of(
                                """
                                id: flow
                                namespace: test
                                sla: [{id: quick, type: MAX_DURATION, duration: PT1M, behavior: CANCEL, labels: {late: "yes"}}]
                                tasks: [{id: a, type: test.Work}]
                                """)
                        .worker(_ -> null)
                        .start()
                        .toTheEnd();

        assertThat(lab.state()).isEqualTo(State.CANCELLED);
        assertThat(lab.main().execution().labels()).containsEntry("late", "yes");
    }

    @Test
    void anAssertionOfOutputsIsLookedAtOnceTheyAreThere() {
        for (var type : List.of("test.Work", "io.kestra.plugin.core.debug.Return, format: y")) {
            var lab =
                    Lab.of(
                            """
                            id: flow
                            namespace: test
                            sla: [{id: right, type: EXECUTION_ASSERTION, assert: "{{ outputs.a.value == 'x' }}", behavior: FAIL, labels: {wrong: "yes"}}]
                            tasks: [{id: a, type: %s}, {id: b, type: test.Work}]
                            """
                                    .formatted(type));
            lab.worker(job -> lab.success(job, Map.of("value", "y"))).start().toTheEnd();

            assertThat(lab.state()).as(type).isEqualTo(State.FAILED);
            assertThat(lab.main().execution().labels()).containsEntry("wrong", "yes");
        }
    }
}
