// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Expected results are jq 1.7's.
class JqTest {

    private final Expressions expressions = new Expressions();

    private String jq(String input, String program) {
        return expressions.render(
                "{{ input | jq(program) }}",
                RenderContext.of(Map.of("input", input, "program", program)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " ~~ ",
            quoteCharacter = '`',
            value = {
                "{\"a\":{\"b\":1}} ~~ .a.b ~~ [1]",
                "{\"a\":[1,2,3]} ~~ .a[] ~~ [1,2,3]",
                "{\"a\":[1,2,3]} ~~ .a[1:] ~~ [[2,3]]",
                "[1,2,3] ~~ .[-1] ~~ [3]",
                "{\"a\":1} ~~ .b ~~ [null]",
                "{\"a\":1} ~~ .[\"a\"] ~~ [1]",
                "{\"a b\":1} ~~ .\"a b\" ~~ [1]",
                "[1,2,3] ~~ map(. * 2) ~~ [[2,4,6]]",
                "[1,2,3] ~~ [.[] | select(. > 1)] ~~ [[2,3]]",
                "[{\"a\":1,\"b\":2}] ~~ .[] | {a, c: .b} ~~ [{\"a\":1,\"c\":2}]",
                "{\"a\":1} ~~ .a as $x | [$x, $x + 1] ~~ [[1,2]]",
                "[1,2,3] ~~ reduce .[] as $x (0; . + $x) ~~ [6]",
                "[1,2] ~~ foreach .[] as $x (0; . + $x) ~~ [1,3]",
                "[3,1,2] ~~ sort, length, add, min, max ~~ [[1,2,3],3,6,1,3]",
                "[{\"k\":\"b\"},{\"k\":\"a\"}] ~~ sort_by(.k)[0].k ~~ [\"a\"]",
                "[{\"k\":1,\"v\":1},{\"k\":1,\"v\":2}] ~~ group_by(.k) | map(length) ~~ [[2]]",
                "{\"b\":1,\"a\":2} ~~ keys ~~ [[\"a\",\"b\"]]",
                "{\"a\":1} ~~ to_entries ~~ [[{\"key\":\"a\",\"value\":1}]]",
                "{\"a\":1} ~~ with_entries(.value += 1) ~~ [{\"a\":2}]",
                "{\"a\":1} ~~ if .a == 1 then \"one\" else \"other\" end ~~ [\"one\"]",
                "{\"a\":null} ~~ .a // \"none\" ~~ [\"none\"]",
                "{\"a\":1} ~~ .b.c = 2 ~~ [{\"a\":1,\"b\":{\"c\":2}}]",
                "[1,2,3] ~~ .[1] |= . + 10 ~~ [[1,12,3]]",
                "{\"a\":1,\"b\":2} ~~ del(.a) ~~ [{\"b\":2}]",
                "[1,[2]] ~~ [..] ~~ [[[1,[2]],1,[2],2]]",
                "[1,\"a\"] ~~ map(try tonumber catch \"bad\") ~~ [[1,\"bad\"]]",
                "\"a,b\" ~~ split(\",\") ~~ [[\"a\",\"b\"]]",
                "[\"a\",1] ~~ join(\"-\") ~~ [\"a-1\"]",
                "\"abc\" ~~ test(\"B\"; \"i\"), sub(\"b\";\"x\") ~~ [true,\"axc\"]",
                "{\"n\":1} ~~ \"n is \\(.n)\" ~~ [\"n is 1\"]",
                "\"hi\" ~~ @base64 ~~ [\"aGk=\"]",
                "[1,2,3] ~~ first(.[] | select(. > 1)) ~~ [2]",
                "5 ~~ def fac: if . <= 1 then 1 else . * (. - 1 | fac) end; fac ~~ [120]",
                "[1,2] ~~ [limit(1; .[])] ~~ [[1]]",
                "{\"a\":[{\"b\":1}]} ~~ [paths] ~~ [[[\"a\"],[\"a\",0],[\"a\",0,\"b\"]]]",
                "[[1,2],[3]] ~~ flatten, (.[0] | contains([2])) ~~ [[1,2,3],true]",
                "{\"a\":{\"x\":1}} ~~ . * {a:{y:2}} ~~ [{\"a\":{\"x\":1,\"y\":2}}]",
                "10 ~~ . / 4, . % 3, -(1) ~~ [2.5,1,-1]",
                "1 ~~ empty ~~ []",
                "[1,null,2] ~~ map(values) ~~ [[1,2]]",
                "{\"a\":\"x\"} ~~ has(\"a\"), (.a | ascii_upcase) ~~ [true,\"X\"]",
            })
    void gives(String input, String program, String expected) {
        assertThat(jq(input.strip(), program.strip())).isEqualTo(expected.strip());
    }

    @Test
    void errorsAreThoseOfTheProgram() {
        assertThatExceptionOfType(ExpressionException.class)
                .isThrownBy(() -> jq("{\"a\":1}", ".a.b"))
                .withMessageContaining("Cannot index number with \"b\"");
        assertThatExceptionOfType(ExpressionException.class)
                .isThrownBy(() -> jq("{}", ".a |"))
                .withMessageContaining("Not a jq program");
        assertThatExceptionOfType(ExpressionException.class)
                .isThrownBy(() -> jq("{}", "nonsense"))
                .withMessageContaining("nonsense/0 is not defined");
    }
}
