// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.engine.ExecutionEvent.RestartRequested;
import io.millrace.model.WorkerGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What properties of flows and tasks mean where it takes more than a table of flow control.
class LanguageTest {
    private static final String CORE = "io.kestra.plugin.core.";

    private static Lab flow(String body) {
        return Lab.of("id: flow\nnamespace: test\n" + body);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "INT      | 42                   | SUCCESS | 42",
                "INT      | 4.2                  | FAILED  |",
                "INT      | ''                   | FAILED  |",
                "FLOAT    | 4.5                  | SUCCESS | 4.5",
                "FLOAT    | x                    | FAILED  |",
                "BOOL     | true                 | SUCCESS | true",
                "BOOL     | ''                   | SUCCESS | false",
                "STRING   | ''                   | SUCCESS | ''",
                "DATE     | 2026-01-02           | SUCCESS | 2026-01-02",
                "DATE     | tomorrow             | FAILED  |",
                "DATETIME | 2026-01-02T03:04:05Z | SUCCESS | 2026-01-02T03:04:05Z",
                "DATETIME | 2026-01-02           | FAILED  |",
                "TIME     | 08:00:00             | SUCCESS | 08:00:00",
                "DURATION | PT5M6S               | SUCCESS | PT5M6S",
                "DURATION | 5m                   | FAILED  |",
                "JSON     | {\"a\": 1}           | SUCCESS | {a=1}",
                "JSON     | {a                   | FAILED  |",
                "YAML     | a: 1                 | SUCCESS | {a=1}",
                "ARRAY    | [1, 2]               | SUCCESS | [1, 2]",
                "ARRAY    | {\"a\": 1}           | FAILED  |",
                "URI      | https://example.com  | SUCCESS | https://example.com",
                "URI      | nowhere              | FAILED  |",
                "FILE     | kestra:///a/b.txt    | SUCCESS | kestra:///a/b.txt",
                "FILE     | /etc/hosts           | FAILED  |",
                "EMAIL    | ann@example.com      | SUCCESS | ann@example.com",
                "EMAIL    | ann                  | FAILED  |",
                "SELECT   | a                    | SUCCESS | a",
            })
    void outputsOfAFlowAreOfTheirTypes(
            String type, String text, State state, @Nullable String expected) {
        var lab =
                flow("""
                inputs: [{id: x, type: STRING}]
                tasks: [{id: t, type: test.Work}]
                outputs: [{id: o, type: %s, value: "{{ inputs.x }}"}]
                """
                                .formatted(type))
                        .start(Map.of("x", text));

        assertThat(lab.state()).isEqualTo(state);
        if (state == State.SUCCESS) {
            assertThat(String.valueOf(lab.main().execution().outputs().get("o")))
                    .isEqualTo(expected);
        } else {
            assertThat(lab.main().execution().outputs()).isEmpty();
            assertThat(lab.messages())
                    .anyMatch(m -> m.startsWith("Failed to render output values: "));
        }
    }

    @Test
    void anOptionalOutputMayBeNull() {
        var lab =
                flow("""
                inputs: [{id: x, type: INT, required: false}]
                tasks: [{id: t, type: test.Work}]
                outputs: [{id: o, type: INT, required: false, value: "{{ inputs.x }}"}]
                """)
                        .start(values("x", null));

        assertThat(lab.state()).isEqualTo(State.SUCCESS);
        assertThat(lab.main().execution().outputs()).containsEntry("o", null);
    }

    private static Map<String, @Nullable Object> values(String name, @Nullable Object value) {
        return Values.one(name, value);
    }

    @Test
    void outputsThatAFlowDeclaresWinOverThoseThatTheTaskAsksFor() {
        var parent =
                "tasks: [{id: call, type: %sflow.Subflow, namespace: test, flowId: %s, outputs: {asked: \"{{ outputs.r.value }}\"}}]";
        var declares =
                "id: declares\nnamespace: test\ntasks: [{id: r, type: %sdebug.Return, format: x}]\noutputs: [{id: own, type: STRING, value: y}]"
                        .formatted(CORE);
        var plain =
                "id: plain\nnamespace: test\ntasks: [{id: r, type: %sdebug.Return, format: x}]"
                        .formatted(CORE);

        assertThat(outputsOf(flow(parent.formatted(CORE, "declares")).deploy(declares)))
                .isEqualTo(Map.of("own", "y"));
        assertThat(outputsOf(flow(parent.formatted(CORE, "plain")).deploy(plain)))
                .isEqualTo(Map.of("asked", "x"));
    }

    private static @Nullable Object outputsOf(Lab lab) {
        return lab.start().run("call").outputs().get("outputs");
    }

    @Test
    void aSwitchWhoseDefaultsAreAllDisabledSucceeds() {
        var lab =
                flow("""
                tasks:
                  - id: s
                    type: io.kestra.plugin.core.flow.Switch
                    value: other
                    cases: {a: [{id: t, type: test.Work}]}
                    defaults: [{id: off, type: test.Work, disabled: true}]
                """)
                        .start();

        assertThat(lab.runs()).containsExactly("s:SUCCESS");
        assertThat(lab.state()).isEqualTo(State.SUCCESS);
    }

    @Test
    void theLengthOfAPauseCountsBeforeItsTimeout() {
        var lab =
                flow(
                        "tasks: [{id: p, type: %sflow.Pause, delay: PT10S, timeout: PT1S}]"
                                .formatted(CORE));

        lab.start().later(Duration.ofSeconds(5));
        assertThat(lab.state()).isEqualTo(State.PAUSED);

        lab.later(Duration.ofSeconds(5));
        assertThat(lab.state()).isEqualTo(State.SUCCESS);
    }

    @Test
    void noRetryBeginsWhenItsTimeEnds() {
        var lab =
                flow("""
                tasks:
                  - id: bad
                    type: test.Work
                    retry: {type: constant, interval: PT5S, maxDuration: PT10S}
                """)
                        .failing("bad")
                        .start()
                        .toTheEnd();

        assertThat(lab.run("bad").attempts()).hasSize(2);
    }

    @Test
    void variablesOfTheFlowCanBeUnset() {
        var lab =
                flow("""
                variables: {a: 1, b: 2}
                tasks:
                  - {id: drop, type: io.kestra.plugin.core.execution.UnsetVariables, variables: [a]}
                  - {id: seen, type: io.kestra.plugin.core.debug.Return, format: "{{ vars.a ?? 'none' }}{{ vars.b }}"}
                  - {id: set, type: io.kestra.plugin.core.execution.SetVariables, variables: {a: 3}, overwrite: false}
                  - {id: again, type: io.kestra.plugin.core.debug.Return, format: "{{ vars.a }}"}
                """)
                        .start();

        assertThat(lab.state()).isEqualTo(State.SUCCESS);
        assertThat(lab.run("seen").outputs()).containsEntry("value", "none2");
        assertThat(lab.run("again").outputs()).containsEntry("value", "3");
    }

    @Test
    void aPausedExecutionThatIsRestartedGoesOnBehindItsPause() {
        var lab =
                flow("""
                tasks:
                  - {id: p, type: io.kestra.plugin.core.flow.Pause}
                  - {id: after, type: test.Work}
                """)
                        .start();
        assertThat(lab.state()).isEqualTo(State.PAUSED);

        lab.send(new RestartRequested("ann")).settle();

        assertThat(lab.state()).isEqualTo(State.SUCCESS);
        assertThat(lab.runs()).containsExactly("p:SUCCESS", "after:SUCCESS");
        var execution = lab.main().execution();
        assertThat(execution.history().includes(State.RESTARTED)).isTrue();
        assertThat(execution.labels()).containsEntry("system.restarted", "true");
        assertThat(execution.attempt()).isEqualTo(2);
    }

    @Test
    void aRestartLeadsAroundNoApproval() {
        var lab =
                flow("tasks: [{id: p, type: %sflow.Pause, approval: {users: [ann]}}]"
                                .formatted(CORE))
                        .start();

        lab.send(new RestartRequested("bob")).settle();

        assertThat(lab.state()).isEqualTo(State.PAUSED);
        assertThat(lab.outcome).isInstanceOf(Outcome.Refused.class);
    }

    @Test
    void aHumanTaskWaitsForThoseWhoAreAssigned() {
        var lab =
                flow("tasks: [{id: p, type: io.kestra.plugin.ee.flow.HumanTask, assignment: {groups: [ops]}, pauseDuration: PT1H}]")
                        .start();
        assertThat(lab.state()).isEqualTo(State.PAUSED);

        lab.later(Duration.ofHours(1));

        assertThat(lab.state()).isEqualTo(State.FAILED);
    }

    @Test
    void aPauseThatIsOverSaysSo() {
        var lab =
                flow("""
                tasks:
                  - {id: wait, type: io.kestra.plugin.core.flow.Pause, pauseDuration: PT1M, behavior: WARN}
                  - {id: after, type: io.kestra.plugin.core.debug.Return, format: "{{ outputs.wait.resumed.to }}"}
                """)
                        .start();

        lab.later(Duration.ofMinutes(1));

        assertThat(lab.run("after").outputs()).containsEntry("value", "WARNING");
    }

    @Test
    void aParentIsPrintedWithoutItsTask() {
        var lab =
                flow("""
                tasks:
                  - id: each
                    type: io.kestra.plugin.core.flow.ForEach
                    values: [a]
                    tasks:
                      - id: around
                        type: io.kestra.plugin.core.flow.Sequential
                        tasks:
                          - id: inner
                            type: io.kestra.plugin.core.debug.Return
                            format: "{{ parent }} {{ parent.task.id }}"
                """)
                        .start();

        assertThat(lab.run("inner").outputs())
                .containsEntry("value", "{\"taskrun\":{\"value\":\"a\"}} around");
    }

    @Test
    void aTemplatedTaskMayReadAnyVariable() {
        var jobs = new ArrayList<Job>();
        flow("""
        variables: {greeting: hello}
        tasks:
          - id: t
            type: io.kestra.plugin.core.templating.TemplatedTask
            spec: "{{ inputs.spec }}"
        inputs:
          - {id: spec, type: STRING, defaults: "type: io.kestra.plugin.core.log.Log"}
        """)
                .worker(job -> {
                    jobs.add(job);
                    return null;
                })
                .start();

        assertThat(jobs.getFirst().variables()).containsKeys("vars", "flow", "inputs");
    }

    @Test
    void aForEachItemNamesTheFolderOfItsOutputs() {
        var lab =
                flow("""
                tasks:
                  - {id: each, type: io.kestra.plugin.core.flow.ForEachItem, items: "kestra:///a", namespace: test, flowId: child}
                """)
                        .deploy("id: child\nnamespace: test\ntasks: [{id: c, type: test.Work}]")
                        .worker(job -> null);
        lab.worker(job ->
                        lab.success(
                                job,
                                Map.of("numberOfBatches", 2, "batchUri", "kestra:///{batch}.txt")))
                .start();

        var id = lab.main().execution().id();
        assertThat(lab.run("each_items").outputs())
                .containsEntry("numberOfBatches", 2)
                .containsEntry(
                        "subflowOutputsBaseUri",
                        "/test/flow/executions/%s/tasks/each-items/%s-2".formatted(id, id));
    }

    // --- working directories --------------------------------------------------------------------

    @Test
    void aWorkingDirectoryThatTakesTooLongFailsWithWhatRunsInside() {
        var lab =
                flow(
                        """
                        tasks:
                          - id: dir
                            type: io.kestra.plugin.core.flow.WorkingDirectory
                            timeout: PT10S
                            tasks:
                              - {id: slow, type: test.Work, retry: {type: constant, interval: PT1S, maxAttempt: 5}}
                              - {id: never, type: test.Work}
                            errors: [{id: clean, type: test.Work}]
                        """);
        lab.worker(job -> job.taskId().equals("slow") ? null : lab.success(job, Map.of())).start();

        lab.later(Duration.ofSeconds(10)).toTheEnd();

        assertThat(lab.runs()).containsExactly("dir:FAILED", "slow:FAILED", "clean:SUCCESS");
        assertThat(lab.messages()).contains("Timeout after PT10S");
        assertThat(lab.commands).anyMatch(Command.CancelTaskRun.class::isInstance);
    }

    @Test
    void aWorkingDirectoryThatIsDoneInTimeIsNotTimedOutLater() {
        var lab =
                flow("""
                inputs: [{id: most, type: DURATION}]
                tasks:
                  - id: dir
                    type: io.kestra.plugin.core.flow.WorkingDirectory
                    timeout: "{{ inputs.most }}"
                    tasks: [{id: quick, type: test.Work}]
                  - {id: wait, type: io.kestra.plugin.core.flow.Pause, delay: PT1M}
                """)
                        .start(Map.of("most", "PT10S"))
                        .toTheEnd();

        assertThat(lab.state()).isEqualTo(State.SUCCESS);
    }

    // --- worker groups --------------------------------------------------------------------------

    @Test
    void theKeyOfAWorkerGroupMayBeAnExpression() {
        var lab =
                flow("""
                inputs: [{id: where, type: STRING}]
                workerGroup: {key: "of-{{ inputs.where }}", fallback: FAIL}
                tasks:
                  - {id: a, type: test.Work}
                  - {id: b, type: test.Work, workerGroup: {key: own}}
                  - {id: c, type: test.Work, workerSelector: {tags: [gpu], fallback: IGNORE}}
                """)
                        .start(Map.of("where", "here"));

        assertThat(lab.jobs)
                .extracting(job -> requireNonNull(job.workerGroup()))
                .containsExactlyElementsOf(
                        List.of(
                                new WorkerGroup("of-here", WorkerGroup.Fallback.FAIL),
                                new WorkerGroup("own", WorkerGroup.Fallback.WAIT),
                                new WorkerGroup("gpu", WorkerGroup.Fallback.IGNORE)));
    }

    @Test
    void aTaskThatNobodyIsThereToRunMayCancelTheExecution() {
        var lab = flow("tasks: [{id: a, type: test.Work}, {id: b, type: test.Work}]");
        lab.worker(job ->
                        new TaskResult(
                                State.CANCELLED,
                                Map.of(),
                                null,
                                null,
                                null,
                                lab.now,
                                lab.now,
                                "none"))
                .start();

        assertThat(lab.state()).isEqualTo(State.CANCELLED);
        assertThat(lab.runs()).containsExactly("a:CANCELLED");
    }
}
