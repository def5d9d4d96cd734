// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.DurationValue;
import io.millrace.model.Flow;
import io.millrace.model.Flow.PluginDefault;
import io.millrace.model.Input;
import io.millrace.model.LogLevel;
import io.millrace.model.RetryPolicy;
import io.millrace.model.Task;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FlowParserTest {
    private static final FlowParser PARSER =
            new FlowParser(TypeCatalog.core(), ExpressionCheck.NONE, ParserLimits.DEFAULT);
    private static final String HEAD = "id: f\nnamespace: a.b\n";
    private static final String LOG =
            "tasks:\n  - {id: log, type: io.kestra.plugin.core.log.Log, message: hi}\n";

    private static Flow parse(String source) {
        return switch (PARSER.parse(source)) {
            case ParsedFlow.Valid valid -> valid.flow();
            case ParsedFlow.Invalid(var problems) -> throw new AssertionError(problems);
        };
    }

    private static Task first(Flow flow) {
        return flow.tasks().getFirst();
    }

    @Test
    void aFlowHasAllItsProperties() {
        var flow =
                parse(
                        """
                        id: full
                        namespace: company.data
                        description: What it *does*
                        labels: {team: data, tier: 1}
                        disabled: true
                        inputs:
                          - {id: day, type: DATE, after: 2024-01-01, defaults: 2024-02-03}
                          - {name: size, type: ENUM, values: [S, M], required: false}
                        variables:
                          nested: {list: [1, 2.5, true, null, text]}
                        tasks:
                          - id: log
                            type: io.kestra.core.tasks.log.Log
                            message: "{{ inputs.day }}"
                            timeout: PT1H
                            runIf: false
                            logLevel: INFO
                            retry: {type: constant, interval: PT1S, maxAttempt: 3}
                        errors:
                          - {id: e, type: io.kestra.plugin.core.log.Log, message: e}
                        finally:
                          - {id: fin, type: io.kestra.plugin.core.log.Log, message: f}
                        afterExecution:
                          - {id: aft, type: io.kestra.plugin.core.log.Log, message: a}
                        triggers:
                          - {id: daily, type: io.kestra.plugin.core.trigger.Schedule, cron: "@daily"}
                        concurrency: {limit: 2, behavior: CANCEL}
                        outputs:
                          - {id: o, type: STRING, value: "{{ 1 }}"}
                        sla:
                          - {id: s, type: MAX_DURATION, duration: PT1M, behavior: FAIL}
                        """);

        assertThat(flow.labels())
                .containsExactly(Map.entry("team", "data"), Map.entry("tier", "1"));
        assertThat(flow.disabled()).isTrue();
        assertThat(flow.inputs()).extracting(Input::id).containsExactly("day", "size");
        assertThat(flow.inputs().get(0).defaults()).isEqualTo("2024-02-03");
        assertThat(flow.inputs().get(0).rules().after()).isEqualTo("2024-01-01");
        assertThat(flow.inputs().get(1).type()).isEqualTo(Input.Type.SELECT);
        assertThat(flow.inputs().get(1).required()).isFalse();
        assertThat(flow.variables().toString())
                .isEqualTo("{nested={list=[1, 2.5, true, null, text]}}");
        assertThat(flow.concurrency())
                .isEqualTo(new Flow.Concurrency(2, Flow.Concurrency.Behavior.CANCEL));
        assertThat(flow.allTasks()).extracting(Task::id).containsExactly("log", "e", "fin", "aft");
        var log = first(flow).common();
        assertThat(log.type()).isEqualTo("io.kestra.plugin.core.log.Log");
        assertThat(log.runIf()).isEqualTo("false");
        assertThat(log.logLevel()).isEqualTo(LogLevel.INFO);
        assertThat(log.timeout()).isEqualTo(new DurationValue.Literal(Duration.ofHours(1)));
        assertThat(log.retry()).isInstanceOf(RetryPolicy.Constant.class);
        assertThat(log.retry().limits().maxAttempts()).isEqualTo(3);
    }

    @Test
    void inputsOfAFormAreReadWithinIt() {
        var flow =
                parse(
                        HEAD
                                + """
                                tasks:
                                  - {id: log, type: io.kestra.plugin.core.log.Log, message: x}
                                inputs:
                                  - id: environment
                                    type: FORM
                                    displayName: Where
                                    inputs:
                                      - {id: region, type: STRING, defaults: eu}
                                      - id: zone
                                        type: SELECT
                                        values: [{label: First, value: 1}, b]
                                        dependsOn: {inputs: [environment.region]}
                                  - {id: name, type: STRING}
                                """);

        assertThat(flow.inputs())
                .extracting(Input::id)
                .containsExactly("environment.region", "environment.zone", "name");
        assertThat(flow.inputs().get(1).rules().values())
                .containsExactly(new Input.Option("1", "First"), Input.Option.of("b"));
    }

    @Test
    void flowControlBecomesRecords() {
        var flow =
                parse(
                        HEAD
                                + """
                                tasks:
                                  - id: each
                                    type: io.kestra.plugin.core.flow.ForEach
                                    values: [1, {a: b}]
                                    concurrencyLimit: 0
                                    tasks:
                                      - id: if
                                        type: io.kestra.plugin.core.flow.If
                                        condition: true
                                        then:
                                          - {id: t, type: io.kestra.plugin.core.log.Log, message: t}
                                        else:
                                          - {id: o, type: io.kestra.plugin.core.log.Log, message: o}
                                    errors:
                                      - {id: e, type: io.kestra.plugin.core.log.Log, message: e}
                                  - id: switch
                                    type: io.kestra.plugin.core.flow.Switch
                                    value: "{{ x }}"
                                    cases:
                                      true:
                                        - {id: s, type: io.kestra.plugin.core.log.Log, message: s}
                                  - id: dag
                                    type: io.kestra.plugin.core.flow.Dag
                                    tasks:
                                      - task: {id: d1, type: io.kestra.plugin.core.log.Log, message: x}
                                      - task: {id: d2, type: io.kestra.plugin.core.log.Log, message: x}
                                        dependsOn: [d1]
                                  - id: pause
                                    type: io.kestra.plugin.core.flow.Pause
                                    delay: PT5S
                                  - id: until
                                    type: io.kestra.plugin.core.flow.WaitFor
                                    condition: "{{ true }}"
                                    tasks:
                                      - {id: u, type: io.kestra.plugin.core.log.Log, message: u}
                                  - id: sub
                                    type: io.kestra.core.tasks.flows.Flow
                                    namespace: a.b
                                    flowId: child
                                    wait: false
                                    labels: [{key: k, value: v}]
                                """);

        var each = (Task.ForEach) first(flow);
        assertThat(each.values()).isEqualTo(List.of(1, Map.of("a", "b")));
        assertThat(each.concurrencyLimit()).isZero();
        assertThat(each.children()).extracting(Task::id).containsExactly("if", "e");
        assertThat(((Task.If) each.tasks().getFirst()).condition()).isEqualTo("true");
        assertThat(((Task.Switch) flow.tasks().get(1)).cases()).containsKey("true");
        assertThat(((Task.Dag) flow.tasks().get(2)).nodes().get(1).dependsOn())
                .containsExactly("d1");
        assertThat(((Task.Pause) flow.tasks().get(3)).pauseDuration())
                .isEqualTo(new DurationValue.Literal(Duration.ofSeconds(5)));
        assertThat(((Task.LoopUntil) flow.tasks().get(4)).checkFrequency().maxIterations())
                .isEqualTo(100);
        var call = ((Task.Subflow) flow.tasks().get(5)).call();
        assertThat(call.waits()).isFalse();
        assertThat(call.labels()).containsEntry("k", "v");
        assertThat(flow.task("d2")).isPresent();
    }

    @Test
    void anApprovalIsReadWithWhatItDoesUnlessItSaysSo() {
        var flow =
                parse(
                        HEAD
                                + """
                                tasks:
                                  - id: short
                                    type: io.kestra.plugin.core.flow.Approval
                                  - id: long
                                    type: io.kestra.plugin.core.flow.Approval
                                    timeout: PT1H
                                    inputs: [{id: reason, type: STRING}]
                                    decisions: {approve: Ship it}
                                    commentRequired: ON_DENY
                                    autoApprove: "{{ inputs.sure }}"
                                    approveBehavior: "{{ inputs.next }}"
                                    expireBehavior: FAIL
                                    assignment: {users: [ann]}
                                    onWait: [{id: w, type: io.kestra.plugin.core.log.Log, message: w}]
                                    onApprove: [{id: a, type: io.kestra.plugin.core.log.Log, message: a}]
                                    onDeny: [{id: d, type: io.kestra.plugin.core.log.Log, message: d}]
                                    finally: [{id: f, type: io.kestra.plugin.core.log.Log, message: f}]
                                """);

        var shortest = (Task.Approval) first(flow);
        assertThat(shortest.decisions()).isEqualTo(new Task.Approval.Decisions("Approve", "Deny"));
        assertThat(shortest.commentRequired()).isEqualTo("NEVER");
        assertThat(shortest.autoApprove()).isEqualTo("false");
        assertThat(shortest.behaviors())
                .containsEntry(Task.Approval.Decision.APPROVED, "CONTINUE")
                .containsEntry(Task.Approval.Decision.DENIED, "CANCEL")
                .containsEntry(Task.Approval.Decision.EXPIRED, "CANCEL");
        assertThat(shortest.approvers()).isNull();
        var longest = (Task.Approval) flow.tasks().get(1);
        assertThat(longest.decisions()).isEqualTo(new Task.Approval.Decisions("Ship it", "Deny"));
        assertThat(longest.behaviors())
                .containsEntry(Task.Approval.Decision.APPROVED, "{{ inputs.next }}")
                .containsEntry(Task.Approval.Decision.EXPIRED, "FAIL");
        assertThat(longest.asks()).extracting(input -> input.id()).containsExactly("reason");
        assertThat(longest.approvers())
                .isEqualTo(new Task.Approvers(List.of(), List.of("ann"), false));
        assertThat(longest.children()).extracting(Task::id).containsExactly("w", "a", "d", "f");
    }

    @Test
    void textStaysAsItIsWritten() {
        var flow =
                parse(
                        HEAD
                                + """
                                tasks:
                                  - id: echo
                                    type: io.kestra.plugin.core.debug.Echo
                                    format: 1.10
                                  - id: return
                                    type: io.kestra.plugin.core.debug.Return
                                    format: 1.10
                                """);

        assertThat(((Task.PluginTask) first(flow)).properties()).containsEntry("format", "1.10");
    }

    @Test
    void mergeKeysAndAliasesAreWrittenOut() {
        var flow =
                parse(
                        HEAD
                                + """
                                variables:
                                  base: &base {a: 1, b: 2}
                                  more: {<<: *base, b: 3}
                                  same: *base
                                """
                                + LOG);

        assertThat(flow.variables().get("more")).isEqualTo(Map.of("a", 1, "b", 3));
        assertThat(flow.variables().get("same")).isEqualTo(Map.of("a", 1, "b", 2));
    }

    @Test
    void pluginDefaultsFillInWhatATaskLeavesOpen() {
        var source =
                HEAD
                        + """
                        tasks:
                          - {id: a, type: io.kestra.plugin.core.log.Log}
                          - {id: b, type: io.kestra.plugin.core.log.Log, message: own, level: WARN}
                        pluginDefaults:
                          - type: io.kestra.plugin.core.log.Log
                            values: {message: default, level: DEBUG}
                        """;
        var forced = new PluginDefault("io.kestra.plugin.core.log", true, Map.of("level", "ERROR"));

        var flow = parse(source);
        var outside = PARSER.parse(source, List.of(forced)).orThrow();

        assertThat(properties(flow, 0)).containsEntry("message", "default");
        assertThat(properties(flow, 0)).containsEntry("level", "DEBUG");
        assertThat(properties(flow, 1)).containsEntry("message", "own");
        assertThat(properties(flow, 1)).containsEntry("level", "WARN");
        assertThat(properties(outside, 0)).containsEntry("level", "ERROR");
        assertThat(properties(outside, 1)).containsEntry("level", "ERROR");
        assertThat(properties(outside, 1)).containsEntry("message", "own");
    }

    @Test
    void pluginDefaultsNameATypeByAnyOfItsNames() {
        var source =
                HEAD
                        + """
                        tasks:
                          - {id: a, type: io.kestra.core.tasks.log.Log, message: m}
                          - {id: b, type: io.kestra.plugin.core.log.Log, message: m}
                        pluginDefaults:
                          - type: %s
                            values: {level: DEBUG}
                        """;

        assertThat(levels(source, "io.kestra.core.tasks.log.Log"))
                .containsExactly("DEBUG", "DEBUG");
        assertThat(levels(source, "io.kestra.core.tasks.log")).containsExactly("DEBUG", "DEBUG");
        assertThat(levels(source, "io.kestra.plugin.core.debug.Log"))
                .containsExactly("DEBUG", "DEBUG");
        // an older name of Log lay there
        assertThat(levels(source, "io.kestra.plugin.core.flow")).containsExactly("null", "null");
    }

    @Test
    void pluginDefaultsFillInTheRunnerOfATask() {
        var flow =
                FlowParser.trusting()
                        .parse(
                                HEAD
                                        + """
                                        tasks:
                                          - id: a
                                            type: io.kestra.plugin.scripts.shell.Commands
                                            taskRunner: {type: io.kestra.plugin.scripts.runner.docker.Docker, cpu: {cpus: 1}}
                                            commands: [ls]
                                          - id: b
                                            type: io.kestra.plugin.scripts.shell.Commands
                                            taskRunner: {type: io.kestra.plugin.core.runner.Process}
                                            commands: [ls]
                                        pluginDefaults:
                                          - type: io.kestra.plugin.scripts.runner.docker.Docker
                                            values: {pullPolicy: NEVER, cpu: {cpus: 2, shares: 3}}
                                        """,
                                List.of())
                        .orThrow();

        assertThat(properties(flow, 0))
                .containsEntry(
                        "taskRunner",
                        Map.of(
                                "type", "io.kestra.plugin.scripts.runner.docker.Docker",
                                "pullPolicy", "NEVER",
                                "cpu", Map.of("cpus", 1, "shares", 3)));
        assertThat(properties(flow, 1))
                .containsEntry(
                        "taskRunner", Map.of("type", "io.kestra.plugin.core.runner.Process"));
    }

    private static List<String> levels(String source, String type) {
        var flow = PARSER.parse(source.formatted(type)).orThrow();
        return Stream.of(0, 1).map(i -> String.valueOf(properties(flow, i).get("level"))).toList();
    }

    /// Which value wins, by what the flow's and the outer default say of themselves.
    @Test
    void ofTwoDefaultsTheForcedOneWinsElseTheFlows() {
        for (boolean flowForced : List.of(true, false)) {
            for (boolean outerForced : List.of(true, false)) {
                var source =
                        HEAD
                                + """
                                tasks:
                                  - {id: a, type: io.kestra.plugin.core.log.Log, message: m}
                                  - {id: b, type: io.kestra.plugin.core.log.Log, message: m, level: INFO}
                                pluginDefaults:
                                  - type: io.kestra.plugin.core.log.Log
                                    forced: %s
                                    values: {level: DEBUG}
                                """
                                        .formatted(flowForced);
                var outer =
                        new PluginDefault(
                                "io.kestra.plugin.core.log.Log",
                                outerForced,
                                Map.of("level", "ERROR"));

                var flow = PARSER.parse(source, List.of(outer)).orThrow();

                var withoutOwn = !flowForced && outerForced ? "ERROR" : "DEBUG";
                var withOwn = flowForced ? "DEBUG" : outerForced ? "ERROR" : "INFO";
                assertThat(properties(flow, 0)).containsEntry("level", withoutOwn);
                assertThat(properties(flow, 1)).containsEntry("level", withOwn);
            }
        }
    }

    @Test
    void faultyExpressionsAreWarningsAtTheirLine() {
        var parser =
                new FlowParser(
                        TypeCatalog.core(),
                        text ->
                                Optional.of(
                                        new ExpressionCheck.Fault(
                                                "bad", text.startsWith("one") ? 2 : 1)),
                        ParserLimits.DEFAULT);

        var parsed =
                parser.parse(
                        HEAD
                                + """
                                description: "{{ not looked at"
                                tasks:
                                  - id: a
                                    type: io.kestra.plugin.core.log.Log
                                    message: |
                                      one
                                      {{ two
                                  - id: b
                                    type: io.kestra.plugin.core.log.Log
                                    message: "{{ three"
                                """);

        assertThat(((ParsedFlow.Valid) parsed).warnings())
                .containsExactly(
                        new Problem("tasks[0].message", 9, 1, "bad"),
                        new Problem("tasks[1].message", 12, 14, "bad"));
    }

    @Test
    void typesOfStoredSourcesAreTakenOnTrust() {
        var source = HEAD + "tasks: [{id: a, type: com.example.Gone, anything: {goes: 1}}]\n";

        assertThat(PARSER.parse(source)).isInstanceOf(ParsedFlow.Invalid.class);
        var task = (Task.PluginTask) first(FlowParser.trusting().parse(source).orThrow());
        assertThat(task.properties()).containsEntry("anything", Map.of("goes", 1));
    }

    private static Map<String, @Nullable Object> properties(Flow flow, int index) {
        return ((Task.PluginTask) flow.tasks().get(index)).properties();
    }
}
