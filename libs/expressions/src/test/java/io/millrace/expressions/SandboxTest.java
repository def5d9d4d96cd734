// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Templates that mean harm. Each ends in an error, soon, and with little memory.
class SandboxTest {

    private static final Budget BUDGET =
            new Budget(200_000, 4 << 20, 100_000, 32, Duration.ofSeconds(2));

    private final Expressions expressions = new Expressions();

    private String render(String template) {
        var variables =
                Map.of(
                        "text",
                        "a".repeat(40) + "!",
                        "big",
                        "x".repeat(100_000),
                        "object",
                        new Object(),
                        "map",
                        Map.of("k", "v"),
                        "list",
                        List.of(1, 2, 3));
        return expressions.render(template, RenderContext.of(variables).withBudget(BUDGET));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ text.getClass() }}",
                "{{ text.class }}",
                "{{ text['class'] }}",
                "{{ object.getClass().forName('java.lang.Runtime') }}",
                "{{ object.hashCode() }}",
                "{{ (1).TYPE.forName('java.lang.System') }}",
                "{{ map.getClass().getClassLoader() }}",
                "{{ map.put('a', 'b') }}",
                "{{ map.clear() }}",
                "{{ list.add(1) }}",
                "{{ list.stream() }}",
                "{{ text.repeat(1000000000) }}",
                "{{ text.formatted('x') }}",
                "{{ text.getBytes() }}",
                "{{ map.forEach(list) }}",
                "{{ beans.x }}",
                "{{ _context }}",
                "{{ __proto__ }}",
            })
    void nothingOfJavaCanBeReached(String template) {
        assertThatExceptionOfType(ExpressionException.class).isThrownBy(() -> render(template));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% include '/etc/passwd' %}",
                "{% import '/etc/passwd' %}",
                "{% extends 'x' %}",
                "{% embed 'x' %}{% endembed %}",
                "{% from 'x' import y %}",
                "{% parallel %}x{% endparallel %}",
                "{% cache 'x' %}x{% endcache %}",
                "{% flush %}",
                "{% autoescape false %}x{% endautoescape %}",
                "{{ 'x' | raw }}",
                "{{ 'x' | escape }}",
                "{{ 1.5 | numberformat }}",
                "{{ i18n('a', 'b') }}",
                "{{ parent() }}",
            })
    void tagsAndFiltersThatWereRemovedDoNotExist(String template) {
        assertThatExceptionOfType(ExpressionException.class).isThrownBy(() -> render(template));
    }

    static List<String> bombs() {
        return List.of(
                "{% for i in 1..1000000000 %}x{% endfor %}",
                "{{ range(0, 9223372036854775807) }}",
                "{{ range(-9223372036854775807, 9223372036854775807) }}",
                "{{ (1..100000000) | length }}",
                "{% for a in 1..1000 %}{% for b in 1..1000 %}{% for c in 1..1000 %}{% endfor %}"
                        + "{% endfor %}{% endfor %}",
                "{% set s = 'xxxxxxxx' %}" + "{% set s = s ~ s %}".repeat(60) + "{{ s }}",
                "{% set s = 'xxxxxxxx' %}" + "{% set s = s + s %}".repeat(60) + "{{ s }}",
                "{% set s = 'xxxxxxxx' %}" + "{% set s = \"#{s}#{s}\" %}".repeat(60) + "{{ s }}",
                "{% set s = [1] %}" + "{% set s = [s, s] %}".repeat(60) + "{{ s }}",
                "{% set s = [1] %}" + "{% set s = s + s %}".repeat(60) + "{{ s }}",
                "{% set s = [1] %}" + "{% set s = s | merge(s) %}".repeat(60) + "{{ s }}",
                "{% set s = {'a': 1} %}" + "{% set s = {'a': s, 'b': s} %}".repeat(60) + "{{ s }}",
                "{% set s = [1] %}"
                        + "{% set s = [s, s] %}".repeat(60)
                        + "{% set t = [1] %}"
                        + "{% set t = [t, t] %}".repeat(60)
                        + "{{ s == t }}",
                "{% set s = 'x' %}"
                        + "{% set s = s | replace({'x': 'xxxxxxxxxx'}) %}".repeat(30)
                        + "{{ s }}",
                "{{ big | replace({'x': 'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy'}) }}",
                "{{ big | regexReplace('', 'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy') }}",
                "{{ \"a\nb\nc\" | indent(2000000000) }}",
                "{{ 'x' | indent(10000, big) }}",
                "{{ '%1000000000d' | format(1) }}",
                "{{ '%.1000000000f' | format(1.5) }}",
                "{{ '1e999999999' | number('BIGDECIMAL') }}",
                "{{ nanoId(1000000000) }}",
                "{{ text | regexMatch('(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)\\1\\2\\3x') }}",
                "{{ text | regexMatch('a*a*a*a*a*a*a*a*a*a*a*a*b') }}",
                "{{ text | regexReplace('a*a*a*a*a*a*a*a*a*a*a*a*b', 'x') }}",
                "{{ text | regexExtract('a*a*a*a*a*a*a*a*a*a*a*a*b') }}",
                "{{ text | split('a*a*a*a*a*a*a*a*a*a*a*a*b') }}",
                "{{ text | replace({'a*a*a*a*a*a*a*a*a*a*a*a*b': 'x'}, regexp=true) }}",
                "{{ [text] | jq('.[0] | test(\"a*a*a*a*a*a*a*a*a*a*a*a*b\")') }}",
                "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
                "{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{{ a() }}{% endmacro"
                        + " %}{{ a() }}",
                "{% block b %}{{ block('b') }}{% endblock %}",
                "{{ render('{{ render(\"{{ big }}\") }}') }}" + "{{ big }}".repeat(100),
                "{{ " + "(".repeat(20_000) + "1" + ")".repeat(20_000) + " }}",
                "{{ " + "[".repeat(20_000) + "]".repeat(20_000) + " }}",
                "{{ " + "not ".repeat(20_000) + "true }}",
                "{{ 1" + " + 1".repeat(200_000) + " }}",
                "{{ x" + ".x".repeat(100_000) + " }}",
                "{% if true %}".repeat(5_000) + "{% endif %}".repeat(5_000),
                "{{ '" + "[".repeat(100_000) + "' | jq('.') }}",
                "{{ fromJson('" + "[".repeat(100_000) + "') }}",
                "{{ yaml('" + "[".repeat(50_000) + "') }}",
                "{{ fromIon('" + "[".repeat(100_000) + "') }}",
                "{{ yaml(\"a: &a [1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
                        + "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
                        + "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e]\")"
                        + " }}",
                "{{ [1] | jq('def f: f; f') }}",
                "{{ [1] | jq('[range(1000000000)]') }}",
                "{{ [1] | jq('[recurse(. + [1])]') }}",
                "{{ [1] | jq('reduce range(100) as $i (\"xx\"; . + .)') }}",
                "{{ [1] | jq('until(false; .)') }}",
                "{{ ['a'] | jq('.[0] * 1000000000') }}",
                "{{ [1] | jq('.[1000000000] = 1') }}",
                "{{ [1] | jq('" + "(".repeat(50_000) + "') }}",
                IntStream.range(0, 30)
                        .mapToObj(i -> "{% for i" + i + " in 1..9 %}")
                        .collect(Collectors.joining("", "", "x" + "{% endfor %}".repeat(30))),
                "{% raw %}".repeat(400_000) + "{{",
                "{% for i in 1..100000 %}{{ big }}{% endfor %}");
    }

    @ParameterizedTest
    @MethodSource("bombs")
    void bombsEndInAnErrorSoon(String template) {
        assertTimeoutPreemptively(
                Duration.ofSeconds(10),
                () ->
                        assertThatExceptionOfType(ExpressionException.class)
                                .isThrownBy(() -> render(template)));
    }

    @Test
    void recursiveRenderingThatNeverSettlesEnds() {
        var context = RenderContext.of(Map.of("a", "{{ a }}{{ a }}")).withBudget(BUDGET);

        assertThatExceptionOfType(ExpressionException.class)
                .isThrownBy(() -> expressions.render("{{ a }}", context.withRecursive(true)));
        assertThatExceptionOfType(ExpressionException.class)
                .isThrownBy(() -> expressions.render("{{ render(a) }}", context));
    }

    @Test
    void variablesOfTheContextAreNeverChanged() {
        var variables = Map.of("a", (Object) List.of(1));

        var rendered =
                expressions.render(
                        "{% set a = 2 %}{{ a }}", RenderContext.of(variables).withBudget(BUDGET));

        assertThat(rendered).isEqualTo("2");
        assertThat(variables).isEqualTo(Map.of("a", List.of(1)));
    }

    @Test
    void valuesAreNotRenderedAgain() {
        var context = RenderContext.of(Map.of("input", "{{ secret('x') }}"));

        assertThat(expressions.render("{{ input }}", context)).isEqualTo("{{ secret('x') }}");
    }

    @Test
    void functionsThatReadAreAbsentUnlessHandedIn() {
        assertThatExceptionOfType(ExpressionException.class)
                .isThrownBy(() -> render("{{ secret('x') }}"))
                .withMessageContaining("not available here");
    }

    @Test
    void pathsThatClimbAreRefused() {
        assertThatExceptionOfType(ExpressionException.class)
                .isThrownBy(() -> render("{{ read('../../etc/passwd') }}"))
                .withMessageContaining("Path must not contain '../'");
    }
}
