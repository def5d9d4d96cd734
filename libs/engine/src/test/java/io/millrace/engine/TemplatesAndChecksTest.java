// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.ExecutionId;
import io.millrace.model.yaml.FlowParser;
import io.millrace.model.yaml.TemplateSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplatesAndChecksTest {
    private static final Trigger TICK = new Trigger("tick", "schedule", Map.of());

    @Test
    void aTemplateRunsItsTasksWithItsArguments() {
        TemplateSource templates =
                (namespace, id) ->
                        namespace.equals("company") && id.equals("greet")
                                ? Optional.of(
                                        """
                                        {"id": "greet", "namespace": "company", "tasks": [
                                          {"id": "say", "type": "io.kestra.plugin.core.debug.Return",
                                           "format": "{{ parent.outputs.args.word }}"}]}
                                        """)
                                : Optional.empty();

        var state = run(plan(USES_TEMPLATE, templates), null);

        assertThat(Lab.runs(state)).containsExactly("uses:SUCCESS", "say:SUCCESS");
        assertThat(state.taskRun(1).outputs()).isEqualTo(Map.of("value", "hello"));
    }

    @Test
    void aTemplateThatIsNotThereFailsTheTask() {
        var state = run(plan(USES_TEMPLATE, TemplateSource.NONE), null);

        assertThat(Lab.runs(state)).containsExactly("uses:FAILED");
        assertThat(state.taskRun(0).error()).isEqualTo("Can't find flow template 'company.greet'");
    }

    @ParameterizedTest
    @CsvSource({
        "BLOCK_EXECUTION, FAILED",
        "FAIL_EXECUTION, FAILED",
        "CREATE_EXECUTION, SUCCESS",
    })
    void checksHoldForWhatTriggersStart(String behavior, State expected) {
        var plan =
                plan(
                        """
                        id: checked
                        namespace: company
                        checks:
                          - when: "{{ trigger.date is defined }}"
                            message: no date
                            behavior: %s
                        tasks: [{id: t, type: io.kestra.plugin.core.debug.Return}]
                        """
                                .formatted(behavior),
                        TemplateSource.NONE);

        assertThat(run(plan, TICK).execution().state()).isEqualTo(expected);
        // who asks for it is told before
        assertThat(run(plan, null).execution().state()).isEqualTo(State.SUCCESS);
    }

    @ParameterizedTest
    @CsvSource({"Schedule, SUCCESS", "Webhook, FAILED"})
    void theVariablesOfAScheduleHaveTwoNames(String type, State expected) {
        var plan =
                plan(
                        """
                        id: scheduled
                        namespace: company
                        tasks:
                          - {id: t, type: io.kestra.plugin.core.debug.Return, format: "{{ schedule.date }}{{ trigger._context.id }}{{ trigger }}"}
                        """,
                        TemplateSource.NONE);

        var state =
                run(
                        plan,
                        new Trigger(
                                "tick",
                                "io.kestra.plugin.core.trigger." + type,
                                Map.of("date", "2024-05-15T12:00:00Z")));

        assertThat(state.execution().state()).isEqualTo(expected);
        if (expected == State.SUCCESS) {
            assertThat(state.taskRun(0).outputs())
                    .isEqualTo(
                            Map.of(
                                    "value",
                                    "2024-05-15T12:00:00Ztick{\"date\":\"2024-05-15T12:00:00Z\"}"));
        }
    }

    @Test
    void aPureTaskWhoseLogGoesToAFileIsAWorkersAndACacheIsAskedFor() {
        var plan =
                plan(
                        """
                        id: logs
                        namespace: company
                        tasks:
                          - id: file
                            type: io.kestra.plugin.core.log.Log
                            message: hello
                            logToFile: true
                            taskCache: {enabled: true, ttl: PT1H}
                        """,
                        TemplateSource.NONE);

        var decision = Engine.start(plan, request(null), Lab.NOON);

        assertThat(decision.commands()).contains(new Command.DispatchTask(0, 1, false));
        var job = Job.of(plan, decision.state(), new Command.DispatchTask(0, 1, false));
        assertThat(job.logToFile()).isTrue();
        assertThat(job.cache()).isNotNull();
    }

    @Test
    void inputsAndChecksReadWhatAllFlowsOfTheInstallationSee() {
        var flow = FlowParser.trusting().parse(USES_TEMPLATE, List.of()).orThrow();
        var plan =
                FlowPlan.compile(flow, 3, Lab.EXPRESSIONS, Map.of("envs", Map.of("region", "eu")));

        assertThat(plan.variablesAhead("main", "e"))
                .containsEntry("envs", Map.of("region", "eu"))
                .containsEntry("execution", Map.of("id", "e"))
                .containsEntry(
                        "flow",
                        Map.of(
                                "id", "uses",
                                "namespace", "company",
                                "revision", 3,
                                "tenantId", "main"));
    }

    private static final String USES_TEMPLATE =
            """
            id: uses
            namespace: company
            tasks:
              - id: uses
                type: io.kestra.plugin.core.flow.Template
                namespace: company
                templateId: greet
                args: {word: "{{ 'hello' }}"}
            """;

    private static FlowPlan plan(String source, TemplateSource templates) {
        var flow = FlowParser.trusting().parse(source, List.of(), templates).orThrow();
        return FlowPlan.compile(flow, 1, Lab.EXPRESSIONS);
    }

    private static ExecutionState run(FlowPlan plan, @Nullable Trigger trigger) {
        return Engine.start(plan, request(trigger), Lab.NOON).state();
    }

    private static ExecutionRequest request(@Nullable Trigger trigger) {
        return ExecutionRequest.of(ExecutionId.derived(Lab.NOON, "e").value(), "main", "me")
                .trigger(trigger)
                .build();
    }
}
