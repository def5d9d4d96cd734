// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.blueprints;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.yaml.BlueprintParser;
import io.millrace.model.yaml.ParsedBlueprint;
import io.millrace.model.yaml.ParserLimits;
import io.millrace.platform.problem.ServiceException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class GeneratorTest {
    private final Generator generator = new Generator();

    private static ParsedBlueprint.Template template() {
        var parsed =
                new BlueprintParser(ParserLimits.DEFAULT)
                        .parse(
                                """
                                extend:
                                  templateArguments:
                                    - {id: regions, type: MULTISELECT, values: [eu, us]}
                                    - {id: name, type: STRING, defaults: nightly}
                                  template:
                                    source: |
                                      id: << arg.name >>
                                      namespace: company.team
                                      tasks:
                                        <% for region in arg.regions %>
                                        - id: load_<< region >>
                                          type: io.kestra.plugin.core.log.Log
                                          message: "{{ inputs.day }} {% if true %}<< region | upper >>{% endif %}"
                                        <% endfor %>
                                """);
        assertThat(parsed.problems()).isEmpty();
        return Objects.requireNonNull(parsed.template());
    }

    @Test
    void whatIsInAngleBracketsIsRenderedAndBracesAreTheFlows() {
        var source =
                generator.generate(
                        template(), Map.of("regions", List.of("eu", "us"), "name", "daily"));

        assertThat(source)
                .isEqualTo(
                        """
                        id: daily
                        namespace: company.team
                        tasks:
                          - id: load_eu
                            type: io.kestra.plugin.core.log.Log
                            message: "{{ inputs.day }} {% if true %}EU{% endif %}"
                          - id: load_us
                            type: io.kestra.plugin.core.log.Log
                            message: "{{ inputs.day }} {% if true %}US{% endif %}"
                        """);
    }

    @Test
    void argumentsTakeTheirDefaultsAndAllThatIsWrongIsNamed() {
        assertThat(generator.generate(template(), Map.of("regions", List.of())))
                .startsWith("id: nightly\n");
        assertThatThrownBy(() -> generator.generate(template(), Map.of("region", "eu")))
                .isInstanceOfSatisfying(
                        ServiceException.Invalid.class,
                        e ->
                                assertThat(e.violations())
                                        .extracting(v -> v.field())
                                        .containsExactly("regions", "region"));
    }

    @Test
    void aTemplateThatCantBeRenderedIsRefused() {
        var broken = new ParsedBlueprint.Template("id: << nope( >>\n", List.of(), Map.of());

        assertThatThrownBy(() -> generator.generate(broken, Map.of()))
                .isInstanceOf(ServiceException.Invalid.class)
                .hasMessageContaining("can't be rendered");
    }
}
