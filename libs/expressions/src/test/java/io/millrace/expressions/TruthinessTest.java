// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TruthinessTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-0", "false", " ", " false", "false\n"})
    void theseAreFalse(String text) {
        assertThat(Truthiness.isTruthy(text)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"False", "FALSE", "0.0", "00", "no", "null", "[]", "true"})
    void allElseIsTrue(String text) {
        assertThat(Truthiness.isTruthy(text)).isTrue();
    }

    @Test
    void nothingIsFalse() {
        assertThat(Truthiness.isTruthy(null)).isFalse();
    }
}
