// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/// Deep nesting, and many batches.
class ScaleTest {
    private static final String CORE = "io.kestra.plugin.core.";

    /// Two hundred tasks, six levels deep: 40 branches of five flowables around a task.
    @Test
    void twoHundredTasksSixLevelsDeepEnd() {
        var tasks = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            tasks.append(
                    """
                    - id: parallel_%1$d
                      type: %2$sflow.Parallel
                      tasks:
                        - id: if_%1$d
                          type: %2$sflow.If
                          condition: "{{ true }}"
                          then:
                            - id: each_%1$d
                              type: %2$sflow.ForEach
                              values: [a]
                              tasks:
                                - id: allow_%1$d
                                  type: %2$sflow.AllowFailure
                                  tasks:
                                    - id: switch_%1$d
                                      type: %2$sflow.Switch
                                      value: "{{ parents[0].taskrun.value }}"
                                      cases:
                                        a:
                                          - {id: leaf_%1$d, type: %2$sdebug.Return, format: x}
                    """
                            .formatted(i, CORE));
        }

        var lab = Lab.of("id: deep\nnamespace: test\ntasks:\n" + tasks.toString().indent(2));
        lab.start().toTheEnd();

        assertThat(lab.state()).isEqualTo(State.SUCCESS);
        assertThat(lab.main().taskRuns()).hasSize(240);
    }

    private record Cost(long events, int longest) {}

    private static Cost batches(int count) {
        var lab =
                Lab.of(
                        """
                        id: flow
                        namespace: test
                        tasks:
                          - id: each
                            type: io.kestra.plugin.core.flow.ForEachItem
                            items: "kestra:///items"
                            namespace: test
                            flowId: child
                            inputs: {items: "{{ taskrun.items }}"}
                        """,
                        """
                        id: child
                        namespace: test
                        inputs: [{id: items, type: STRING}]
                        tasks: [{id: work, type: io.kestra.plugin.core.debug.Return}]
                        """);
        lab.worker(job ->
                        lab.success(
                                job,
                                Map.of(
                                        "numberOfBatches",
                                        count,
                                        "batchUri",
                                        "kestra:///{batch}.txt")))
                .start();
        var items = lab.run("each_items");

        assertThat(lab.state()).isEqualTo(State.SUCCESS);
        assertThat(items.outputs())
                .containsEntry("numberOfBatches", count)
                .containsEntry("iterations", Map.of("CREATED", 0, "RUNNING", 0, "SUCCESS", count));
        return new Cost(lab.events, lab.longestBatches);
    }

    @Test
    void tenTimesTheBatchesCostTenTimesAsMuchAndARowStaysSmall() {
        var small = batches(500);
        var large = batches(5_000);

        assertThat(large.events()).isLessThanOrEqualTo(11 * small.events());
        assertThat(large.longest()).isLessThan(1_000);
    }
}
