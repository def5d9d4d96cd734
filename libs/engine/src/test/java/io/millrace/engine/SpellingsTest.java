// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Flows of Kestra 0.2x and the same flows as 2.0 spells them end alike: the same state, task runs,
/// attempts, outputs and logs.
class SpellingsTest {
    private static final String CORE = "io.kestra.plugin.core.";
    private static final String OLD = "io.kestra.core.tasks.";

    /// What can be seen of an execution.
    private record Course(
            Outcome outcome,
            @Nullable State state,
            List<String> taskRuns,
            Map<String, @Nullable Object> outputs,
            List<String> logs) {}

    private static Course course(String body, Map<String, @Nullable Object> inputs) {
        var lab =
                Lab.of(
                                "id: flow\nnamespace: test\n" + body,
                                "id: child\nnamespace: test\ntasks: [{id: c, type: test.Work}]")
                        .failing("bad")
                        .start(inputs)
                        .toTheEnd();
        if (lab.executions.isEmpty()) {
            return new Course(lab.outcome, null, List.of(), Map.of(), List.of());
        }
        var state = lab.main();
        return new Course(
                lab.outcome,
                state.execution().state(),
                state.taskRuns().stream().map(SpellingsTest::seen).toList(),
                new TreeMap<>(state.execution().outputs()),
                lab.logs.stream().map(line -> line.level() + " " + line.message()).toList());
    }

    private static String seen(TaskRun run) {
        return run.taskId()
                + (run.value() == null ? "" : "[" + run.value() + "]")
                + ":"
                + run.state()
                + "x"
                + run.attempts().size();
    }

    private static String task(String rest) {
        return "tasks:\n  - {id: t, type: %s}\n".formatted(rest);
    }

