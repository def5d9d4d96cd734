// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Expressions that can't resolve, and those of which nothing can be said.
class ReferencesTest {
    /// Needs what stands alone between braces.
    private static final ExpressionCheck PATHS =
            new ExpressionCheck() {
                private static final Pattern PATH = Pattern.compile("\\{\\{ ([\\w.]+) }}");

                @Override
                public Optional<Fault> fault(String template) {
                    return Optional.empty();
                }

                @Override
                public Map<List<String>, Integer> needs(String template) {
                    var needs = new LinkedHashMap<List<String>, Integer>();
                    var path = PATH.matcher(template);
                    while (path.find()) {
                        int line = 1 + (int) template.substring(0, path.start()).lines().count();
                        needs.put(List.of(path.group(1).split("\\.")), Math.max(1, line - 1));
                    }
                    return needs;
                }
            };

    private static List<Problem> warnings(String source) {
        var parser = new FlowParser(TypeCatalog.core(), PATHS, ParserLimits.DEFAULT);
        return switch (parser.parse(source)) {
            case ParsedFlow.Valid valid -> valid.warnings();
            case ParsedFlow.Invalid(var problems) -> throw new AssertionError(problems);
        };
    }

    private static String flow(String expression, String more) {
        return """
        id: f
        namespace: company.team
        inputs:
          - id: region
            type: STRING
          - id: db.host
            type: STRING
        variables:
          greeting: hello
        tasks:
          - id: extract
            type: io.kestra.plugin.core.debug.Return
            format: x
          - id: report
            type: io.kestra.plugin.core.log.Log
            message: "{{ %s }}"
        %s
        """
                .formatted(expression, more);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "outputs.extrct.value | no task `extrct` in the flow. Did you mean `extract`?",
                "outputs.gone.value | no task `gone` in the flow",
                "tasks.extrac.state | no task `extrac` in the flow. Did you mean `extract`?",
                "inputs.regoin | no input `regoin`. Did you mean `region`?",
                "inputs.db.port | no input `db`",
                "vars.greting | no variable `greting`. Did you mean `greeting`?",
                "ouputs.extract.value | Unable to find `ouputs`. Did you mean `outputs`?",
                "taskRun | Unable to find `taskRun`. Did you mean `taskrun`?",
            })
    void whatCannotResolveIsAWarningWithItsPlace(String expression, String message) {
        assertThat(warnings(flow(expression, "")))
                .singleElement()
                .satisfies(warning -> {
                    assertThat(warning.message()).contains(message);
                    assertThat(warning.path()).isEqualTo("tasks[1].message");
                    assertThat(warning.line()).isEqualTo(16);
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "outputs.extract.value",
                "tasks.extract.state",
                "inputs.region",
                "inputs.db.host",
                "inputs.db",
                "vars.greeting",
                "trigger.date",
                "flow.id",
                "envs.home",
                "somethingOfThePlugin.x",
                "loop",
            })
    void whatMayResolveIsNone(String expression) {
        assertThat(warnings(flow(expression, ""))).isEmpty();
    }

    @Test
    void whatOtherExecutionsGiveIsNotJudged() {
        var trigger =
                """
                triggers:
                  - id: after
                    type: io.kestra.plugin.core.trigger.Flow
                    inputs:
                      region: "{{ outputs.elsewhere.value }}"
                """;

        assertThat(warnings(flow("flow.id", trigger))).isEmpty();
    }

    @Test
    void variablesThatATaskSetsAreNotJudged() {
        var source =
                flow("vars.later", "")
                        .replace(
                                "tasks:\n",
                                """
                                tasks:
                                  - id: set
                                    type: io.kestra.plugin.core.execution.SetVariables
                                    variables: {later: 1}
                                """);

        assertThat(warnings(source)).isEmpty();
    }

    @Test
    void namesWithDashesNeedBrackets() {
        var source =
                """
                id: f
                namespace: company.team
                inputs: [{id: server-fqn, type: STRING}]
                tasks:
                  - id: my-task
                    type: io.kestra.plugin.core.debug.Return
                    format: "{{ inputs.server-fqn }}"
                  - id: good
                    type: io.kestra.plugin.core.log.Log
                    message: "{{ inputs['server-fqn'] }} {{ outputs['my-task'].value }}"
                outputs:
                  - {id: o, type: STRING, value: "{{ outputs.my-task.value }}"}
                """;

        var parsed = new FlowParser(TypeCatalog.core(), PATHS, ParserLimits.DEFAULT).parse(source);

        assertThat(parsed).isInstanceOf(ParsedFlow.Invalid.class);
        assertThat(((ParsedFlow.Invalid) parsed).problems())
                .extracting(Problem::path, Problem::line, Problem::message)
                .containsExactly(
                        tuple(
                                "tasks[0].format",
                                7,
                                "Invalid Flow: Invalid input reference: use inputs[key-name] instead"
                                        + " of inputs.key-name — keys with dashes require bracket"
                                        + " notation, offending tasks: [my-task]"),
                        tuple(
                                "outputs[0].value",
                                12,
                                "Invalid Flow: Invalid output reference: use outputs[key-name]"
                                        + " instead of outputs.key-name — keys with dashes require"
                                        + " bracket notation, offending outputs: [o]"));
    }

    @Test
    void scheduleWithoutARequiredInputStartsNothing() {
        var source =
                """
                id: f
                namespace: company.team
                inputs:
                  - {id: a, type: STRING}
                  - {id: b, type: STRING, defaults: x}
                  - {id: c, type: STRING}
                tasks: [{id: t, type: io.kestra.plugin.core.log.Log, message: m}]
                triggers:
                  - {id: s, type: io.kestra.plugin.core.trigger.Schedule, cron: '@daily', inputs: {c: x}}
                """;

        assertThat(warnings(source))
                .extracting(Problem::message)
                .containsExactly("Missing inputs for Schedule Trigger 's', missing inputs: 'a'");
    }
}
