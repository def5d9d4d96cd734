// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A rollout goes through a fleet in waves, stops when too much goes wrong, and goes on with what
/// failed.
class RolloutTest {
    private final Set<String> failing = new HashSet<>();
    private final List<String> order = new ArrayList<>();

    private Lab fleet(int targets, String options) {
        var names = IntStream.rangeClosed(1, targets).mapToObj(i -> "h" + i).toList();
        return Lab.of(
                """
                id: flow
                namespace: test
                tasks:
                  - id: fleet
                    type: io.millrace.flow.Rollout
                    targets: %s
                """
                                .formatted(names)
                        + options.indent(4)
                        + """
                            tasks:
                              - {id: drain, type: test.Work}
                              - {id: patch, type: test.Work}
                        """);
    }

    private Lab working(Lab lab) {
        return lab.worker(job -> {
            var run = lab.main().taskRun(job.taskRun());
            order.add(run.taskId() + " " + run.value());
            return failing.contains(run.taskId() + " " + run.value())
                    ? lab.failure(job)
                    : lab.success(job, Map.of());
        });
    }

    private Lab run(int targets, String options) {
        var lab = fleet(targets, options);
        return working(lab).start().toTheEnd();
    }

    private static Map<String, @Nullable Object> report(Lab lab) {
        return lab.run("fleet").outputs();
    }

    private static List<?> results(Lab lab) {
        return (List<?>) requireNonNull(report(lab).get("results"));
    }

    private List<String> begun() {
        return order.stream().filter(one -> one.startsWith("drain")).toList();
    }

