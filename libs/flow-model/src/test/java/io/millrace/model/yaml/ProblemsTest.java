// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Malformed documents, and what is said of each: path, line, column, part of the message.
class ProblemsTest {
    private static final FlowParser PARSER =
            new FlowParser(
                    TypeCatalog.core(),
                    ExpressionCheck.NONE,
                    new ParserLimits(10_000, 20, 1_000, 5, 8));
    private static final String LOG = "io.kestra.plugin.core.log.Log";

    private static List<Problem> problems(String source) {
        return switch (PARSER.parse(source)) {
            case ParsedFlow.Invalid(var problems) -> problems;
            case ParsedFlow.Valid _ -> throw new AssertionError("Expected problems in " + source);
        };
    }

    private static Arguments one(String source, String path, int line, int column, String part) {
        return arguments(source, path, line, column, part);
    }

    /// The task begins in line 4, column 5.
    private static String task(String body) {
        return "id: f\nnamespace: n\ntasks:\n  - id: t\n" + body.indent(4);
    }

    /// A flow with one right task, and more; `more` begins in line 4.
    private static String withFlowTrigger(String property) {
        return with(
                "triggers:\n  - id: t\n    type: io.kestra.plugin.core.trigger.Flow\n    "
                        + property);
    }

    private static String with(String more) {
        return "id: f\nnamespace: n\ntasks: [{id: t, type: " + LOG + ", message: m}]\n" + more;
    }

