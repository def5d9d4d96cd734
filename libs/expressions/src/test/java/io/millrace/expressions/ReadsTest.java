// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReadsTest {

    private static final Expressions EXPRESSIONS = new Expressions();

    private static Reads reads(String template) {
        return EXPRESSIONS.compile(template).reads();
    }

    static Stream<Arguments> paths() {
        return Stream.of(
                arguments("text", Set.of()),
                arguments("{{ outputs.extract.uri }}", Set.of("outputs.extract.uri")),
                arguments("{{ inputs['a-b'] }}", Set.of("inputs.a-b")),
                arguments(
                        "{{ outputs.each[taskrun.value].uri }}",
                        Set.of("outputs.each", "taskrun.value")),
                arguments("{{ a.b.toUpperCase() }}", Set.of("a.b")),
                arguments("{{ a ?? b.c | default(d) }}", Set.of("a", "b.c", "d")),
                arguments(
                        "{% if a %}{{ b }}{% else %}{{ c.d }}{% endif %}", Set.of("a", "b", "c.d")),
                arguments("{% for x in l.m %}{{ x.y }}{{ z }}{% endfor %}", Set.of("l.m", "z")),
                arguments("{{ \"#{a.b}\" }}{{ [c, {'k': d}] }}", Set.of("a.b", "c", "d")),
                arguments(
                        "{{ currentEachOutput(outputs.t).x }}",
                        Set.of("outputs.t", "taskrun", "parents")));
    }

    @ParameterizedTest
    @MethodSource("paths")
    void pathsAreFound(String template, Set<String> expected) {
        var reads = reads(template);

        assertThat(reads.everything()).isFalse();
        assertThat(reads.paths().stream().map(Reads.Path::toString).collect(Collectors.toSet()))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{{ render(x) }}", "{{ renderOnce(x) }}", "{{ printContext() }}"})
    void whatCannotBeAnalysedReadsEverything(String template) {
        assertThat(reads(template).everything()).isTrue();
    }

    @Test
    void functionsAreNamed() {
        assertThat(reads("{{ secret('A') ~ kv('B') }}").functions())
                .isEqualTo(Set.of("secret", "kv"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ a.b ~ c | upper }}",
                "{{ now() }}{{ uuid() }}",
                "{{ a | split(',') }}",
                "{{ a | replace({'x': 'y'}) }}",
                "{% if a > 1 %}x{% endif %}",
            })
    void pureTemplatesAreSafeOnALane(String template) {
        assertThat(EXPRESSIONS.compile(template).laneSafe()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% for x in a %}{% endfor %}",
                "{{ secret('x') }}",
                "{{ kv('x') }}",
                "{{ read('x') }}",
                "{{ http('x') }}",
                "{{ render(a) }}",
                "{{ a | regexMatch(b) }}",
                "{{ a | split(b) }}",
                "{{ a | jq('.') }}",
                "{{ 1..a }}",
                "{% macro m() %}{% endmacro %}",
                "{{ [secret('x')] | first | upper }}",
            })
    void whatReadsOrLoopsIsNotSafeOnALane(String template) {
        assertThat(EXPRESSIONS.compile(template).laneSafe()).isFalse();
    }

    @Test
    void pruningKeepsWhatIsReadAlone() {
        var variables =
                Map.of(
                        "outputs",
                        Map.of("a", Map.of("x", 1, "y", 2), "b", Map.of("x", 3)),
                        "inputs",
                        Map.of("i", 4),
                        "vars",
                        Map.of("v", 5));

        var pruned = reads("{{ outputs.a.x }}{{ inputs }}{{ missing.z }}").prune(variables);

        assertThat(pruned)
                .isEqualTo(
                        Map.of("outputs", Map.of("a", Map.of("x", 1)), "inputs", Map.of("i", 4)));
    }

    @Test
    void touchedIsWhatLiesAboveOrBelowAPath() {
        var reads = reads("{{ outputs.a.x }}");

        assertThat(reads.touches("outputs")).isTrue();
        assertThat(reads.touches("outputs", "a")).isTrue();
        assertThat(reads.touches("outputs", "a", "x", "deep")).isTrue();
        assertThat(reads.touches("outputs", "b")).isFalse();
    }

    /// The point of it all: a template can't tell pruned variables from all of them.
    @Property(tries = 300)
    void prunedVariablesRenderTheSame(
            @ForAll("templates") String template, @ForAll("trees") Map<String, Object> variables) {
        var pruned = reads(template).prune(variables);

        assertThat(outcome(template, pruned)).isEqualTo(outcome(template, variables));
    }

    private static String outcome(String template, Map<String, ?> variables) {
        try {
            return EXPRESSIONS.render(template, RenderContext.of(variables));
        } catch (ExpressionException e) {
            return "failed: " + e.getMessage();
        }
    }

    @Provide
    Arbitrary<String> templates() {
        var names = Arbitraries.of("a", "b", "c");
        var paths = names.list().ofMinSize(1).ofMaxSize(3).map(all -> String.join(".", all));
        var parts =
                Arbitraries.of(
                        "{{ P ?? 'none' }}",
                        "{{ P | default('d') }}",
                        "{{ P is defined ? 1 : 2 }}",
                        "{{ P }}",
                        "{{ a[b] ?? P }}",
                        "{% set a = P ?? 1 %}{{ a }}",
                        "{% for x in [P ?? 1] %}{{ x }}{{ c ?? 0 }}{% endfor %}");
        return net.jqwik.api.Combinators.combine(parts, paths)
                .as((part, path) -> part.replace("P", path))
                .list()
                .ofMaxSize(4)
                .map(all -> String.join(" ", all));
    }

    @Provide
    Arbitrary<Map<String, Object>> trees() {
        return tree(3);
    }

    private static Arbitrary<Map<String, Object>> tree(int depth) {
        var leaves = Arbitraries.of("a", "b", 1, true, List.of(1, 2)).map(Object.class::cast);
        Arbitrary<Object> values =
                depth == 0
                        ? leaves
                        : Arbitraries.oneOf(leaves, tree(depth - 1).map(Object.class::cast));
        return Arbitraries.maps(Arbitraries.of("a", "b", "c"), values)
                .ofMaxSize(3)
                .map(HashMap::new);
    }

    @Test
    void whatIsOptionalIsNotNeeded() {
        var template =
                new Expressions()
                        .compile(
                                """
                                {{ inputs.a ?? outputs.b.c }}
                                {% set x = vars.d %}{{ x }}{{ trigger.e is defined ? 1 : 2 }}
                                {% for item in outputs['f'].list %}{{ item.name }}{% endfor %}
                                {{ labels.g | default('h') }}{{ missing ??? 'i' }}
                                """);

        assertThat(template.needs())
                .containsOnly(
                        Map.entry(Reads.Path.of("outputs", "b", "c"), 1),
                        Map.entry(Reads.Path.of("vars", "d"), 2),
                        Map.entry(Reads.Path.of("outputs", "f", "list"), 3));
    }
}