    @Test
    void aWaveBeginsWhenTheOneBeforeHasEndedAndIsWell() {
        var lab =
                run(
                        6,
                        """
                        waves: [1, "50%"]
                        healthCheck:
                          - {id: check, type: test.Work}
                        """);

        assertThat(lab.state()).isEqualTo(State.SUCCESS);
        assertThat(order.subList(0, 3)).containsExactly("drain h1", "patch h1", "check 1");
        assertThat(order.subList(3, 9))
                .containsExactlyInAnyOrder(
                        "drain h2", "drain h3", "drain h4", "patch h2", "patch h3", "patch h4");
        assertThat(order.get(9)).isEqualTo("check 2");
        assertThat(order.subList(10, 14))
                .containsExactlyInAnyOrder("drain h5", "drain h6", "patch h5", "patch h6");
        assertThat(order.getLast()).isEqualTo("check 3");
        assertThat(report(lab).get("waves")).isEqualTo(3);
        assertThat(report(lab).get("succeeded")).isEqualTo(6);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "30; [1, 10%, 50%]; [1, 3, 15, 11]",
                "30; 100%; [30]",
                "5; 2; [2, 2, 1]",
                "3; [1%]; [1, 1, 1]",
                "4; [10]; [4]",
                "0; [1]; []"
            })
    void wavesAreNumbersOrPercentagesAndTheLastOneIsRepeated(
            int targets, String waves, String sizes) {
        var lab = run(targets, "waves: " + waves.replaceAll("(\\d+%)", "\"$1\""));

        var results = results(lab);
        var counts = new ArrayList<Long>();
        for (int wave = 1; wave <= Values.whole(report(lab).get("waves")); wave++) {
            int number = wave;
            counts.add(
                    results.stream()
                            .filter(one -> Values.whole(((Map<?, ?>) one).get("wave")) == number)
                            .count());
        }
        assertThat(counts.toString()).isEqualTo(sizes);
        assertThat(lab.state()).isEqualTo(State.SUCCESS);
    }

    @Test
    void failuresWithinTheBudgetAreAWarning() {
        failing.add("patch h2");

        var lab = run(4, "waves: [1]\nmaxFailures: \"25%\"");

        assertThat(lab.state()).isEqualTo(State.WARNING);
        assertThat(begun()).hasSize(4);
        assertThat(report(lab).get("failedTargets")).isEqualTo(List.of("h2"));
        assertThat(report(lab).get("succeeded")).isEqualTo(3);
    }

    @Test
    void beyondTheBudgetNothingBeginsAndWhatHasBegunIsBroughtToItsEnd() {
        failing.add("drain h2");

        var lab = run(6, "waves: [1, 3]");

        assertThat(lab.state()).isEqualTo(State.FAILED);
        assertThat(begun()).hasSize(4);
        assertThat(order).contains("patch h3", "patch h4").doesNotContain("patch h2");
        assertThat(report(lab))
                .containsEntry("failedTargets", List.of("h2"))
                .containsEntry("succeeded", 3)
                .containsEntry("notBegun", 2);
        assertThat(results(lab).get(1))
                .isEqualTo(
                        Map.of(
                                "target",
                                "h2",
                                "wave",
                                2,
                                "state",
                                "FAILED",
                                "task",
                                "drain",
                                "error",
                                "no drain"));
    }

    @Test
    void badHealthStopsTheRollout() {
        failing.add("check 1");

        var lab =
                run(
                        3,
                        """
                        waves: [1]
                        maxFailures: 3
                        healthCheck:
                          - {id: check, type: test.Work}
                        """);

        assertThat(lab.state()).isEqualTo(State.FAILED);
        assertThat(begun()).hasSize(1);
        assertThat(report(lab)).containsEntry("notBegun", 2);
    }

    @Test
    void aRestartRunsWhatFailedAndGoesOnWithTheRest() {
        failing.addAll(List.of("patch h2", "patch h3"));
        var lab = run(6, "waves: [1, 2]\nmaxFailures: 1");
        assertThat(lab.state()).isEqualTo(State.FAILED);
        failing.clear();
        order.clear();

        lab.send(new ExecutionEvent.RestartRequested("test")).settle().toTheEnd();

        assertThat(lab.state()).isEqualTo(State.SUCCESS);
        assertThat(order)
                .containsExactlyInAnyOrder(
                        "patch h2",
                        "patch h3",
                        "drain h4",
                        "drain h5",
                        "drain h6",
                        "patch h4",
                        "patch h5",
                        "patch h6");
        assertThat(report(lab))
                .containsEntry("succeeded", 6)
                .containsEntry("failed", 0)
                .containsEntry("failedTargets", List.of());
    }

    @Test
    void aRestartAlsoRunsWhatFailedWithinTheBudget() {
        failing.add("drain h1");
        var lab = run(3, "waves: [1]\nmaxFailures: 2");
        assertThat(lab.state()).isEqualTo(State.WARNING);
        failing.clear();
        order.clear();

        lab.send(new ExecutionEvent.RestartRequested("test")).settle().toTheEnd();

        assertThat(order).containsExactly("drain h1", "patch h1");
        assertThat(lab.state()).isEqualTo(State.SUCCESS);
    }

    @Test
    void aHealthCheckThatWasBadRunsAgainBeforeTheNextWave() {
        failing.add("check 1");
        var lab =
                run(
                        2,
                        """
                        waves: [1]
                        healthCheck:
                          - {id: check, type: test.Work}
                        """);
        failing.clear();
        order.clear();

        lab.send(new ExecutionEvent.RestartRequested("test")).settle().toTheEnd();

        assertThat(order).containsExactly("check 1", "drain h2", "patch h2", "check 2");
        assertThat(lab.state()).isEqualTo(State.SUCCESS);
    }

    /// What is inside of a target's flow control goes on only with the target's lock.
    @Test
    void aRestartWithinATargetAsksForItsLockFirst() {
        var lab =
                Lab.of(
                                """
                                id: flow
                                namespace: test
                                tasks:
                                  - id: fleet
                                    type: io.millrace.flow.Rollout
                                    targets: [h1]
                                    tasks:
                                      - id: both
                                        type: io.kestra.plugin.core.flow.Sequential
                                        tasks:
                                          - {id: drain, type: test.Work}
                                          - {id: patch, type: test.Work}
                                """)
                        .failing("patch")
                        .start();
        assertThat(lab.state()).isEqualTo(State.FAILED);
        lab.worker(job -> null).start();
        lab.send(new ExecutionEvent.RestartRequested("test")).settle();

        assertThat(lab.run("both").phase()).isEqualTo(Phase.LOCKING);
        assertThat(lab.run("patch").phase()).isEqualTo(Phase.READY);

        lab.worker(job -> lab.success(job, Map.of()));
        lab.send(lab.last().execution().id(), new ExecutionEvent.KillRequested("test", true));
        lab.settle().toTheEnd();

        assertThat(lab.state()).isEqualTo(State.SUCCESS);
        assertThat(lab.jobs.stream().filter(job -> job.taskId().equals("drain"))).hasSize(2);
    }

    @Test
    void aReplayFromATargetRunsLaterWavesAgain() {
        var lab = run(3, "waves: [1]");
        order.clear();
        int patch =
                lab.main().taskRuns().stream()
                        .filter(run -> run.taskId().equals("patch"))
                        .filter(run -> "h2".equals(run.value()))
                        .findFirst()
                        .orElseThrow()
                        .ordinal();

        lab.worker(job -> {
            var run = lab.last().taskRun(job.taskRun());
            order.add(run.taskId() + " " + run.value());
            return lab.success(job, Map.of());
        });
        lab.replay(patch).settle().toTheEnd();

        assertThat(order).containsExactly("patch h2", "drain h3", "patch h3");
    }

    @Test
    void aTargetIsWorkedOnByOneExecutionAtATime() {
        var lab = fleet(2, "waves: [1]");
        lab.worker(job -> null);
        lab.start().start();
        var first = lab.main();
        var second = lab.last();

        assertThat(first.taskRuns()).anyMatch(run -> run.phase() == Phase.RUNNING);
        assertThat(second.taskRuns()).anyMatch(run -> run.phase() == Phase.LOCKING);
        assertThat(lab.logs)
                .anyMatch(line ->
                        line.message()
                                .equals(
                                        "Waits for the lock of h1, which execution "
                                                + first.execution().id()
                                                + " has"));

        lab.send(new ExecutionEvent.KillRequested("test", true)).settle();

        assertThat(lab.last().taskRuns()).anyMatch(run -> run.phase() == Phase.RUNNING);
    }

    @Test
    void whoWaitsTooLongForALockCountsAsFailed() {
        var lab = fleet(1, "lockWait: PT5M");
        lab.worker(job -> null);
        lab.start().start();

        lab.later(Duration.ofMinutes(6));

        var waiting = lab.last();
        assertThat(waiting.execution().state()).isEqualTo(State.FAILED);
        assertThat(waiting.taskRuns())
                .anyMatch(run ->
                        run.error() != null
                                && run.error()
                                        .equals(
                                                "Expected the lock of h1 within PT5M but execution "
                                                        + lab.main().execution().id()
                                                        + " has it"));
        assertThat(lab.main().execution().state()).isEqualTo(State.RUNNING);
    }

    @Test
    void withoutALockTheyWorkSideBySide() {
        var lab = fleet(1, "lock: NONE");
        lab.worker(job -> null);
        lab.start().start();

        assertThat(lab.last().taskRuns()).anyMatch(run -> run.phase() == Phase.RUNNING);
        assertThat(lab.locks).isEmpty();
    }

    @Test
    void targetsAreObjectsAndOutputsAreThoseOfTheOwnTargetOrWave() {
        var lab =
                Lab.of(
                                """
                                id: flow
                                namespace: test
                                tasks:
                                  - id: fleet
                                    type: io.millrace.flow.Rollout
                                    targets: [{name: db1, port: 1}, {name: db2, port: 2}]
                                    waves: [1]
                                    tasks:
                                      - {id: say, type: io.kestra.plugin.core.debug.Return, format: "{{ item.name }}:{{ item.target.port }} in {{ item.wave }} of {{ item.waves }}"}
                                      - {id: again, type: io.kestra.plugin.core.debug.Return, format: "{{ outputs.say.value }}"}
                                    healthCheck:
                                      - {id: check, type: io.kestra.plugin.core.debug.Return, format: "{{ item.wave }} {{ outputs.say.value ?? 'closed' }} {{ outputs.fleet.failed }}"}
                                    outputs:
                                      - {id: said, type: STRING, value: "{{ outputs.again.value }}"}
                                """)
                        .start()
                        .toTheEnd();

        assertThat(lab.state()).isEqualTo(State.SUCCESS);
        assertThat(
                        lab.main().taskRuns().stream()
                                .filter(run -> run.outputs().containsKey("value"))
                                .map(run -> String.valueOf(run.outputs().get("value"))))
                .containsExactly(
                        "db1:1 in 1 of 2",
                        "db1:1 in 1 of 2",
                        "1 closed 0",
                        "db2:2 in 2 of 2",
                        "db2:2 in 2 of 2",
                        "2 closed 0");
        assertThat((List<?>) report(lab).get("outputs")).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "targets: [a, a]; Expected each target once but a is there twice",
                "targets: [a]\\nwaves: [0]; Expected waves such as 1 or 10% but got 0",
                "targets: [a]\\nwaves: [some]; Expected waves such as 1 or 10% but got some",
                "targets: [a]\\nmaxFailures: 101%; Expected maxFailures such as 1 or 10% but got 101%"
            })
    void whatIsNoPlanSaysSo(String properties, String message) {
        var lab =
                Lab.of(
                                """
                                id: flow
                                namespace: test
                                tasks:
                                  - id: fleet
                                    type: io.millrace.flow.Rollout
                                """
                                        + properties.replace("\\n", "\n").indent(4)
                                        + """
                                            tasks:
                                              - {id: patch, type: test.Work}
                                        """
                                                .indent(0))
                        .start()
                        .toTheEnd();

        assertThat(lab.state()).isEqualTo(State.FAILED);
        assertThat(lab.run("fleet").error()).isEqualTo(message);
    }

    @Test
    void anEventOfALargeFleetCostsWhatOneOfASmallFleetDoes() {
        var small = run(500, "waves: [1, 100]\nmaxFailures: 100%\nlock: NONE");
        var large = run(5_000, "waves: [1, 100]\nmaxFailures: 100%\nlock: NONE");

        assertThat((double) large.touched / large.events)
                .isLessThan(1.2 * small.touched / small.events);
    }
}