    static Stream<Arguments> documents() {
        return Stream.of(
                // YAML
                one("", "", 1, 1, "empty"),
                one("# nothing\n", "", 1, 1, "empty"),
                one("text", "", 1, 1, "Expected a map"),
                one("- a", "", 1, 1, "Expected a map"),
                one("id: a\n  namespace: b", "", 2, 12, "Invalid YAML"),
                one("id: [a", "id[1]", 1, 7, "Invalid YAML"),
                one("id: \"a", "id", 1, 7, "Invalid YAML"),
                one("id: a\n\tnamespace: b", "", 2, 1, "Invalid YAML"),
                one("id: a\u0000b", "", 1, 6, "U+0000"),
                one("id: \"a\\0b\"", "id", 1, 5, "U+0000"),
                one("id: \"\\ud800\"", "id", 1, 5, "U+D800"),
                one("id: a\n---\nid: b", "", 2, 1, "one YAML document"),
                one("id: !!java.lang.Runtime x", "id", 1, 5, "Unknown tag"),
                one("id: !custom x", "id", 1, 5, "Unknown tag"),
                one("id: *nowhere", "id", 1, 5, "Unknown alias `*nowhere`"),
                one("x: &x [1, *x]", "x[1]", 1, 11, "contains itself"),
                one("a: &a 1\nb: [*a, *a, *a, *a, *a, *a]", "b[5]", 2, 25, "at most 5 aliases"),
                one("? [a]\n: b", "", 1, 3, "Expected a name as key"),
                one("a: {<<: 1}", "a.<<", 1, 9, "Expected a map to merge"),
                one("[".repeat(30), "[0]".repeat(20), 1, 21, "20 levels"),
                one("x: " + "y".repeat(10_000), "", 1, 1, "at most 10000 characters"),
                one(
                        with("id: again"),
                        "id",
                        4,
                        1,
                        "Duplicate field 'id', first in line 1, column 1"),
                // a flow's own
                one(with("taks: []"), "taks", 4, 1, "Did you mean `tasks`?"),
                one(with("colour: red"), "colour", 4, 1, "Unrecognized field \"colour\""),
                one(with("disabled: perhaps"), "disabled", 4, 11, "true or false"),
                one(with("labels: text"), "labels", 4, 9, "map or a list"),
                one(with("labels:\n  a: [1]"), "labels.a", 5, 6, "Expected text but got a list"),
                one(with("labels:\n  system.a: b"), "labels", 5, 3, "system.a=b"),
                one(with("variables: [1]"), "variables", 4, 12, "Expected a map but got a list"),
                one(with("concurrency: {limit: 0}"), "concurrency.limit", 4, 22, "equal to 1"),
                one(
                        with("concurrency: {limit: 1, behavior: WAIT}"),
                        "concurrency.behavior",
                        4,
                        35,
                        "[QUEUE, CANCEL, FAIL]"),
                one(with("outputs: [{id: o, value: 1}]"), "outputs[0].type", 4, 11, "not be null"),
                one(
                        with(
                                "outputs: [{id: o, type: INT, value: 1}, {id: o, type: INT, value: 2}]"),
                        "outputs",
                        4,
                        10,
                        "Duplicate output with name [o]"),
                one(
                        "id: my flow\nnamespace: n\ntasks: [{id: t, type: "
                                + LOG
                                + ", message: m}]",
                        "id",
                        1,
                        5,
                        "must match"),
                one(
                        "id: f\nnamespace: N\ntasks: [{id: t, type: " + LOG + ", message: m}]",
                        "namespace",
                        2,
                        12,
                        "must match"),
                one(
                        "id: "
                                + "f".repeat(101)
                                + "\nnamespace: n\ntasks: [{id: t, type: "
                                + LOG
                                + ", message: m}]",
                        "id",
                        1,
                        5,
                        "between 1 and 100"),
                one(
                        "namespace: n\ntasks: [{id: t, type: " + LOG + ", message: m}]",
                        "id",
                        1,
                        1,
                        "must not be null"),
                one("id: f\nnamespace: n\ntasks: []", "tasks", 3, 8, "must not be empty"),
                one("id: f\nnamespace: n\ntasks: {a: b}", "tasks", 3, 8, "Expected a list"),
                one("id: f\nnamespace: n\ntasks: [text]", "tasks[0]", 3, 9, "Expected a map"),
                // tasks
                one(
                        task("type: " + LOG + "\nmessage: m\nlevel: WRONG"),
                        "tasks[0].level",
                        7,
                        12,
                        "[TRACE, DEBUG, INFO, WARN, ERROR]"),
                one(task("message: m"), "tasks[0].type", 4, 5, "must not be null"),
                one(task("type: " + LOG), "tasks[0].message", 4, 5, "must not be null"),
                one(
                        task("type: io.kestra.plugin.core.log.Lgo"),
                        "tasks[0].type",
                        5,
                        11,
                        "Did you mean `io.kestra.plugin.core.log.Log`?"),
                one(
                        task("type: io.kestra.plugin.core.trigger.Schedule"),
                        "tasks[0].type",
                        5,
                        11,
                        "Invalid type"),
                one(
                        task("type: " + LOG + "\nmessage: m\nmesage: n"),
                        "tasks[0].mesage",
                        7,
                        5,
                        "Did you mean `message`?"),
                one(
                        task("type: " + LOG + "\nmessage: m\ntimeout: soon"),
                        "tasks[0].timeout",
                        7,
                        14,
                        "such as PT10S"),
                one(
                        task("type: io.kestra.plugin.core.debug.Echo\nformat: [a]"),
                        "tasks[0].format",
                        6,
                        13,
                        "Expected text but got a list"),
                one(
                        task(
                                "type: io.kestra.plugin.core.flow.Parallel\nconcurrent: -1\ntasks:\n"
                                        + "  - {id: a, type: "
                                        + LOG
                                        + ", message: m}"),
                        "tasks[0].concurrent",
                        6,
                        17,
                        "equal to 0"),
                one(
                        task(
                                "type: io.kestra.plugin.core.flow.LoopUntil\ncondition: 'true'\n"
                                        + "checkFrequency: {maxIterations: 0}\ntasks:\n"
                                        + "  - {id: a, type: "
                                        + LOG
                                        + ", message: x}"),
                        "tasks[0].checkFrequency.maxIterations",
                        7,
                        37,
                        "must be greater than 0"),
                one(
                        task(
                                "type: io.kestra.plugin.core.flow.Sequential\ntasks:\n"
                                        + "  - {id: t, type: "
                                        + LOG
                                        + ", message: m}"),
                        "tasks[0].tasks[0].id",
                        7,
                        14,
                        "Duplicate task id with name [t]"),
                one(
                        task("type: io.kestra.plugin.core.flow.If\ncondition: true"),
                        "tasks[0].then",
                        4,
                        5,
                        "must not be empty"),
                one(
                        task("type: io.kestra.plugin.core.flow.Switch\nvalue: x"),
                        "tasks[0].cases",
                        4,
                        5,
                        "No task defined, neither cases or default have any tasks"),
                one(
                        task(
                                "type: io.kestra.plugin.core.flow.Dag\ntasks:\n"
                                        + "  - {task: {id: a, type: "
                                        + LOG
                                        + ", message: m}, dependsOn: [b]}\n"
                                        + "  - {task: {id: b, type: "
                                        + LOG
                                        + ", message: m}, dependsOn: [a]}\n"
                                        + "  - {task: {id: c, type: "
                                        + LOG
                                        + ", message: m}, dependsOn: [b]}"),
                        "tasks[0].tasks",
                        7,
                        7,
                        "Cyclic dependency detected: a, b"),
                one(
                        task(
                                "type: io.kestra.plugin.core.flow.Dag\ntasks:\n"
                                        + "  - {task: {id: a, type: "
                                        + LOG
                                        + ", message: m}, dependsOn: [x]}"),
                        "tasks[0].tasks[0].dependsOn",
                        7,
                        86,
                        "Not existing task id in dependency: x"),
                one(
                        task("type: io.kestra.plugin.core.flow.WorkingDirectory"),
                        "tasks[0].tasks",
                        4,
                        5,
                        "The 'tasks' property cannot be empty"),
                one(
                        task("type: io.kestra.plugin.core.flow.Subflow\nflowId: x"),
                        "tasks[0].namespace",
                        4,
                        5,
                        "must not be null"),
                // retries
                one(
                        task("type: " + LOG + "\nmessage: m\nretry: {type: sometimes}"),
                        "tasks[0].retry.type",
                        7,
                        19,
                        "[constant, exponential, random]"),
                one(
                        task("type: " + LOG + "\nmessage: m\nretry: {type: constant}"),
                        "tasks[0].retry.interval",
                        7,
                        12,
                        "must not be null"),
                one(
                        task(
                                "type: "
                                        + LOG
                                        + "\nmessage: m\nretry: {type: constant, interval: PT5S,"
                                        + " maxDuration: PT5S}"),
                        "tasks[0].retry.interval",
                        7,
                        39,
                        "'interval' must be less than 'maxDuration' but is PT5S"),
                one(
                        task(
                                "type: "
                                        + LOG
                                        + "\nmessage: m\nretry: {type: constant, interval: PT5S,"
                                        + " maxAttempts: 0}"),
                        "tasks[0].retry.maxAttempts",
                        7,
                        58,
                        "greater than or equal to 1"),
                one(
                        task(
                                "type: "
                                        + LOG
                                        + "\nmessage: m\nretry: {type: random, minInterval: PT5S,"
                                        + " maxInterval: PT2S}"),
                        "tasks[0].retry.minInterval",
                        7,
                        40,
                        "'minInterval' must be less than 'maxInterval'"),
                // inputs
                one(with("inputs: [{id: a}]"), "inputs[0].type", 4, 10, "must not be null"),
                one(
                        with("inputs: [{id: a, type: FOO}]"),
                        "inputs[0].type",
                        4,
                        24,
                        "Invalid type: FOO"),
                one(
                        with("inputs: [{id: a, type: STRING, min: 1}]"),
                        "inputs[0].min",
                        4,
                        32,
                        "an input of type STRING"),
                one(
                        with("inputs: [{id: a, type: STRING, validator: '['}]"),
                        "inputs[0].validator",
                        4,
                        43,
                        "regular expression"),
                one(
                        with("inputs: [{id: a, type: ARRAY, itemType: ARRAY}]"),
                        "inputs[0].itemType",
                        4,
                        41,
                        "`itemType` cannot be `ARRAY`"),
                one(
                        with("inputs: [{id: a, type: FORM}]"),
                        "inputs[0].inputs",
                        4,
                        10,
                        "must not be null"),
                one(
                        with(
                                "inputs: [{id: a, type: FORM, inputs: [{id: b, type: FORM,"
                                        + " inputs: []}]}]"),
                        "inputs[0].inputs[0].type",
                        4,
                        53,
                        "Forms cannot be nested"),
                one(
                        with(
                                "inputs: [{id: a, type: FORM, inputs: [{id: b, type: INT,"
                                        + " dependsOn: {inputs: [c]}}]}]"),
                        "inputs[0].inputs[0].dependsOn.inputs",
                        4,
                        79,
                        "Input with id 'a.b' depends on a non-existent input 'c'."),
                one(
                        with("inputs: [{id: a, type: SELECT, values: [{label: A}]}]"),
                        "inputs[0].values[0].value",
                        4,
                        41,
                        "must not be null"),
                one(
                        with("inputs: [{id: a, type: SELECT}]"),
                        "inputs[0].values",
                        4,
                        10,
                        "`values` or `expression`"),
                one(
                        with("inputs: [{id: a, type: INT}, {id: a, type: INT}]"),
                        "inputs",
                        4,
                        9,
                        "Duplicate input with name [a]"),
                one(
                        with("inputs: [{id: a, type: INT, dependsOn: {inputs: [b]}}]"),
                        "inputs[0].dependsOn.inputs",
                        4,
                        50,
                        "Input with id 'a' depends on a non-existent input 'b'."),
                one(
                        with(
                                "inputs: [{id: a, type: INT, dependsOn: {inputs: [b]}},"
                                        + " {id: b, type: INT, dependsOn: {inputs: [a]}}]"),
                        "inputs",
                        4,
                        9,
                        "Cycle dependency detected for input with id 'a': [a, b]"),
                one(
                        with("inputs: [{id: a, type: STRING}, {id: a.b, type: STRING}]"),
                        "inputs",
                        4,
                        9,
                        "Input path 'a' conflicts with 'a.b'; one cannot be nested"),
                one(
                        with("inputs: [{id: a, type: INT, defaults: abc}]"),
                        "inputs[0].defaults",
                        4,
                        39,
                        "Invalid default for input 'a': `abc` is not a valid INT value"),
                one(
                        with("inputs: [{id: a, type: INT, max: 10, defaults: 11}]"),
                        "inputs[0].defaults",
                        4,
                        48,
                        "Invalid default for input 'a': it must be less than `10`"),
                one(
                        with("inputs: [{id: a, type: SELECT, values: [A, B], defaults: C}]"),
                        "inputs[0].defaults",
                        4,
                        58,
                        "Invalid default for input 'a': it must match the values `[A, B]`"),
                one(
                        with(
                                "inputs: [{id: a, type: DATE, after: 2024-01-01, defaults: '2023-01-01'}]"),
                        "inputs[0].defaults",
                        4,
                        59,
                        "it must be after `2024-01-01`"),
                one(
                        with("inputs: [{id: a, type: STRING, defaults: x, prefill: y}]"),
                        "inputs[0].prefill",
                        4,
                        54,
                        "Inputs with a default value cannot also have a prefill."),
                one(
                        with("inputs: [{id: a, type: FILE, defaults: 'https://example.com/x'}]"),
                        "inputs[0].defaults",
                        4,
                        40,
                        "inputs of type 'FILE' only support `defaults` as local files"),
                one(
                        with("inputs: [{id: a, type: ARRAY, itemType: SECRET}]"),
                        "inputs[0].itemType",
                        4,
                        41,
                        "`itemType` cannot be SECRET"),
                one(with("revision: 0"), "revision", 4, 11, "must be greater than or equal to 1"),
                one(with("labels: {'': x}"), "labels", 4, 10, "must not be empty"),
                one(
                        with("sla: [{id: a, type: MAX_DURATION, duration: PT0S, behavior: FAIL}]"),
                        "sla[0].duration",
                        4,
                        45,
                        "must be a positive duration"),
                one(
                        with(
                                "sla: [{id: a, type: MAX_DURATION, duration: \"{{ 1 }}\", behavior: FAIL}]"),
                        "sla[0].duration",
                        4,
                        45,
                        "Expected a duration such as PT10S but got an expression"),
                one(
                        with("retry: {type: constant, interval: P36501D, maxAttempts: 2}"),
                        "retry.interval",
                        4,
                        35,
                        "Expected a duration of at most 36500 days but got `P36501D`"),
                // triggers
                one(
                        withFlowTrigger("window: {deadline: '09:00:00', every: PT1H}"),
                        "triggers[0].window.every",
                        7,
                        43,
                        "Window of type `DAILY_TIME_DEADLINE` cannot have an every duration."),
                one(
                        withFlowTrigger("window: {from: '08:00:00'}"),
                        "triggers[0].window.to",
                        7,
                        13,
                        "Window of type `DAILY_TIME_WINDOW` must have a to time."),
                one(
                        withFlowTrigger("window: {lookback: PT1H, offset: PT5M}"),
                        "triggers[0].window.offset",
                        7,
                        38,
                        "Window of type `SLIDING_WINDOW` cannot have an offset."),
                one(
                        withFlowTrigger("mode: AT_LEAST"),
                        "triggers[0].mode",
                        7,
                        11,
                        "`minSatisfied` must be set when mode is AT_LEAST"),
                one(
                        withFlowTrigger("minSatisfied: 0"),
                        "triggers[0].minSatisfied",
                        7,
                        19,
                        "must be greater than 0"),
                one(
                        withFlowTrigger(
                                "mode: AT_LEAST\n    minSatisfied: 2\n    dependsOn: [{flowId: a}]"),
                        "triggers[0].minSatisfied",
                        8,
                        19,
                        "`minSatisfied` cannot be greater than the number of `dependsOn`"),
                one(
                        withFlowTrigger("preconditions: {id: p}\n")
                                + "  - id: u\n    type: io.kestra.plugin.core.trigger.Flow\n"
                                + "    preconditions: {id: p}",
                        "triggers",
                        5,
                        3,
                        "Duplicate preconditions with id [p]"),
                one(
                        withFlowTrigger("states: [DONE]"),
                        "triggers[0].states",
                        7,
                        14,
                        "Expected one of [BREAKPOINT, CANCELED,"),
                one(
                        with(
                                "inputs: [{id: n, type: INT}]\n"
                                        + "triggers: [{id: a, type: io.kestra.plugin.core.trigger.Schedule,"
                                        + " cron: '@daily', inputs: {n: x}}]"),
                        "triggers[0].inputs.n",
                        5,
                        94,
                        "Invalid value for input 'n' supplied by Schedule Trigger 'a': `x` is not"),
                one(
                        task("type: io.kestra.plugin.core.flow.Approval\ndenyBehavior: STOP"),
                        "tasks[0].denyBehavior",
                        6,
                        19,
                        "Expected one of [CONTINUE, WARN, FAIL, SUCCEED, CANCEL, KILL] but got `STOP`"),
                one(
                        task(
                                "type: io.kestra.plugin.core.flow.Approval\ncommentRequired: SOMETIMES"),
                        "tasks[0].commentRequired",
                        6,
                        22,
                        "Expected one of [NEVER, ALWAYS, ON_DENY, ON_APPROVE]"),
                one(
                        task("type: io.kestra.plugin.core.flow.Approval\nautoApprove: perhaps"),
                        "tasks[0].autoApprove",
                        6,
                        18,
                        "Expected true or false"),
                one(
                        task("type: io.kestra.plugin.core.flow.Approval\ndecisions: {yes: Go}"),
                        "tasks[0].decisions.yes",
                        6,
                        17,
                        "Unrecognized field \"yes\" of the decisions"),
                one(
                        task(
                                "type: io.kestra.plugin.core.flow.Approval\ninputs: [{id: comment, type: STRING}]"),
                        "tasks[0].inputs[0].id",
                        6,
                        19,
                        "must not be `comment`"),
                one(
                        task(
                                "type: io.kestra.plugin.core.flow.Approval\nonDeny: [{id: t, type: "
                                        + LOG
                                        + ", message: m}]"),
                        "tasks[0].onDeny[0].id",
                        6,
                        19,
                        "Duplicate task id"),
                one(
                        task("type: io.kestra.plugin.core.flow.Approval\ntasks: []"),
                        "tasks[0].tasks",
                        6,
                        5,
                        "Unrecognized field \"tasks\""),
                one(
                        task(
                                "type: io.kestra.plugin.core.flow.Approval\napproval: {users: [ann]}\nexpireBehavior: WARN"),
                        "tasks[0].expireBehavior",
                        7,
                        21,
                        "time gives no approval"),
                one(
                        task("type: io.kestra.plugin.core.flow.Approval\nassignment: {}"),
                        "tasks[0].assignment.users",
                        6,
                        17,
                        "must not be empty where no groups are given"),
                one(
                        with(
                                "triggers: [{id: a, type: io.kestra.plugin.core.trigger.Schedule,"
                                        + " cron: '@daily', lateMaximumDelay: PT-5M}]"),
                        "triggers[0].lateMaximumDelay",
                        4,
                        100,
                        "must be a positive duration"),
                one(
                        with("triggers: [{id: a, type: io.kestra.plugin.core.trigger.Schedule}]"),
                        "triggers[0].cron",
                        4,
                        12,
                        "must not be null"),
                one(
                        with(
                                "triggers: [{id: a, type: io.kestra.plugin.core.trigger.Schedule,"
                                        + " cron: daily}]"),
                        "triggers[0].cron",
                        4,
                        72,
                        "invalid cron expression 'daily'"),
                one(
                        with(
                                "triggers: [{id: a, type: io.kestra.plugin.core.trigger.Schedule,"
                                        + " cron: '@daily', timezone: Mars}]"),
                        "triggers[0].timezone",
                        4,
                        92,
                        "`Mars` is not a valid time-zone ID"),
                one(
                        with(
                                "triggers: [{id: a, type: io.kestra.plugin.core.trigger.Schedule,"
                                        + " cron: '@daily', interval: PT5S}]"),
                        "triggers[0].interval",
                        4,
                        92,
                        "interval: must be null"),
                one(
                        with("triggers: [{id: a, type: " + LOG + "}]"),
                        "triggers[0].type",
                        4,
                        26,
                        "Invalid type"));
    }

