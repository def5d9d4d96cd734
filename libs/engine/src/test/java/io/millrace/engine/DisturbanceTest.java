// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.engine.ExecutionEvent.KillRequested;
import io.millrace.engine.ExecutionEvent.RestartRequested;
import io.millrace.engine.ExecutionEvent.TaskLost;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/// What becomes of each construct when it is killed, restarted after a failure, replayed, or loses
/// its worker, always while or where the task `work` runs inside of it. The table is a file.
class DisturbanceTest {
    private static final String CHILD =
            """
            id: child
            namespace: test
            inputs:
              - {id: items, type: STRING, required: false}
            tasks:
              - {id: work, type: test.Work}
            """;

    private static final String TEMPLATE =
            """
            id: both
            namespace: test
            tasks:
              - {id: work, type: test.Work}
              - {id: next, type: test.Work}
            """;

    private final Set<String> failed = new HashSet<>();

    private Lab flow(String construct) {
        var lab = new Lab();
        lab.templates = (_, id) -> id.equals("both") ? Optional.of(TEMPLATE) : Optional.empty();
        return lab.deploy(
                        """
                        id: flow
                        namespace: test
                        tasks:
                          - {id: before, type: test.Work}
                          - {id: top, type: io.kestra.plugin.core.flow.%s}
                          - {id: after, type: test.Work}
                        """
                                .formatted(construct.strip()))
                .deploy(CHILD);
    }

    private static TaskResult done(Lab lab, Job job) {
        return job.type().endsWith("ForEachItemSplit")
                ? lab.success(
                        job, Map.of("numberOfBatches", 2, "batchUri", "kestra:///a/{batch}.txt"))
                : lab.success(job, Map.of());
    }

    /// States of the task runs of the execution, then of those of its children.
    private static String states(Lab lab, ExecutionState of) {
        var text = new StringBuilder(of.execution().state() + ":");
        Lab.runs(of).forEach(run -> text.append(' ').append(run));
        for (var other : lab.executions.values()) {
            var parent = other.execution().parent();
            if (parent != null && parent.executionId().equals(of.execution().id())) {
                text.append(" | ").append(states(lab, other));
            }
        }
        return text.toString();
    }

    @ParameterizedTest
    @CsvFileSource(resources = "/disturbances/kill.txt", delimiter = '>', quoteCharacter = '`')
    void killed(String construct, String expected) {
        var lab = flow(construct);
        lab.worker(job -> job.taskId().equals("work") ? null : done(lab, job)).start().toTheEnd();

        lab.send(new KillRequested("alice", true)).settle();

        assertThat(states(lab, lab.main())).isEqualTo(expected.strip());
    }

    @ParameterizedTest
    @CsvFileSource(resources = "/disturbances/restart.txt", delimiter = '>', quoteCharacter = '`')
    void restarted(String construct, String expected) {
        var lab = flow(construct);
        lab.worker(job ->
                        job.taskId().equals("work") && failed.add("work")
                                ? lab.failure(job)
                                : done(lab, job))
                .start()
                .toTheEnd();

        lab.send(new RestartRequested("alice")).toTheEnd();

        assertThat(states(lab, lab.main())).isEqualTo(expected.strip());
    }

    @ParameterizedTest
    @CsvFileSource(resources = "/disturbances/replay.txt", delimiter = '>', quoteCharacter = '`')
    void replayed(String construct, String expected) {
        var lab = flow(construct);
        lab.worker(job -> done(lab, job)).start().toTheEnd();
        var work =
                lab.main().taskRuns().stream()
                        .filter(run -> run.taskId().equals("work") || run.taskId().equals("top"))
                        .reduce((_, second) -> second)
                        .orElseThrow();

        lab.replay(work.ordinal()).toTheEnd();

        var replay =
                lab.executions.values().stream()
                        .filter(e -> e.execution().replayOf() != null)
                        .findFirst()
                        .orElseThrow();
        assertThat(states(lab, replay)).isEqualTo(expected.strip());
    }

    @ParameterizedTest
    @CsvFileSource(resources = "/disturbances/lost.txt", delimiter = '>', quoteCharacter = '`')
    void workerLost(String construct, String expected) {
        var lab = flow(construct);
        lab.worker(job ->
                        job.taskId().equals("work") && failed.add(job.taskId())
                                ? null
                                : done(lab, job))
                .start()
                .toTheEnd();

        for (var execution : java.util.List.copyOf(lab.executions.values())) {
            for (var run : execution.taskRuns()) {
                if (run.taskId().equals("work") && run.phase() == Phase.RUNNING) {
                    lab.send(
                            execution.execution().id(),
                            new TaskLost(run.ordinal(), run.dispatch(), "silent"));
                }
            }
        }
        lab.toTheEnd();

        assertThat(states(lab, lab.main())).isEqualTo(expected.strip());
    }
}
