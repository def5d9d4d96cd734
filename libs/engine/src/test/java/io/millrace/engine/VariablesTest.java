// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What expressions of tasks see.
class VariablesTest {
    private static final String LOG = "io.kestra.plugin.core.log.Log";

    private static List<String> messages(String tasks) {
        var lab =
                Lab.of("id: flow\nnamespace: test\ntasks:\n" + tasks.indent(2)).start().toTheEnd();
        return lab.logs.stream().map(LogEntry::message).toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{{ tasks.a.state }}                             | SUCCESS",
                "{{ tasks.each.x.state ?? tasks.each.state }}    | SUCCESS",
                "{{ tasks.inner.x.state }}{{ tasks.inner['y'].state }} | SUCCESSSUCCESS",
                "{{ tasksWithState('SUCCESS').size() }}          | 4",
                "{{ flow.id }}{{ task.id }}                      | flowlog",
                "{{ execution.state }}                           | RUNNING",
            })
    void aTaskSeesTheStatesOfOthers(String expression, String rendered) {
        var messages =
                messages(
                        """
                        - {id: a, type: test.Work}
                        - {id: each, type: io.kestra.plugin.core.flow.ForEach, values: [x, y], tasks: [{id: inner, type: test.Work}]}
                        - {id: log, type: %s, message: "%s"}
                        """
                                .formatted(LOG, expression));

        assertThat(messages).containsExactly(rendered);
    }

    @Test
    void theBranchOfErrorsSeesWhatFailed() {
        var messages =
                messages(
                        """
                        - id: outer
                          type: io.kestra.plugin.core.flow.Sequential
                          tasks:
                            - id: each
                              type: io.kestra.plugin.core.flow.ForEach
                              values: [x]
                              tasks:
                                - {id: bad, type: io.kestra.plugin.core.execution.Fail, errorMessage: it broke}
                          errors:
                            - id: nested
                              type: io.kestra.plugin.core.flow.Sequential
                              tasks:
                                - {id: log, type: %s, message: "{{ error.taskId }}/{{ error.value }}: {{ error.message }}"}
                        """
                                .formatted(LOG));

        assertThat(messages).last().asString().startsWith("bad/x: ").contains("it broke");
    }

    @Test
    void noTaskOutsideOfItDoes() {
        var messages =
                messages(
                        "- {id: log, type: %s, message: \"{{ error.taskId ?? 'none' }}\"}"
                                .formatted(LOG));

        assertThat(messages).containsExactly("none");
    }

    @Test
    void aTaskInLoopsSeesWhatIsAroundIt() {
        var messages =
                messages(
                        """
                        - id: outer
                          type: io.kestra.plugin.core.flow.ForEach
                          values: [x]
                          tasks:
                            - id: inner
                              type: io.kestra.plugin.core.flow.ForEach
                              values: [p, q]
                              tasks:
                                - id: r
                                  type: io.kestra.plugin.core.debug.Return
                                  format: "{{ taskrun.value }}"
                                - id: log
                                  type: %s
                                  message: "{{ parent.taskrun.value }}{{ taskrun.value }} {{ iterationOutput('r', taskrun.iteration) }} {{ currentEachOutput(outputs.r).value }}"
                        """
                                .formatted(LOG));

        assertThat(messages).containsExactly("xp p p", "xq q q");
    }

    @Test
    void theEndOfAnExecutionIsKnownAfterIt() {
        var lab =
                Lab.of(
                                """
                                id: flow
                                namespace: test
                                tasks: [{id: a, type: %1$s, message: "{{ execution.endDate ?? 'runs' }}"}]
                                afterExecution:
                                  - {id: b, type: %1$s, message: "{{ execution.endDate is defined }}"}
                                """
                                        .formatted(LOG))
                        .start()
                        .toTheEnd();

        assertThat(lab.logs).extracting(LogEntry::message).containsExactly("runs", "true");
    }

    @Test
    void theInstallationSaysWhatItShows() {
        var flow =
                io.millrace.model.yaml.FlowParser.trusting()
                        .parse(
                                "id: flow\nnamespace: test\ntasks: [{id: t, type: %s, message: \"{{ env('HOME') }}{{ globals.a }}{{ kestra.environment }}\"}]"
                                        .formatted(LOG))
                        .orThrow();
        var lab = new Lab();
        lab.plans.put(
                "flow",
                FlowPlan.compile(
                        flow,
                        1,
                        Lab.EXPRESSIONS,
                        Map.of(
                                "envs", Map.of("home", "h"),
                                "globals", Map.of("a", "b"),
                                "kestra", Map.of("environment", "test"))));

        lab.start().toTheEnd();

        assertThat(lab.logs).extracting(LogEntry::message).containsExactly("hbtest");
    }
}
