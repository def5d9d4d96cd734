// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine.inputs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.millrace.engine.inputs.Resolution.Resolved;
import io.millrace.engine.inputs.Resolution.Violation;
import io.millrace.engine.inputs.Resolution.Violations;
import io.millrace.expressions.Encrypted;
import io.millrace.expressions.ExpressionFunctions;
import io.millrace.expressions.Expressions;
import io.millrace.expressions.RenderContext;
import io.millrace.model.Input;
import io.millrace.model.Input.DependsOn;
import io.millrace.model.Input.Rules;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class InputsTest {

    private static final RenderContext CONTEXT =
            RenderContext.of(Map.of("flow", Map.of("id", "load")));

    private final Expressions expressions = new Expressions();

    private static Input input(String id, Input.Type type) {
        return input(id, type, Rules.NONE);
    }

    private static Input input(String id, Input.Type type, Rules rules) {
        return new Input(id, type, null, null, true, null, null, null, rules);
    }

    private static Input optional(Input input) {
        return new Input(
                input.id(),
                input.type(),
                null,
                null,
                false,
                input.defaults(),
                null,
                input.dependsOn(),
                input.rules());
    }

    private static Input withDefault(Input input, Object value) {
        return new Input(
                input.id(),
                input.type(),
                null,
                null,
                input.required(),
                value,
                null,
                input.dependsOn(),
                input.rules());
    }

    private static Input dependsOn(Input input, List<String> ids, @Nullable String condition) {
        return new Input(
                input.id(),
                input.type(),
                null,
                null,
                input.required(),
                input.defaults(),
                null,
                new DependsOn(ids, condition),
                input.rules());
    }

    private static Rules bounds(@Nullable String min, @Nullable String max) {
        return new Rules(
                null, min, max, null, null, null, List.of(), null, List.of(), null, false, false,
                false);
    }

    private static Rules dates(@Nullable String after, @Nullable String before) {
        return new Rules(
                null, null, null, after, before, null, List.of(), null, List.of(), null, false,
                false, false);
    }

    private static Rules validator(String pattern) {
        return new Rules(
                pattern, null, null, null, null, null, List.of(), null, List.of(), null, false,
                false, false);
    }

    private static Rules items(Input.Type type) {
        return new Rules(
                null, null, null, null, null, null, List.of(), type, List.of(), null, false, false,
                false);
    }

    private static Rules options(List<String> values, @Nullable String expression, boolean first) {
        return new Rules(
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                null,
                values.stream().map(Input.Option::of).toList(),
                expression,
                false,
                first,
                false);
    }

    private Resolution resolve(List<Input> inputs, Map<String, ?> given) {
        return Inputs.resolve(inputs, given, expressions, CONTEXT);
    }

    private Map<String, @Nullable Object> resolved(List<Input> inputs, Map<String, ?> given) {
        return switch (resolve(inputs, given)) {
            case Resolved(var values, var _) -> values;
            case Violations violations -> throw new AssertionError(violations.message());
        };
    }

    private List<String> messages(List<Input> inputs, Map<String, ?> given) {
        return switch (resolve(inputs, given)) {
            case Resolved(var values, var _) -> throw new AssertionError(values.toString());
            case Violations(var all) -> all.stream().map(Violation::message).toList();
        };
    }

    static Stream<Arguments> values() {
        return Stream.of(
                arguments(Input.Type.STRING, "text", "text"),
                arguments(Input.Type.STRING, "", ""),
                arguments(Input.Type.STRING, 1, "1"),
                arguments(Input.Type.INT, "42", 42),
                arguments(Input.Type.INT, 42.0, 42),
                arguments(Input.Type.INT, "3000000000", 3_000_000_000L),
                arguments(Input.Type.FLOAT, "42.42", 42.42),
                arguments(Input.Type.FLOAT, 1, 1.0),
                arguments(Input.Type.BOOL, "true", true),
                arguments(Input.Type.BOOL, 1, true),
                arguments(Input.Type.BOOL, "FALSE", false),
                arguments(Input.Type.DATETIME, "2019-10-06T18:27:49Z", "2019-10-06T18:27:49Z"),
                arguments(Input.Type.DATETIME, "2019-10-06T18:27:49+02:00", "2019-10-06T16:27:49Z"),
                arguments(Input.Type.DATE, "2019-10-06", "2019-10-06"),
                arguments(Input.Type.TIME, "08:00:00", "08:00:00"),
                arguments(Input.Type.DURATION, "PT5M6S", "PT5M6S"),
                arguments(Input.Type.JSON, "{\"a\":[1]}", Map.of("a", List.of(1))),
                arguments(Input.Type.JSON, Map.of("a", 1), Map.of("a", 1)),
                arguments(Input.Type.YAML, "a:\n- 1", Map.of("a", List.of(1))),
                arguments(Input.Type.URI, "https://example.com/x", "https://example.com/x"),
                arguments(Input.Type.FILE, "kestra:///a/b.txt", "kestra:///a/b.txt"),
                arguments(Input.Type.EMAIL, "a.b@example.com", "a.b@example.com"),
                arguments(Input.Type.EMAIL, "", ""),
                arguments(
                        Input.Type.ION,
                        "{name: \"Ada\", at: [1, x]}",
                        Map.of("name", "Ada", "at", List.of(1, "x"))),
                arguments(Input.Type.ION, Map.of("name", "Ada"), Map.of("name", "Ada")),
                arguments(Input.Type.ARRAY, "[\"a\"]", List.of("a")));
    }

    @ParameterizedTest
    @MethodSource("values")
    void valueIsTyped(Input.Type type, Object given, Object expected) {
        assertThat(resolved(List.of(input("x", type)), Map.of("x", given)))
                .isEqualTo(Map.of("x", expected));
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                arguments(input("x", Input.Type.INT), "abc", "Expected `INT` but received `abc`"),
                arguments(input("x", Input.Type.INT), "1.5", "Expected `INT` but received `1.5`"),
                arguments(input("x", Input.Type.INT), true, "Expected `INT` but received `true`"),
                arguments(
                        input("x", Input.Type.FLOAT),
                        "1e999",
                        "Expected `FLOAT` but received `1e999`"),
                arguments(
                        input("x", Input.Type.BOOL),
                        "maybe",
                        "Expected `BOOL` but received `maybe`"),
                arguments(
                        input("x", Input.Type.DATE), "2019", "Expected `DATE` but received `2019`"),
                arguments(
                        input("x", Input.Type.DURATION),
                        "5m",
                        "Expected `DURATION` but received `5m`"),
                arguments(input("x", Input.Type.JSON), "{a", "Expected `JSON` but received `{a`"),
                arguments(
                        input("x", Input.Type.URI),
                        "http:/bla",
                        "Expected `URI` but received `http:/bla`"),
                arguments(input("x", Input.Type.EMAIL), "a@b@c", "The input must be a valid email"),
                arguments(
                        input("x", Input.Type.STRING, validator("A\\d+")),
                        "A1x",
                        "it must match the pattern `A\\d+`"),
                arguments(
                        input("x", Input.Type.INT, bounds("10", "20")),
                        "9",
                        "it must be more than `10`"),
                arguments(
                        input("x", Input.Type.INT, bounds("10", "20")),
                        21,
                        "it must be less than `20`"),
                arguments(
                        input("x", Input.Type.FLOAT, bounds("0.1", "0.5")),
                        "0.09",
                        "it must be more than `0.1`"),
                arguments(
                        input("x", Input.Type.DURATION, bounds("PT10S", "PT20S")),
                        "PT30S",
                        "It must be less than `PT20S`"),
                arguments(
                        input("x", Input.Type.DATE, dates("2023-01-01", "2023-12-31")),
                        "2024-01-01",
                        "it must be before `2023-12-31`"),
                arguments(
                        input("x", Input.Type.DATETIME, dates("2023-01-01T00:00:00Z", null)),
                        "2022-01-01T00:00:00Z",
                        "it must be after `2023-01-01T00:00:00Z`"),
                arguments(
                        input("x", Input.Type.TIME, dates("01:00:00", "11:59:59")),
                        "12:00:00",
                        "it must be before `11:59:59`"),
                arguments(
                        input("x", Input.Type.SELECT, options(List.of("A", "B"), null, false)),
                        "C",
                        "it must match the values `[A, B]`"),
                arguments(
                        input("x", Input.Type.ARRAY, items(Input.Type.INT)),
                        "[1,\"s1\"]",
                        "Unable to parse array element as `INT` on `s1`"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void violationSaysWhatWasExpectedAndReceived(Input input, Object given, String why) {
        assertThat(messages(List.of(input), Map.of("x", given)))
                .containsExactly(
                        "Invalid input for `x`, %s, but received `%s`".formatted(why, given));
    }

    @Test
    void boundsThemselvesAreAllowed() {
        var inputs =
                List.of(
                        input("i", Input.Type.INT, bounds("10", "20")),
                        input("d", Input.Type.DATE, dates("2023-01-01", "2023-12-31")));

        assertThat(resolved(inputs, Map.of("i", 20, "d", "2023-01-01")))
                .isEqualTo(Map.of("i", 20, "d", "2023-01-01"));
    }

    @Test
    void missingRequiredInputIsRefused() {
        assertThat(messages(List.of(input("x", Input.Type.STRING)), Map.of()))
                .containsExactly(
                        "Invalid input for `x`, missing required input, but received `null`");
    }

    @Test
    void missingOptionalInputIsNull() {
        var values = resolved(List.of(optional(input("x", Input.Type.BOOL))), Map.of());

        assertThat(values).containsKey("x").containsValue(null);
    }

    @Test
    void fieldThatWasLeftEmptyIsNotANumber() {
        var values = resolved(List.of(optional(input("x", Input.Type.INT))), Map.of("x", ""));

        assertThat(values).containsKey("x").containsValue(null);
    }

    @Test
    void unknownInputsAreIgnored() {
        assertThat(resolved(List.of(), Map.of("x", 1))).isEmpty();
    }

    @Test
    void everythingThatIsWrongIsToldAtOnce() {
        var inputs = List.of(input("a", Input.Type.INT), input("b", Input.Type.DATE));

        assertThat(messages(inputs, Map.of("a", "x", "b", "y"))).hasSize(2);
    }

    @Test
    void defaultsAreRenderedAndTyped() {
        var inputs =
                List.of(
                        withDefault(
                                dependsOn(input("sum", Input.Type.INT), List.of("one"), null),
                                "{{ inputs.one + 1 }}"),
                        withDefault(input("one", Input.Type.INT), 1),
                        withDefault(input("name", Input.Type.STRING), "of {{ flow.id }}"),
                        withDefault(input("empty", Input.Type.STRING), ""),
                        withDefault(
                                input("json", Input.Type.JSON),
                                Map.of("k", List.of("{{ flow.id }}"))));

        assertThat(resolved(inputs, Map.of()))
                .isEqualTo(
                        Map.of(
                                "sum",
                                2,
                                "one",
                                1,
                                "name",
                                "of load",
                                "empty",
                                "",
                                "json",
                                Map.of("k", List.of("load"))));
    }

    @Test
    void givenValuesAreNeverRendered() {
        assertThat(resolved(List.of(input("x", Input.Type.STRING)), Map.of("x", "{{ flow.id }}")))
                .isEqualTo(Map.of("x", "{{ flow.id }}"));
    }

    @Test
    void defaultThatCannotBeRenderedIsAViolation() {
        var inputs = List.of(withDefault(input("x", Input.Type.STRING), "{{ missing }}"));

        assertThat(messages(inputs, Map.of()).getFirst())
                .startsWith("Invalid input for `x`, Unable to find `missing`");
    }

    @Test
    void inputWhoseConditionFailsIsLeftOutWithAllThatDependOnIt() {
        var inputs =
                List.of(
                        input("a", Input.Type.STRING),
                        dependsOn(
                                input("b", Input.Type.STRING),
                                List.of("a"),
                                "{{ inputs.a equals 'other' }}"),
                        dependsOn(input("c", Input.Type.STRING), List.of("b"), null));

        assertThat(resolved(inputs, Map.of("a", "v", "b", "v", "c", "v")))
                .isEqualTo(Map.of("a", "v"));
        assertThat(resolved(inputs, Map.of("a", "other", "b", "v", "c", "w")))
                .isEqualTo(Map.of("a", "other", "b", "v", "c", "w"));
    }

    @Test
    void circleOfDependenciesIsRefused() {
        var inputs =
                List.of(
                        dependsOn(input("a", Input.Type.STRING), List.of("b"), null),
                        dependsOn(input("b", Input.Type.STRING), List.of("a"), null));

        assertThat(messages(inputs, Map.of("a", "x", "b", "y")).getFirst())
                .contains("it depends on itself");
    }

    @Test
    void dotsNest() {
        var inputs =
                List.of(
                        input("n.text", Input.Type.STRING),
                        input("n.more.int", Input.Type.INT),
                        input("o.deep", Input.Type.STRING));
        var given = new LinkedHashMap<String, Object>();
        given.put("n.text", "t");
        given.put("n.more.int", "1");
        given.put("o", Map.of("deep", "d"));

        assertThat(resolved(inputs, given))
                .isEqualTo(
                        Map.of(
                                "n",
                                Map.of("text", "t", "more", Map.of("int", 1)),
                                "o",
                                Map.of("deep", "d")));
    }

    @Test
    void optionsMayComeFromAnExpression() {
        var inputs =
                List.of(
                        input("set", Input.Type.JSON),
                        dependsOn(
                                input(
                                        "one",
                                        Input.Type.SELECT,
                                        options(List.of(), "{{ inputs.set }}", false)),
                                List.of("set"),
                                null));

        assertThat(resolved(inputs, Map.of("set", "[\"a\",\"b\"]", "one", "b")))
                .containsEntry("one", "b");
        assertThat(messages(inputs, Map.of("set", "[\"a\",\"b\"]", "one", "c")))
                .containsExactly(
                        "Invalid input for `one`, it must match the values `[a, b]`, but received"
                                + " `c`");
    }

    @Test
    void optionsMayHaveLabels() {
        var inputs =
                List.of(
                        input(
                                "one",
                                Input.Type.SELECT,
                                options(
                                        List.of(),
                                        "{{ [{'label': 'First', 'value': 1}, 'b', {'value': 'c'}] }}",
                                        false)));

        assertThat(resolved(inputs, Map.of("one", "1"))).containsEntry("one", "1");
        assertThat(messages(inputs, Map.of("one", "First")))
                .containsExactly(
                        "Invalid input for `one`, it must match the values `[1, b, c]`, but received"
                                + " `First`");
        assertThat(Inputs.inspect(inputs, Map.of(), expressions, CONTEXT).getFirst().options())
                .containsExactly(
                        new Input.Option("1", "First"), Input.Option.of("b"), Input.Option.of("c"));
    }

    @Test
    void firstOptionIsSelectedIfAskedFor() {
        var inputs =
                List.of(
                        input("one", Input.Type.SELECT, options(List.of("a", "b"), null, true)),
                        input("some", Input.Type.MULTISELECT, options(List.of("c"), null, true)));

        assertThat(resolved(inputs, Map.of())).isEqualTo(Map.of("one", "a", "some", List.of("c")));
    }

    @Test
    void eachSelectedValueMustBeAnOption() {
        var inputs =
                List.of(
                        input(
                                "x",
                                Input.Type.MULTISELECT,
                                options(List.of("a", "b"), null, false)));

        assertThat(messages(inputs, Map.of("x", List.of("a", "z"))))
                .containsExactly(
                        "Invalid input for `x`, it must match the values `[a, b]`, but"
                                + " received `[\"a\",\"z\"]`");
    }

    @Test
    void secretsAreNamedAndNeverShown() {
        var inputs = List.of(input("s", Input.Type.SECRET, validator("\\d+")));

        assertThat(resolve(inputs, Map.of("s", "123")))
                .isEqualTo(new Resolved(Map.of("s", "123"), Set.of("s")));
        assertThat(messages(inputs, Map.of("s", "hunter2")).getFirst())
                .doesNotContain("hunter2")
                .endsWith("but received `******`");
    }

    @Test
    void costlyValidatorEndsInAViolation() {
        var inputs = List.of(input("x", Input.Type.STRING, validator("a*a*a*a*a*a*a*a*a*a*a*a*b")));

        assertThat(messages(inputs, Map.of("x", "a".repeat(60)))).hasSize(1);
    }

    @Test
    void aFileOfTheNamespaceIsAFile() {
        var inputs = List.of(input("f", Input.Type.FILE));
        var context =
                RenderContext.of(Map.of())
                        .withFunctions(
                                new ExpressionFunctions() {
                                    @Override
                                    public String fileUri(String path, @Nullable String namespace) {
                                        return "kestra:///%s/%s".formatted(namespace, path);
                                    }
                                });

        assertThat(Inputs.resolve(inputs, Map.of("f", "nsfile:///a/b.txt"), expressions, context))
                .isEqualTo(new Resolved(Map.of("f", "kestra:///null/a/b.txt"), Set.of()));
        assertThat(Inputs.resolve(inputs, Map.of("f", "nsfile://team/b.txt"), expressions, context))
                .isEqualTo(new Resolved(Map.of("f", "kestra:///team/b.txt"), Set.of()));
        assertThat(messages(inputs, Map.of("f", "nsfile:///a/b.txt")).getFirst())
                .contains("not available");
    }

    @Test
    void aFormShowsWhatAPrefillSays() {
        var inputs =
                List.of(
                        input("region", Input.Type.STRING),
                        prefilled("host", Input.Type.STRING, "db.{{ inputs.region }}"),
                        prefilled("count", Input.Type.INT, "{{ 2 + 3 }}"),
                        prefilled("written", Input.Type.INT, 7),
                        prefilled("wrong", Input.Type.STRING, "{{ inputs.nowhere }}"));

        var inspected = Inputs.inspect(inputs, Map.of("region", "eu"), expressions, CONTEXT);

        assertThat(inspected)
                .extracting(Inspected::prefill)
                .containsExactly(null, "db.eu", 5, 7, null);
        assertThat(inspected.get(4).errors())
                .anyMatch(error -> error.startsWith("Cannot render 'prefill'. Cause:"));
        assertThat(inspected.get(1).errors()).noneMatch(error -> error.contains("prefill"));
    }

    private static Input prefilled(String id, Input.Type type, Object prefill) {
        return new Input(id, type, null, null, true, null, prefill, null, Rules.NONE);
    }

    @Test
    void aDefaultThatReadsASecretIsRenderedElsewhereAndTakenAsItIs() {
        var inputs =
                List.of(
                        withDefault(input("user", Input.Type.STRING), "ada"),
                        withDefault(
                                input("key", Input.Type.SECRET, validator("\\d+")),
                                "{{ secret('KEY') }}"),
                        withDefault(input("plain", Input.Type.SECRET), "1{{ 2 }}"));

        var resolution =
                Inputs.resolve(
                        inputs,
                        Map.of(),
                        expressions,
                        CONTEXT,
                        (id, seen) -> Encrypted.of(id + " of " + seen.get("user")));

        assertThat(resolution)
                .isEqualTo(
                        new Resolved(
                                Map.of(
                                        "user",
                                        "ada",
                                        "key",
                                        Encrypted.of("key of ada"),
                                        "plain",
                                        "12"),
                                Set.of("key", "plain")));
    }

    @Test
    void extensionOfAFileIsChecked() {
        var rules =
                new Rules(
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        List.of(".csv"),
                        null,
                        List.of(),
                        null,
                        false,
                        false,
                        false);
        var inputs = List.of(input("f", Input.Type.FILE, rules));

        assertThat(resolved(inputs, Map.of("f", "kestra:///x/data.CSV"))).hasSize(1);
        assertThat(messages(inputs, Map.of("f", "kestra:///x/data.txt"))).hasSize(1);
    }
}
