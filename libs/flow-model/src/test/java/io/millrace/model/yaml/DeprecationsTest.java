// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.TaskTypes;
import io.millrace.model.yaml.PluginType.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeprecationsTest {
    private static final FlowParser PARSER =
            new FlowParser(TypeCatalog.core(), ExpressionCheck.NONE, ParserLimits.DEFAULT);

    @Test
    void olderSpellingsAreNamedWithTheirPaths() {
        var deprecations =
                PARSER.deprecations(
                        """
                        id: f
                        namespace: n
                        inputs:
                          - name: a
                            type: STRING
                          - id: b
                            type: BOOLEAN
                        taskDefaults: []
                        listeners: []
                        tasks:
                          - id: echo
                            type: io.kestra.core.tasks.debugs.Echo
                            format: x
                            retry: {type: constant, interval: PT1S, maxAttempt: 2}
                          - id: wait
                            type: io.kestra.plugin.core.flow.Pause
                            delay: PT1S
                        """);

        assertThat(deprecations.paths())
                .containsExactlyInAnyOrder(
                        "inputs[0].name",
                        "inputs[1]",
                        "taskDefaults",
                        "listeners",
                        "tasks[0]",
                        "tasks[0].retry.maxAttempt",
                        "tasks[1].delay");
        assertThat(deprecations.renamed())
                .containsExactly(
                        new Deprecations.Renamed(
                                "io.kestra.core.tasks.debugs.Echo",
                                "io.kestra.plugin.core.debug.Echo"));
        assertThat(deprecations.tasks())
                .containsExactly(
                        new Deprecations.Task(
                                "echo",
                                "io.kestra.plugin.core.debug.Echo",
                                "io.kestra.plugin.core.log.Log"));
    }

    @Test
    void whatIsNotAFlowHasNone() {
        assertThat(PARSER.deprecations("- a")).isEqualTo(Deprecations.NONE);
        assertThat(PARSER.deprecations("a: [")).isEqualTo(Deprecations.NONE);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void replacementsAndOlderNamesAreTypesThatExist(Kind kind) {
        for (var type : TypeCatalog.core().types(kind)) {
            var replacement = Deprecations.replacement(type.name());
            if (replacement != null) {
                assertThat(TypeCatalog.core().type(replacement)).isPresent();
            }
            assertThat(type.allNames())
                    .allMatch(name -> TaskTypes.canonical(name).equals(type.name()));
        }
    }
}
