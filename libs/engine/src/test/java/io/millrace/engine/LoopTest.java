// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The `Loop` of 2.0: iterations are worlds of their own.
class LoopTest {
    private static Lab flow(String loop) {
        return Lab.of(
                """
                id: flow
                namespace: test
                tasks:
                  - id: loop
                    type: io.kestra.plugin.core.flow.Loop
                """
                        + loop.indent(4)
                        + """
                          - id: after
                            type: io.kestra.plugin.core.debug.Return
                            format: "{{ outputs.loop.outputs ?? 'none' }} {{ outputs.process ?? 'closed' }}"
                        """);
    }

    private static List<?> valuesOf(Lab lab, String task) {
        return lab.main().taskRuns().stream()
                .filter(run -> run.taskId().equals(task))
                .map(run -> run.outputs().get("value"))
                .toList();
    }

    @Test
    void itemIsTheValueWithItsPlaceAndThoseAround() {
        var lab =
                flow("""
                values: {a: 1, b: 2}
                concurrencyLimit: 1
                tasks:
                  - id: inner
                    type: io.kestra.plugin.core.flow.Loop
                    values: [x, x]
                    tasks:
                      - id: process
                        type: io.kestra.plugin.core.debug.Return
                        format: "{{ item.value }}{{ item.index }} {{ item.parent.key }}={{ item.parents[0].value }}"
                """)
                        .start()
                        .toTheEnd();

        assertThat(valuesOf(lab, "process"))
                .isEqualTo(List.of("x0 a=1", "x1 a=1", "x0 b=2", "x1 b=2"));
    }

    @Test
    void outputsAreThoseOfTheOwnIterationInsideAndTheDeclaredOnesOutside() {
        var lab =
                flow("""
                values: [1, 2]
                outputs:
                  - {id: label, type: STRING, value: "{{ outputs.process.value }}!"}
                tasks:
                  - {id: process, type: io.kestra.plugin.core.debug.Return, format: "p{{ item.value }}"}
                  - {id: next, type: io.kestra.plugin.core.debug.Return, format: "{{ outputs.process.value }}"}
                """)
                        .start()
                        .toTheEnd();

        assertThat(valuesOf(lab, "next")).isEqualTo(List.of("p1", "p2"));
        var outputs = lab.run("loop").outputs();
        assertThat(outputs)
                .containsEntry("iterationCount", 2)
                .containsEntry("terminatedIterations", Map.of("SUCCESS", 2));
        assertThat((List<?>) outputs.get("outputs"))
                .extracting(one -> ((Map<?, ?>) one).get("outputs"))
                .isEqualTo(List.of(Map.of("label", "p1!"), Map.of("label", "p2!")));
        assertThat((String) lab.run("after").outputs().get("value"))
                .contains("p2!")
                .endsWith("closed");
    }

    @Test
    void breaksWhenAskedTo() {
        var lab =
                flow("""
                values: [1, 2, 3, 4]
                concurrencyLimit: 1
                breakWhen: "{{ item.value == '2' }}"
                tasks:
                  - {id: process, type: test.Work}
                """)
                        .start()
                        .toTheEnd();

        assertThat(lab.state()).isEqualTo(State.SUCCESS);
        assertThat(lab.run("loop").outputs())
                .containsEntry("terminatedIterations", Map.of("SUCCESS", 2));
    }

    @Test
    void failuresThatAreNotTransmittedEndTheirIterationAlone() {
        var lab =
                flow("""
                values: [1, 2]
                concurrencyLimit: 1
                transmitFailed: false
                tasks:
                  - {id: process, type: test.Work}
                  - {id: next, type: test.Work}
                """)
                        .failing("process")
                        .start()
                        .toTheEnd();

        assertThat(lab.runs())
                .containsExactly(
                        "loop:SUCCESS", "process[1]:FAILED", "process[2]:FAILED", "after:SUCCESS");
        assertThat(lab.run("loop").outputs())
                .containsEntry("terminatedIterations", Map.of("FAILED", 2));
    }

    @Test
    void manyOutputsAreStoredByAWorker() {
        var values = IntStream.range(0, 3000).mapToObj(Integer::toString).toList();
        var lab =
                flow("""
                values: %s
                outputs:
                  - {id: text, type: STRING, value: "{{ item.value }} of very many values in a loop"}
                tasks:
                  - {id: process, type: io.kestra.plugin.core.debug.Return}
                """
                                .formatted(values))
                        .start()
                        .toTheEnd();

        assertThat(lab.state()).isEqualTo(State.SUCCESS);
        assertThat(lab.jobs).extracting(Job::kind).containsExactly(Job.Kind.STORE);
        assertThat((List<?>) lab.run("loop").outputs().get("outputs")).hasSize(3000);
    }
}