    static Stream<Arguments> pairs() {
        return Stream.of(
                arguments(
                        "when",
                        task("test.Work, runIf: \"{{ false }}\""),
                        task("test.Work, when: \"{{ false }}\""),
                        State.SUCCESS),
                arguments(
                        "maxAttempts",
                        "tasks: [{id: bad, type: test.Work, retry: {type: constant, interval: PT1S, maxAttempt: 3}}]",
                        "tasks: [{id: bad, type: test.Work, retry: {type: constant, interval: PT1S, maxAttempts: 3}}]",
                        State.FAILED),
                arguments(
                        "pauseDuration",
                        task(CORE + "flow.Pause, delay: PT1S"),
                        task(CORE + "flow.Pause, pauseDuration: PT1S"),
                        State.SUCCESS),
                arguments(
                        "LoopUntil",
                        task(
                                CORE
                                        + "flow.WaitFor, condition: \"{{ outputs.t.iterationCount >= 2 }}\","
                                        + " tasks: [{id: a, type: test.Work}]"),
                        task(
                                CORE
                                        + "flow.LoopUntil, condition: \"{{ outputs.t.iterationCount >= 2 }}\","
                                        + " tasks: [{id: a, type: test.Work}]"),
                        State.SUCCESS),
                arguments(
                        "log.Log",
                        task(CORE + "debug.Echo, format: hello"),
                        task(CORE + "log.Log, message: hello"),
                        State.SUCCESS),
                arguments(
                        "names of tasks",
                        task(
                                OLD
                                        + "flows.Sequential, tasks: [{id: r, type: "
                                        + OLD
                                        + "debugs.Return, format: x}]"),
                        task(
                                CORE
                                        + "flow.Sequential, tasks: [{id: r, type: "
                                        + CORE
                                        + "debug.Return, format: x}]"),
                        State.SUCCESS),
                arguments(
                        "inputs",
                        "inputs: [{name: b, type: BOOLEAN, defaults: true}, {id: s, type: ENUM, values: [x], defaults: x}]\n"
                                + task(
                                        CORE
                                                + "debug.Return, format: \"{{ inputs.b }}{{ inputs.s }}\"")
                                + "outputs: [{id: o, type: STRING, value: \"{{ outputs.t.value }}\"}]",
                        "inputs: [{id: b, type: BOOL, defaults: true}, {id: s, type: SELECT, values: [x], defaults: x}]\n"
                                + task(
                                        CORE
                                                + "debug.Return, format: \"{{ inputs.b }}{{ inputs.s }}\"")
                                + "outputs: [{id: o, type: STRING, value: \"{{ outputs.t.value }}\"}]",
                        State.SUCCESS),
                arguments(
                        "fromJson and toJson",
                        task(CORE + "log.Log, message: \"{{ json('[1]')[0] }}{{ [2] | json }}\""),
                        task(
                                CORE
                                        + "log.Log, message: \"{{ fromJson('[1]')[0] }}{{ [2] | toJson }}\""),
                        State.SUCCESS),
                arguments(
                        "pluginDefaults",
                        task(CORE + "log.Log, message: x")
                                + "taskDefaults: [{type: %slog.Log, values: {level: WARN}}]"
                                        .formatted(CORE),
                        task(CORE + "log.Log, message: x")
                                + "pluginDefaults: [{type: %slog.Log, values: {level: WARN}}]"
                                        .formatted(CORE),
                        State.SUCCESS),
                arguments(
                        "labels",
                        "labels: {a: b}\n" + task(CORE + "log.Log, message: \"{{ labels.a }}\""),
                        "labels: [{key: a, value: b}]\n"
                                + task(CORE + "log.Log, message: \"{{ labels.a }}\""),
                        State.SUCCESS),
                arguments(
                        "loops over one value at a time",
                        task(
                                CORE
                                        + "flow.EachSequential, value: '[\"x\", \"y\"]', tasks: [{id: a, type: test.Work}]"),
                        task(
                                CORE
                                        + "flow.ForEach, values: '[\"x\", \"y\"]', tasks: [{id: a, type: test.Work}]"),
                        State.SUCCESS),
                arguments(
                        "membership",
                        task(CORE + "log.Log, message: \"{{ 'a' isIn ['a'] }}\""),
                        task(CORE + "log.Log, message: \"{{ 'a' in ['a'] }}\""),
                        State.SUCCESS),
                arguments(
                        "checks that hold",
                        "checks: [{condition: \"{{ inputs.b }}\", message: m}]\n"
                                + task("test.Work")
                                + "inputs: [{id: b, type: BOOL, defaults: true}]",
                        "checks: [{when: \"{{ inputs.b }}\", message: m}]\n"
                                + task("test.Work")
                                + "inputs: [{id: b, type: BOOL, defaults: true}]",
                        State.SUCCESS),
                arguments(
                        "CANCELLED",
                        task(CORE + "execution.Exit, state: CANCELED"),
                        task(CORE + "execution.Exit, state: CANCELLED"),
                        State.CANCELLED),
                arguments(
                        "values of MULTISELECT",
                        "inputs: [{id: m, type: MULTISELECT, options: [x, y], defaults: [y]}]\n"
                                + task(CORE + "log.Log, message: \"{{ inputs.m }}\""),
                        "inputs: [{id: m, type: MULTISELECT, values: [x, y], defaults: [y]}]\n"
                                + task(CORE + "log.Log, message: \"{{ inputs.m }}\""),
                        State.SUCCESS),
                arguments(
                        "timeout of a pause",
                        task(CORE + "flow.Pause, timeout: PT1S, allowFailure: true"),
                        task(
                                CORE
                                        + "flow.Pause, pauseDuration: PT1S, behavior: FAIL, allowFailure: true"),
                        State.WARNING),
                arguments(
                        "WorkingDirectory",
                        task(OLD + "flows.Worker, tasks: [{id: a, type: test.Work}]"),
                        task(CORE + "flow.WorkingDirectory, tasks: [{id: a, type: test.Work}]"),
                        State.SUCCESS),
                arguments(
                        "worker selector",
                        task("test.Work, workerGroup: {key: gpu, fallback: FAIL}"),
                        task("test.Work, workerSelector: {tags: [gpu], fallback: FAIL}"),
                        State.SUCCESS),
                arguments(
                        "Loop for ForEach",
                        task(
                                CORE
                                        + "flow.ForEach, values: [x, y], concurrencyLimit: 1, tasks: [{id: a, type: test.Work}, {id: bad, type: test.Work}]"),
                        task(
                                CORE
                                        + "flow.Loop, values: [x, y], concurrencyLimit: 1, tasks: [{id: a, type: test.Work}, {id: bad, type: test.Work}]"),
                        State.FAILED),
                arguments(
                        "Loop for EachParallel",
                        task(
                                CORE
                                        + "flow.EachParallel, value: '[\"x\", \"y\"]', tasks: [{id: a, type: test.Work}]"),
                        task(
                                CORE
                                        + "flow.Loop, values: '[\"x\", \"y\"]', tasks: [{id: a, type: test.Work}]"),
                        State.SUCCESS),
                arguments(
                        "Loop for ForEachItem over values",
                        task(
                                CORE
                                        + "flow.ForEach, values: '{{ [1, 2] }}', tasks: [{id: s, type: "
                                        + CORE
                                        + "flow.Subflow, namespace: test, flowId: child}]"),
                        task(
                                CORE
                                        + "flow.Loop, concurrencyLimit: 1, values: '{{ [1, 2] }}', tasks: [{id: s, type: "
                                        + CORE
                                        + "flow.Subflow, namespace: test, flowId: child}]"),
                        State.SUCCESS),
                arguments(
                        "scheduleDate",
                        task(
                                CORE
                                        + "flow.Subflow, namespace: test, flowId: child, scheduleDate: '2026-03-01T12:00:05Z'"),
                        task(
                                CORE
                                        + "flow.Subflow, namespace: test, flowId: child, scheduleOn: '2026-03-01T12:00:05Z'"),
                        State.SUCCESS),
                arguments(
                        "Subflow",
                        task(OLD + "flows.Flow, namespace: test, flowId: child, wait: true"),
                        task(CORE + "flow.Subflow, namespace: test, flowId: child, wait: true"),
                        State.SUCCESS));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pairs")
    void bothEndAlike(String name, String old, String present, State end) {
        var inputs = Map.<String, @Nullable Object>of("b", true, "s", "x", "m", List.of("y"));

        var before = course(old, inputs);
        var after = course(present, inputs);

        assertThat(after).isEqualTo(before);
        assertThat(after.state()).isEqualTo(end);
    }
}
