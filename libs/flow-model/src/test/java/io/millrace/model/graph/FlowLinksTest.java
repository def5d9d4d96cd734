// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.graph.FlowLinks.Name;
import io.millrace.model.yaml.FlowParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowLinksTest {
    private static final Name LOAD = new Name("company.data", "load");

    private static FlowLinks links(String yaml) {
        return FlowLinks.of(FlowParser.trusting().parse("id: f\nnamespace: n\n" + yaml).orThrow());
    }

    @Test
    void tasksNameTheFlowsThatTheyStart() {
        var links =
                links(
                        """
                        tasks:
                          - id: p
                            type: io.kestra.plugin.core.flow.Parallel
                            tasks:
                              - {id: a, type: io.kestra.plugin.core.flow.Subflow, namespace: company.data, flowId: load}
                              - {id: b, type: io.kestra.core.tasks.flows.Flow, namespace: company.data, flowId: load}
                              - {id: c, type: io.kestra.plugin.core.flow.Subflow, namespace: n, flowId: "{{ inputs.x }}"}
                          - {id: d, type: io.kestra.plugin.core.flow.ForEachItem, items: x, namespace: n, flowId: each}
                        """);

        assertThat(links.starts()).containsExactly(LOAD, new Name("n", "each"));
        assertThat(links.follows()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "preconditions: {id: x, flows: [{namespace: company.data, flowId: load}]} | true",
                "preconditions: {id: x, flows: [{namespace: company.data, flowId: other}]} | false",
                "preconditions: {id: x, flows: [{namespace: company.data}]} | true",
                "conditions: [{type: io.kestra.plugin.core.condition.ExecutionFlow, namespace: company.data, flowId: load}] | true",
                "conditions: [{type: io.kestra.plugin.core.condition.ExecutionNamespace, namespace: company, prefix: true}] | true",
                "conditions: [{type: io.kestra.plugin.core.condition.ExecutionNamespace, namespace: company}] | false",
                "conditions: [{type: io.kestra.plugin.core.condition.ExecutionStatus, in: [FAILED]}] | true",
                "disabled: true | ",
            })
    void aFlowTriggerSaysWhatItFollows(String properties, Boolean follows) {
        var links =
                links(
                        """
                        tasks: [{id: t, type: io.kestra.plugin.core.log.Log, message: m}]
                        triggers:
                          - id: after
                            type: io.kestra.plugin.core.trigger.Flow
                            %s
                        """
                                .formatted(properties));

        if (follows == null) {
            assertThat(links.follows()).isEmpty();
        } else {
            assertThat(links.follows().getFirst().matches(LOAD)).isEqualTo(follows);
        }
    }
}
