// SPDX-License-Identifier: Apache-2.0
package io.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class ExecutionIdPropertyTest {
    private static final long YEAR_2100 = 4_102_444_800_000L;
    private static final String ALPHABET =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    @Property
    void orderOfTextIsOrderOfTime(
            @ForAll @LongRange(max = YEAR_2100) long first,
            @ForAll @LongRange(min = 1, max = 1_000_000) long later,
            @ForAll long seed) {
        var random = new Random(seed);

        var one = ExecutionId.random(Instant.ofEpochMilli(first), random);
        var two = ExecutionId.random(Instant.ofEpochMilli(first + later), random);

        assertThat(one).isLessThan(two);
        assertThat(one.value()).hasSize(22).isLessThan(two.value());
        assertThat(one.instant()).isEqualTo(Instant.ofEpochMilli(first));
    }

    @Property
    void itIsAUuidOfVersionSeven(
            @ForAll @LongRange(max = YEAR_2100) long millis, @ForAll long seed) {
        var id = ExecutionId.random(Instant.ofEpochMilli(millis), new Random(seed));

        var number = BigInteger.ZERO;
        for (char c : id.value().toCharArray()) {
            number =
                    number.multiply(BigInteger.valueOf(62))
                            .add(BigInteger.valueOf(ALPHABET.indexOf(c)));
        }
        assertThat(number.bitLength()).isLessThanOrEqualTo(128);
        assertThat(number.shiftRight(80).longValueExact()).isEqualTo(millis);
        assertThat(number.shiftRight(76).intValue() & 0xf).isEqualTo(7);
        assertThat(number.shiftRight(62).intValue() & 0x3).isEqualTo(2);
    }

    @Property
    void sameInstantAndSeedGiveTheSameId(
            @ForAll @LongRange(max = YEAR_2100) long millis, @ForAll String seed) {
        var at = Instant.ofEpochMilli(millis);

        var id = ExecutionId.derived(at, seed);

        assertThat(id).isEqualTo(ExecutionId.derived(at, seed));
        assertThat(id).isNotEqualTo(ExecutionId.derived(at, seed + "x"));
        assertThat(id).isNotEqualTo(ExecutionId.derived(at.plusMillis(1), seed));
    }

    @Example
    void onlyTwentyTwoLettersAndDigitsAreAnId() {
        assertThat(ExecutionId.isValid("0123456789ABCDEFGHabcd")).isTrue();
        assertThatThrownBy(() -> new ExecutionId("0123456789ABCDEFGHabc-"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ExecutionId("short"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