    private static String filter(String body) {
        return with(
                "triggers: [{id: t, type: io.kestra.plugin.core.trigger.Flow, preconditions: {id: p,"
                        + " where: [{id: w, filters: [{field: FLOW_ID, "
                        + body
                        + "}]}]}}]");
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                arguments(
                        filter("type: IS_NULL, values: [a]"),
                        "`value` cannot be null for type IS_NULL"),
                arguments(
                        filter("type: IS_NOT_NULL, value: a, values: [a]"),
                        "`values` must be null for type IS_NOT_NULL"),
                arguments(
                        with(
                                "triggers: [{id: t, type: io.kestra.plugin.core.trigger.Flow,"
                                        + " preconditions: {id: p, timeWindow: {endTime: '09:00:00'},"
                                        + " flows: [{namespace: a}]}}]"),
                        "Time window of type `DURATION_WINDOW` cannot have an end time."),
                arguments(
                        with(
                                "triggers: [{id: t, type: io.kestra.plugin.core.trigger.Flow,"
                                        + " preconditions: {id: p, flows: [{namespace: a, states:"
                                        + " [DONE]}]}}]"),
                        "but got `DONE`"),
                arguments(
                        with(
                                "triggers: [{id: t, type: io.kestra.plugin.core.trigger.Flow,"
                                        + " preconditions: {id: p, timeWindow: {type:"
                                        + " DAILY_TIME_DEADLINE, deadline: 9am},"
                                        + " flows: [{namespace: a}]}}]"),
                        "Expected a time such as 09:00:00 but got `9am`"),
                arguments(
                        with(
                                "triggers: [{id: t, type: io.kestra.plugin.core.trigger.Flow,"
                                        + " preconditions: {id: p, where: [{id: w, operand: XOR,"
                                        + " filters: [{field: STATE, type: IS_NULL}]}]}}]"),
                        "Expected one of [AND, OR] but got `XOR`"),
                arguments(
                        with(
                                "triggers: [{id: t, type: io.kestra.plugin.core.trigger.Flow,"
                                        + " preconditions: {id: p, where: [{id: w,"
                                        + " filters: [{field: NAME, type: IS_NULL}]}]}}]"),
                        "Expected one of [FLOW_ID, NAMESPACE, STATE, EXPRESSION] but got `NAME`"),
                arguments(
                        with(
                                "triggers: [{id: t, type: io.kestra.plugin.core.trigger.Webhook,"
                                        + " key: k, conditions: [{id: m, type:"
                                        + " io.kestra.plugin.core.condition.MultipleCondition,"
                                        + " conditions: {a: {type:"
                                        + " io.kestra.plugin.core.condition.ExecutionStatus,"
                                        + " in: [SUCCESS]}}}]}]"),
                        "conditions of type MultipleCondition are not supported"),
                arguments(
                        with("pluginDefaults: [{type: io.kestra, values: {level: null}}]"),
                        "must not be null"),
                arguments(with("inputs: [{id: a, type: FOO}]"), "Invalid type: FOO"),
                arguments(with("inputs: [{id: a, type: INT, min: x}]"), "Expected an integer"),
                arguments(with("inputs: [{id: a, type: FLOAT, max: x}]"), "Expected a number"),
                arguments(
                        "id: f\nnamespace: n\ntasks: [{id: d, type:"
                                + " io.kestra.plugin.core.flow.WorkingDirectory, tasks: [{id: t, type: "
                                + LOG
                                + ", message: m, workerGroup: {key: gpu}}]}]",
                        "Cannot set a Worker Group in any WorkingDirectory sub-tasks"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("refused")
    void isRefusedForOneReason(String source, String part) {
        assertThat(problems(source))
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains(part));
    }

    @ParameterizedTest
    @ValueSource(strings = {"type: IS_NULL, value: '{{ labels.a }}'", "type: IS_NOT_NULL"})
    void anExpressionCanBeComparedWithNothing(String body) {
        assertThat(PARSER.parse(filter(body))).isInstanceOf(ParsedFlow.Valid.class);
    }

    @ParameterizedTest(name = "{4}")
    @MethodSource("documents")
    void eachIsNamedAtItsPlace(String source, String path, int line, int column, String part) {
        var problems = problems(source);

        assertThat(problems).hasSize(1);
        var problem = problems.getFirst();
        assertThat(problem.message()).contains(part);
        assertThat(problem.path()).isEqualTo(path);
        assertThat(problem.line() + ":" + problem.column()).isEqualTo(line + ":" + column);
    }

    @Test
    void timesOfADayMayHaveAnOffsetAndNeedNoQuotes() {
        assertThat(PARSER.parse(withFlowTrigger("window: {deadline: 09:00:00+01:00}")))
                .isInstanceOf(ParsedFlow.Valid.class);
        assertThat(PARSER.parse(withFlowTrigger("window: {from: 22:30, to: 06:00:00}")))
                .isInstanceOf(ParsedFlow.Valid.class);
    }

    @Test
    void allAreNamedAtOnceInTheirOrder() {
        var problems =
                problems(
                        """
                        id: not valid
                        namespace: n
                        id: twice
                        tasks:
                          - id: a
                            type: Nothing
                          - id: b
                            type: io.kestra.plugin.core.log.Log
                            timeout: never
                        unknown: 1
                        """);

        assertThat(problems)
                .extracting(Problem::path)
                .containsExactly(
                        "id",
                        "id",
                        "tasks[0].type",
                        "tasks[1].message",
                        "tasks[1].timeout",
                        "unknown");
    }

    @Test
    void anAliasBombIsRefusedBeforeItGrows() {
        var bomb = new StringBuilder("a: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n");
        for (int i = 1; i <= 4; i++) {
            bomb.append("b%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ", ").repeat(9)));
        }
        var generous = new ParserLimits(100_000, 100, 1_000, 1_000_000, 10);

        var parsed =
                new FlowParser(TypeCatalog.core(), ExpressionCheck.NONE, generous)
                        .parse(bomb.toString());

        assertThat(((ParsedFlow.Invalid) parsed).problems())
                .singleElement()
                .extracting(Problem::message)
                .asString()
                .contains("at most 1000 values");
    }

    @Test
    void hostileFlowsCostLittle() {
        var parser = new FlowParser(TypeCatalog.core(), ExpressionCheck.NONE, ParserLimits.DEFAULT);
        var chain = new StringBuilder(with("inputs:\n"));
        var unknown = new StringBuilder(with(""));
        for (int i = 0; i < 8_000; i++) {
            chain.append(
                    "  - {id: i%d, type: INT, dependsOn: {inputs: [i%d]}}\n".formatted(i, i + 1));
            unknown.append("taskz%d: x\n".formatted(i));
        }
        var nested = "inputs: [{id: a, type: STRING, validator: '" + "(".repeat(50_000) + "'}]";
        var number = "sla: [{id: a, type: MAX_DURATION, behavior: FAIL, duration: 1e2147483647}]";

        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> {
                    for (var source :
                            List.of(
                                    chain.toString(),
                                    unknown.toString(),
                                    with(nested),
                                    with(number))) {
                        assertThat(parser.parse(source)).isInstanceOf(ParsedFlow.Invalid.class);
                    }
                });
    }

    @Test
    void tooManyTasksAreRefused() {
        var source = new StringBuilder("id: f\nnamespace: n\ntasks:\n");
        for (int i = 0; i < 9; i++) {
            source.append("  - {id: t%d, type: %s, message: m}\n".formatted(i, LOG));
        }

        assertThat(problems(source.toString()))
                .singleElement()
                .extracting(Problem::message)
                .isEqualTo("Expected at most 8 tasks");
    }

    @Test
    void aNameThatSharesNothingWithAnotherIsNoTypingMistake() {
        var known = List.of("io.kestra.plugin.core.flow.If");

        assertThat(Names.didYouMean("io.x.Y", known)).isEmpty();
        assertThat(Names.didYouMean("io.kestra.plugin.core.flow.Ig", known)).contains("flow.If");
    }
}
