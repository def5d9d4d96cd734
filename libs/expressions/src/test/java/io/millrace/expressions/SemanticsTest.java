// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What each filter, function, operator and test makes of ordinary and of odd values. The cases are
/// lines of `semantics.txt`: a template, `=>` and the text that it renders to, or `=!` and a part
/// of the error's message. `\n`, `\r` and `\t` stand for what they mean.
class SemanticsTest {

    private static final Pattern CASE = Pattern.compile("(.*?) (=>|=!)(?: (.*))?");

    record Case(int line, String template, boolean fails, String expected) {

        static Case of(int line, String text) {
            var matcher = CASE.matcher(text);
            assertThat(matcher.matches()).as("line " + line + ": " + text).isTrue();
            return new Case(
                    line,
                    unescaped(matcher.group(1)),
                    matcher.group(2).equals("=!"),
                    matcher.group(3) == null ? "" : unescaped(matcher.group(3)));
        }

        private static String unescaped(String text) {
            return text.replace("\\n", "\n").replace("\\r", "\r").replace("\\t", "\t");
        }

        @Override
        public String toString() {
            return line + ": " + template;
        }
    }

    static Stream<Case> cases() throws Exception {
        var cases = new ArrayList<Case>();
        try (var in = SemanticsTest.class.getResourceAsStream("semantics.txt")) {
            var lines = new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            int number = 0;
            for (var line : lines.split("\n", -1)) {
                number++;
                if (!line.isBlank() && !line.startsWith("//")) {
                    cases.add(Case.of(number, line));
                }
            }
        }
        return cases.stream();
    }

    @SuppressWarnings("JavaUtilDate") // one of the types that variables may have
    private static RenderContext context() {
        var v = new LinkedHashMap<String, @Nullable Object>();
        v.put("nil", null);
        v.put("text", "Ada Lovelace");
        v.put("blank", "  ");
        v.put("empty", "");
        v.put("int", 7);
        v.put("long", 9_007_199_254_740_993L);
        v.put("float", 1.123f);
        v.put("double", 2.5);
        v.put("big", new BigDecimal("12345678901234567890.50"));
        v.put("yes", true);
        v.put("no", false);
        v.put("list", List.of("b", "a", "c"));
        v.put("numbers", List.of(3, 1, 2));
        v.put("mixed", Arrays.asList("a", 1, 1.5f, null, true));
        v.put("array", new String[] {"x", "y"});
        v.put("ints", new int[] {1, 2});
        v.put("nested", List.of(List.of(1, 2), List.of(3, List.of(4)), 5));
        v.put("map", ordered("one", 1, "two", "zwei", "three", List.of(3)));
        v.put("deep", Map.of("in", Map.of("x", List.of(Map.of("y", "here")))));
        v.put("dashed", Map.of("my-key", "v", "a.b", "dot"));
        v.put("numbered", Map.of(1, "int key", "2", "text key"));
        v.put("zoned", ZonedDateTime.parse("2013-09-08T16:19:12.123456+02:00"));
        v.put("instant", Instant.parse("2013-09-08T14:19:12.123456Z"));
        v.put("local", LocalDateTime.parse("2013-09-08T16:19:12"));
        v.put("day", LocalDate.parse("2013-09-08"));
        v.put("date", new Date(1_378_649_952_000L));
        v.put("duration", Duration.ofSeconds(90));
        v.put("template", "{{ int }}");
        v.put("outer", "{{ template }}");
        v.put("loopy", "{{ loopy }}x");
        v.put("broken", "{{ nowhere }}");
        v.put("flow", Map.of("id", "f", "namespace", "company.team"));
        v.put("json", "{\"a\":[1,{\"b\":null}],\"c\":\"é\"}");
        v.put("envs", Map.of("region", "eu"));
        v.put("taskrun", Map.of("value", "v2", "iteration", 1));
        v.put("task", Map.of("id", "t"));
        v.put(
                "parents",
                List.of(Map.of("taskrun", Map.of("value", "v1"), "outputs", Map.of("n", 3))));
        v.put(
                "outputs",
                Map.of("t", Map.of("v1", ordered("v1", Map.of("value", 10), "v2", Map.of()))));
        v.put("each", Map.of("v1", Map.of("v2", Map.of("uri", "here"))));
        v.put(
                "tasks",
                ordered(
                        "good",
                        Map.of("state", "SUCCESS"),
                        "bad",
                        Map.of("state", "FAILED"),
                        "loop",
                        ordered("a", Map.of("state", "FAILED"), "b", Map.of("state", "SUCCESS"))));
        v.put("loop", Map.of("outputs", List.of(Map.of("outputs", Map.of("n", 1)), Map.of())));
        return RenderContext.of(v)
                .withFunctions(new Stores())
                .withClock(InstantSource.fixed(Instant.parse("2026-03-01T12:00:00Z")))
                .withRandom(new Random(1));
    }

    private static Map<String, @Nullable Object> ordered(Object... keysAndValues) {
        var map = new LinkedHashMap<String, @Nullable Object>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }

    /// Stores with a little in them.
    private static final class Stores implements ExpressionFunctions {

        @Override
        public String secret(String key, @Nullable String namespace, @Nullable String subkey) {
            if (!key.equals("TOKEN")) {
                throw new ExpressionException("Unable to find secret '" + key + "'");
            }
            return subkey == null ? "s3cret" : "s3cret." + subkey;
        }

        @Override
        public @Nullable Object kv(String key, @Nullable String namespace, boolean errorOnMissing) {
            if (key.equals("k")) {
                return Map.of("field", namespace == null ? "own" : namespace);
            }
            if (errorOnMissing) {
                throw new MissingValueException(
                        "The key '%s' does not exist in the namespace 'company.team'"
                                .formatted(key));
            }
            return null;
        }

        @Override
        public String read(String file, @Nullable String namespace) {
            return "content of " + file;
        }

        @Override
        public String fileUri(String path, @Nullable String namespace) {
            return "kestra:///company/team/_files/" + path;
        }

        @Override
        public long fileSize(String file, @Nullable String namespace) {
            return file.endsWith("empty") ? 0 : 24;
        }

        @Override
        public boolean fileExists(String file, @Nullable String namespace) {
            return file.endsWith("there");
        }

        @Override
        public List<? extends Map<String, ?>> errorLogs() {
            return List.of(Map.of("taskId", "bad", "message", "it broke"));
        }

        @Override
        public @Nullable Object http(Map<String, ?> request) {
            return Map.of("asked", request.get("uri"));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void holds(Case one) {
        var expressions = new Expressions();

        if (one.fails()) {
            assertThatExceptionOfType(ExpressionException.class)
                    .isThrownBy(() -> expressions.render(one.template(), context()))
                    .withMessageContaining(one.expected());
        } else {
            assertThat(expressions.render(one.template(), context())).isEqualTo(one.expected());
        }
    }

    @Test
    void everyFilterFunctionAndOperatorHasSeveralCases() throws Exception {
        var templates = cases().map(Case::template).collect(Collectors.joining("\n"));

        assertThat(Builtins.filters())
                .allSatisfy(name ->
                        assertThat(uses("\\| *" + name + "\\b", templates))
                                .as("uses of the filter " + name)
                                .isGreaterThanOrEqualTo(3));
        assertThat(Builtins.functions())
                .allSatisfy(name ->
                        assertThat(uses("(?<![|\\w] ?)" + name + "\\(", templates))
                                .as("uses of the function " + name)
                                .isGreaterThanOrEqualTo(2));
    }

    private static long uses(String pattern, String templates) {
        return Pattern.compile(pattern).matcher(templates).results().count();
    }
}
