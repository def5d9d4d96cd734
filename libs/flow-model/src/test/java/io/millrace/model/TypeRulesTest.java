// SPDX-License-Identifier: Apache-2.0
package io.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.TypeRules.Level;
import io.millrace.model.yaml.FlowParser;
import io.millrace.model.yaml.ParsedFlow;
import io.millrace.model.yaml.Problem;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TypeRulesTest {
    private static final String LOG = "io.kestra.plugin.core.log.Log";
    private static final String SHELL = "io.kestra.plugin.scripts.shell.Commands";
    private static final TypeRules RULES =
            new TypeRules(
                    List.of(
                            new Level("company.team", List.of("io.kestra.plugin.*"), List.of()),
                            new Level(
                                    "company",
                                    List.of(),
                                    List.of(
                                            "io.kestra.plugin.scripts.*",
                                            "io.kestra.plugin.core.debug.Echo"))),
                    Map.of("io.old.Shell", SHELL));

    @ParameterizedTest
    @CsvSource({
        LOG + ",",
        "io.kestra.plugin.core.flow.If,",
        SHELL + ", company",
        // whatever it was called before
        "io.kestra.core.tasks.debugs.Echo, company",
        "io.old.Shell, company",
        "org.example.Task, company.team",
    })
    void everyLevelHasASay(String type, String refusedBy) {
        var refusal = RULES.refusal(type);

        if (refusedBy == null) {
            assertThat(refusal).isEmpty();
        } else {
            assertThat(refusal.orElseThrow()).endsWith("isn't allowed in namespace " + refusedBy);
        }
    }

    @Test
    void flowControlNeedsNoPermissionButCanBeForbidden() {
        var control = "io.kestra.plugin.core.flow.ForEach";

        assertThat(rules(List.of(LOG), List.of()).refusal(control)).isEmpty();
        assertThat(rules(List.of(LOG), List.of(control)).refusal(control)).isPresent();
    }

    @Test
    void theParserSaysWhereARefusedTypeStandsHoweverDeep() {
        var parsed =
                FlowParser.trusting()
                        .parse(
                                """
                                id: deep
                                namespace: company.team
                                tasks:
                                  - id: all
                                    type: io.kestra.plugin.core.flow.Parallel
                                    tasks:
                                      - id: shell
                                        type: io.kestra.plugin.scripts.shell.Commands
                                        commands: [id]
                                errors:
                                  - id: python
                                    type: io.kestra.plugin.jdbc.Query
                                    taskRunner:
                                      type: io.kestra.plugin.scripts.runner.docker.Docker
                                triggers:
                                  - id: watch
                                    type: org.example.Watch
                                """,
                                _ -> List.of(),
                                namespace ->
                                        namespace.equals("company.team") ? RULES : TypeRules.NONE);

        assertThat(parsed).isInstanceOf(ParsedFlow.Invalid.class);
        assertThat(((ParsedFlow.Invalid) parsed).problems())
                .extracting(Problem::path, Problem::line, Problem::column)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("tasks[0].tasks[0].type", 8, 15),
                        org.assertj.core.groups.Tuple.tuple("errors[0].taskRunner.type", 14, 13),
                        org.assertj.core.groups.Tuple.tuple("triggers[0].type", 17, 11));
    }

    @Test
    void patternsAreNamesOrBeginnings() {
        assertThat(List.of(LOG, "io.*", "*")).allMatch(TypeRules::isPattern);
        assertThat(List.of("", " ", "a*b", "*.Log", "a b", "x".repeat(300)))
                .noneMatch(TypeRules::isPattern);
    }

    private static TypeRules rules(List<String> allowed, List<String> forbidden) {
        return new TypeRules(List.of(new Level("company", allowed, forbidden)), Map.of());
    }
}
