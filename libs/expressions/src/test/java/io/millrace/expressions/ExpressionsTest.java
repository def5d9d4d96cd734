// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.AbstractMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionsTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private final Expressions expressions = new Expressions();

    private static Map<String, @Nullable Object> variables() {
        var variables = new LinkedHashMap<String, @Nullable Object>();
        variables.put("name", "Ada");
        variables.put("zero", 0);
        variables.put("count", 3);
        variables.put("ratio", 0.25f);
        variables.put("nothing", null);
        variables.put("list", List.of("b", "a", "b"));
        variables.put("map", Map.of("key", "value"));
        variables.put("nested", Map.of("in", Map.of("list", List.of(Map.of("x", 1)))));
        variables.put("at", ZonedDateTime.parse("2013-09-08T16:19:12.123456+01:00"));
        variables.put("local", LocalDateTime.parse("2013-09-08T16:19:12"));
        variables.put(
                "outputs",
                Map.of(
                        "my-task",
                        Map.of("value", 42),
                        "each2",
                        Map.of("v1", Map.of("v1", Map.of("value", 1)))));
        variables.put("template", "{{ name }}!");
        variables.put("inner", "{{ template }}");
        variables.put("taskrun", Map.of("value", "v2", "iteration", 1));
        variables.put(
                "parents",
                List.of(Map.of("taskrun", Map.of("value", "v1"), "outputs", Map.of("n", 3))));
        variables.put("envs", Map.of("home_region", "eu"));
        variables.put(
                "loop",
                Map.of(
                        "outputs",
                        List.of(
                                Map.of("outputs", Map.of("rows", 1)),
                                Map.of("outputs", Map.of()),
                                Map.of("outputs", Map.of("rows", 3)))));
        variables.put("each", Map.of("v1", Map.of("v2", Map.of("uri", "here"))));
        return variables;
    }

    private static RenderContext context() {
        return RenderContext.of(variables())
                .withClock(InstantSource.fixed(NOON))
                .withRandom(new Random(1));
    }

    private String render(String template) {
        return expressions.render(template, context());
    }

    static Stream<Arguments> rendered() {
        return Stream.of(
                // literals and printing
                arguments("no braces at { all }", "no braces at { all }"),
                arguments("{{ name }} and {{ count }}", "Ada and 3"),
                arguments("{{ ratio }}|{{ nothing }}|{{ true }}", "0.25||true"),
                arguments("{{ list }}", "[\"b\",\"a\",\"b\"]"),
                arguments("{{ nested }}", "{\"in\":{\"list\":[{\"x\":1}]}}"),
                arguments("{{ \"line\nbreak \\\"q\\\"\" | toJson }}", "\"line\\nbreak \\\"q\\\"\""),
                arguments("{# gone #}{% raw %}{{ kept }}{% endraw %}", "{{ kept }}"),
                arguments("{{ 'a#b' ~ \"-#{count}-#{name}\" }}", "a#b-3-Ada"),
                arguments("a {%-raw-%} {{ b }} {%-endraw-%} c", "a  {{ b }}  c"),
                arguments(
                        "{% raw %}{{ a }}{% endraw %}{{ 1 }}{% raw %}{% b %}{% endraw %}\nx",
                        "{{ a }}1{% b %}\nx"),
                arguments("{% verbatim %}{{ a }}{% endverbatim %}", "{{ a }}"),
                arguments(
                        "{% macro input(type='text', name, value='') %}{{ type }}-{{ name }}-{{ value }}"
                                + "{% endmacro %}{{ input(name='country') }}",
                        "text-country-"),
                arguments("{{ [1, 2.5, 'x'] | yaml }}", " - 1\n - 2.5\n - x\n"),
                // access
                arguments("{{ nested.in.list[0].x }}", "1"),
                arguments("{{ outputs['my-task'].value }}", "42"),
                arguments("{{ nested['in'].list[zero]['x'] }}", "1"),
                arguments("{{ name.length() }} {{ list.size() }}", "3 3"),
                arguments("{{ name.toUpperCase().substring(1) }}", "DA"),
                arguments("{{ at.year }}-{{ at.dayOfWeek }}", "2013-SUNDAY"),
                arguments("{{ parents[0].taskrun.value }}{{ taskrun.value }}", "v1v2"),
                arguments("{{ currentEachOutput(each).uri }}", "here"),
                // operators
                arguments("{{ nothing ?? 'x' }}{{ missing.deep ?? 'y' }}", "xy"),
                arguments("{{ nothing ??? 'x' }}{{ missing ??? 'y' }}", "y"),
                arguments("{{ missing | default('d') }}", "d"),
                arguments("{{ count + 1 }} {{ count * 2.5 }} {{ 7 / 2 }} {{ 7 % 4 }}", "4 7.5 3 3"),
                arguments("{{ -count + 10 }}", "7"),
                arguments("{{ '1' + 2 }}{{ [1] + [2] }}", "12[1,2]"),
                arguments("{{ count == 3.0 }} {{ 'a' < 'b' }} {{ count >= 4 }}", "true true false"),
                arguments("{{ list contains 'a' }} {{ map contains 'key' }}", "true true"),
                arguments("{{ 'a' isIn list }} {{ 'z' isIn 'xyz' }}", "true false"),
                arguments("{{ [1, 2] contains 2 and not (count == 4) }}", "true"),
                arguments(
                        "{{ 'a' in list }} {{ 'a' not in list }} {{ 3 in [1, 3] }}",
                        "true false true"),
                arguments("{{ 'z' isNotIn list and not ('z' in list) }}", "true"),
                arguments(
                        "{{ nested.in.list | length }}{{ nested['in'].list[0].x in [1] }}",
                        "1true"),
                arguments(
                        "{% if name in ['Ada'] %}{% for in in list %}{{ in }}{% endfor %}{% endif %}",
                        "bab"),
                arguments(
                        "{% for e in list %}{% if e in 'a' %}{{ e }}{% endif %}{% endfor %}", "a"),
                arguments("{{ count > 2 ? 'many' : 'few' }}", "many"),
                arguments("{{ missing is defined }} {{ name is not null }}", "false true"),
                arguments("{{ '' is empty }} {{ 4 is even }} {{ map is map }}", "true true true"),
                arguments("{{ '{\"a\":1}' is json }} {{ '{a' is json }}", "true false"),
                // tags
                arguments("{% if count > 2 %}a{% elseif true %}b{% else %}c{% endif %}", "a"),
                arguments(
                        "{% for e in list %}{{ loop.index }}{{ e }}{% if not loop.last %},"
                                + "{% endif %}{% endfor %}",
                        "0b,1a,2b"),
                arguments("{% for e in map %}{{ e.key }}={{ e.value }}{% endfor %}", "key=value"),
                arguments("{% for e in [] %}x{% else %}none{% endfor %}", "none"),
                arguments("{% for i in 1..3 %}{{ i }}{% endfor %}", "123"),
                arguments("{% set x = count + 1 %}{{ x }}", "4"),
                arguments(
                        "{% macro hi(who='you') %}Hi {{ who }}{% endmacro %}{{ hi() }}", "Hi you"),
                arguments("{% macro hi(who) %}Hi {{ who }}{% endmacro %}{{ hi('x') }}", "Hi x"),
                arguments("{% filter upper %}abc{{ name }}{% endfilter %}", "ABCADA"),
                arguments("{% block a %}x{% endblock %}{{ block('a') }}", "xx"),
                // rendering
                arguments("{{ inner }}", "{{ template }}"),
                arguments("{{ renderOnce(inner) }}", "{{ name }}!"),
                arguments("{{ render(inner) }}", "Ada!"),
                arguments("{{ render({'a': template}) }}", "{\"a\":\"Ada!\"}"),
                // texts
                arguments(
                        "{{ 'hello world' | title }}{{ 'hello' | capitalize }}",
                        "Hello WorldHello"),
                arguments("{{ 'abcdefgh' | abbreviate(6) }}", "abc..."),
                arguments("{{ 'a.b.c' | substringAfterLast('.') }}", "c"),
                arguments(
                        "{{ 'abc' | substringAfter('x') }}{{ 'abc' | substringBefore('x') }}",
                        "abc"),
                arguments("{{ 'a b' | urlencode }}{{ 'a%20b' | urldecode }}", "a+ba b"),
                arguments("{{ 'hello' | base64encode | base64decode }}", "hello"),
                arguments("{{ 'a-b-c' | split('-') }}", "[\"a\",\"b\",\"c\"]"),
                arguments("{{ 'aXbYc' | split('[XY]', 2) }}", "[\"a\",\"bYc\"]"),
                arguments("{{ 'I am %s, %02d' | format('x', 7) }}", "I am x, 07"),
                arguments("{{ 'aba' | replace({'a': 'x', 'b': 'y'}) }}", "xyx"),
                arguments("{{ \"it's\" | escapeChar('shell') }}", "it'\\''s"),
                arguments("{{ 'Hello Wörld!' | slugify }}", "hello-world"),
                arguments("{{ 'abc' | startsWith('a') }}{{ 'abc' | endsWith('a') }}", "truefalse"),
                arguments("{{ 'hello' | md5 }}", "5d41402abc4b2a76b9719d911017c592"),
                arguments("{{ 1234567.891 | numberFormat('#,##0.0') }}", "1,234,567.9"),
                arguments("{{ '42' | number | className }}", "java.lang.Integer"),
                arguments("{{ '12.3' | number | className }}", "java.lang.Float"),
                arguments("{{ '7' | number('LONG') + 1 }}", "8"),
                // lists
                arguments("{{ list | first }}{{ list | last }}{{ list | length }}", "bb3"),
                arguments("{{ list | sort | join('-') }} {{ [3,1] | rsort }}", "a-b-b [3,1]"),
                arguments("{{ list | reverse | distinct }}", "[\"b\",\"a\"]"),
                arguments("{{ [1,2,3] | slice(1, 3) }}", "[2,3]"),
                arguments(
                        "{{ [1] | merge([2]) }}{{ map | merge({'k': 1}) | keys }}",
                        "[1,2][\"key\",\"k\"]"),
                arguments("{{ [[1],[2,3],4] | flatten }}", "[1,2,3,4]"),
                arguments("{{ max(1, 5, 3) }}{{ min(4, 2) }}", "52"),
                arguments("{{ range(6, 0, -2) }}", "[6,4,2,0]"),
                // formats
                arguments("{{ fromJson('{\"a\": [1, 2.5]}').a[1] }}", "2.5"),
                arguments("{{ yaml('a: [1, x]').a[1] }}{{ {'a': 1} | yaml }}", "xa: 1\n"),
                arguments("{{ fromIon('{a: 1, b: [x, \"y\"]}').b }}", "[\"x\",\"y\"]"),
                arguments("{{ fromIon('1 2', allRows=true) }}", "[1,2]"),
                arguments("{{ {'a b': 1.5} | toIon }}", "{'a b':1.5e0}"),
                // dates
                arguments("{{ now() }}", "2026-03-01T12:00:00.000000Z"),
                arguments("{{ now('yyyy', timeZone='Asia/Tokyo') }}", "2026"),
                arguments("{{ at | date('yyyy-MM-dd') }}", "2013-09-08"),
                arguments(
                        "{{ local | date(timeZone='Europe/Paris') }}",
                        "2013-09-08T16:19:12.000000+02:00"),
                arguments("{{ 1378653552 | date('sql_seq') }}", "2013-09-08 15:19:12"),
                arguments("{{ 1378653552123 | date('iso_milli') }}", "2013-09-08T15:19:12.123Z"),
                arguments(
                        "{{ '2013-09-08' | dateAdd(1, 'MONTHS', format='iso_date') }}",
                        "2013-10-08Z"),
                arguments("{{ at | timestampMicro }}", "1378653552123456"),
                arguments("{{ isWeekend('2025-01-04') }}{{ dayOfMonth('2025-01-04') }}", "true4"),
                arguments(
                        "{{ isPublicHoliday('2025-07-14', 'FR') }} {{ isPublicHoliday('2025-07-14T08:00:00Z', 'de') }}"
                                + " {{ isPublicHoliday('2025-01-06', 'DE', 'BY') }}",
                        "true false true"),
                // surroundings
                arguments(
                        "{{ env('HOME_REGION') }}{{ env('other', 'x') }}{{ env('none') }}", "eux"),
                arguments("{{ loopOutputs(loop.outputs, 'rows') }}", "[1,null,3]"),
                arguments("{{ parentOutput().n }}{{ parentOutput(0).n }}", "33"),
                arguments("{{ iterationOutput('each2') }}{{ iterationOutput('each2', 0) }}", "11"),
                // random
                arguments("{{ randomInt(5, 5) }}", "5"),
                arguments(
                        "{{ uuid().length() }} {{ id().length() }} {{ ksuid().length() }}",
                        "36 22 27"));
    }

    @ParameterizedTest
    @MethodSource("rendered")
    void isRendered(String template, String expected) {
        assertThat(render(template)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ missing }}",
                "{{ map.missing }}",
                "{{ list[7] }}",
                "{{ nothing.attribute }}",
                "{{ unfinished",
                "{{ a b }}",
                "{% nonsense %}",
                "{{ name | nonsense }}",
                "{{ nonsense() }}",
                "{{ name is nonsense }}",
                "{{ upper('x', 'y') }}",
                "{{ name | startsWith }}",
                "{{ name | slice(1, 2, 3) }}",
                "{{ name | slice(wrong=1) }}",
                "{{ 'x' | number }}",
                "{{ 1 / 0 }}",
                "{{ list > 3 }}",
                "{{ 'x' | date }}",
                "{{ now(timeZone='Nowhere/Land') }}",
                "{{ 'x' | distinct }}",
                "{{ '[' | jq('.') }}",
                "{{ [1] | jq('.[') }}",
                "{% if nothing %}x{% endif %}",
            })
    void isAnError(String template) {
        assertThatExceptionOfType(ExpressionException.class).isThrownBy(() -> render(template));
    }

    @Test
    void unknownVariableIsNamedWithItsLine() {
        assertThatExceptionOfType(ExpressionException.class)
                .isThrownBy(() -> render("first\n{{ missing }}"))
                .withMessage(
                        "Unable to find `missing` used in the expression `first\n{{ missing }}` at"
                                + " line 2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "first\n{{ list | chunk(0) }}",
                "first\n{{ 'x' | nonsense }}",
                "first\n{{ nonsense() }}",
                "first\n{{ 1 / 0 }}",
                "first\n{{ name > 3 }}",
                "first\n{{ 'x' | date }}",
                "first\n{{ name is nonsense }}",
                "first\n{{ name.wait() }}",
                "first\n{% if nothing %}x{% endif %}",
                "first\n{% for e in count %}x{% endfor %}",
                "first\n{{ subflow('company.team', 'other') }}",
                "first\n{{ iterationOutput('each2', 7) }}",
            })
    void anErrorNamesTheExpressionAndItsLine(String template) {
        assertThatExceptionOfType(ExpressionException.class)
                .isThrownBy(() -> render(template))
                .withMessageContaining("expression `" + template + "` at line 2");
    }

    @Test
    void aSubflowIsCalledWithWhatTheTemplateGives() {
        var functions =
                new ExpressionFunctions() {
                    @Override
                    public Map<String, @Nullable Object> subflow(SubflowCall call) {
                        return Map.of("outputs", Map.of("asked", call.toString()));
                    }
                };
        var context = RenderContext.of(Map.of("flow", Map.of())).withFunctions(functions);

        var rendered =
                expressions.render(
                        "{{ subflow('n', 'f', {'a': 1}, labels={'l': 2}, timeout='PT5S').outputs.asked }}",
                        context);

        assertThat(rendered)
                .isEqualTo(
                        "SubflowCall[namespace=n, id=f, revision=null, inputs={a=1}, labels={l=2},"
                                + " timeout=PT5S]");
    }

    @Test
    void brokenTemplateTellsBeforeItIsRendered() {
        var template = expressions.compile("{{ a b }}");

        assertThat(template.problem()).isNotNull();
        assertThatExceptionOfType(ExpressionException.class)
                .isThrownBy(() -> template.render(context()))
                .withMessageContaining("line 1");
    }

    @Test
    void recursiveRenderingGoesOnUntilNoTemplateIsLeft() {
        var recursive = context().withRecursive(true);

        assertThat(expressions.render("{{ inner }}", recursive)).isEqualTo("Ada!");
        assertThat(expressions.render("{% raw %}{{ inner }}{% endraw %}", recursive))
                .isEqualTo("{{ inner }}");
        assertThatExceptionOfType(ExpressionException.class)
                .isThrownBy(() -> expressions.render("{{ render(inner) }}", recursive))
                .withMessageContaining("Function or Macro [render] does not exist");
    }

    @Test
    void valueOfAWholeExpressionKeepsItsType() {
        assertThat(expressions.compile("{{ list }}").evaluate(context()))
                .isEqualTo(List.of("b", "a", "b"));
        assertThat(expressions.compile("{{ list }} ").evaluate(context()))
                .isEqualTo("[\"b\",\"a\",\"b\"] ");
    }

    @Test
    void equalClockAndRandomGiveEqualText() {
        var template =
                "{{ now() }} {{ uuid() }} {{ id() }} {{ randomInt(0, 1000) }} {{ nanoId() }}";

        assertThat(render(template)).isEqualTo(render(template));
        assertThat(expressions.compile(template).laneSafe()).isTrue();
    }

    @Test
    void variablesAreLookedUpOnDemand() {
        var outputs =
                new AbstractMap<String, Object>() {
                    @Override
                    public Set<Entry<String, Object>> entrySet() {
                        throw new AssertionError("all of it was asked for");
                    }

                    @Override
                    public boolean containsKey(Object key) {
                        return true;
                    }

                    @Override
                    public Object get(Object key) {
                        return "output of " + key;
                    }
                };

        var rendered =
                expressions.render(
                        "{{ outputs.t17 }}, {{ outputs['t18'] }}",
                        RenderContext.of(Map.of("outputs", outputs)));

        assertThat(rendered).isEqualTo("output of t17, output of t18");
    }

    @Test
    void storesAreReadThroughWhatIsHandedIn() {
        var functions =
                new ExpressionFunctions() {
                    @Override
                    public String secret(
                            String key, @Nullable String namespace, @Nullable String subkey) {
                        return key + "@" + namespace;
                    }

                    @Override
                    public @Nullable Object kv(
                            String key, @Nullable String namespace, boolean errorOnMissing) {
                        return errorOnMissing ? Map.of("k", key) : null;
                    }
                };
        var template = "{{ secret('S', namespace='n') }} {{ kv('K').k }} {{ kv('K', 'n', false) }}";

        assertThat(expressions.render(template, context().withFunctions(functions)))
                .isEqualTo("S@n K ");
    }

    @Test
    void whatWasEncryptedCanBeDecrypted() {
        var key = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

        assertThat(render("{{ decrypt('%s', encrypt('%s', 'text')) }}".formatted(key, key)))
                .isEqualTo("text");
    }

    @Test
    void compiledTemplatesAreKept() {
        assertThat(expressions.compile("{{ name }}")).isSameAs(expressions.compile("{{ name }}"));
    }

    @Test
    void aFunctionWithoutAnAnswerIsNoErrorOfTheTemplate() {
        var away = new UnansweredException("away");
        var context =
                RenderContext.of(Map.of())
                        .withFunctions(
                                new ExpressionFunctions() {
                                    @Override
                                    public Object kv(
                                            String key,
                                            @Nullable String namespace,
                                            boolean errorOnMissing) {
                                        throw away;
                                    }
                                });

        for (var template : List.of("{{ kv('x') }}", "a {{ kv('x') ?? 'b' | upper }}")) {
            assertThatExceptionOfType(UnansweredException.class)
                    .isThrownBy(() -> expressions.render(template, context))
                    .isSameAs(away);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/yaml", "application/x-yaml; charset=utf-8", "text/yaml"})
    void aMapIsSentAsYamlWhereTheContentTypeSaysSo(String type) {
        var asked = new LinkedHashMap<String, Object>();
        var context =
                RenderContext.of(Map.of("type", type))
                        .withFunctions(
                                new ExpressionFunctions() {
                                    @Override
                                    public Object http(Map<String, ?> request) {
                                        asked.putAll(request);
                                        return "";
                                    }
                                });

        expressions.render(
                "{{ http('http://x', body={'a': [1, 'b']}, contentType=type) }}", context);

        assertThat(asked.get("body")).isEqualTo("a:\n - 1\n - b\n");
        assertThat(asked.get("contentType")).isEqualTo(type);
    }
}
