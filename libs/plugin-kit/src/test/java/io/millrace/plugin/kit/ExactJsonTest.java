// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExactJsonTest {

    @Test
    void numbersKeepAllTheirDigits() {
        assertThat(ExactJson.read("{\"a\":[12345678901234567.89,{\"b\":0.12345678901234567890}]}"))
                .isEqualTo(
                        Map.of(
                                "a",
                                List.of(
                                        new BigDecimal("12345678901234567.89"),
                                        Map.of("b", new BigDecimal("0.12345678901234567890")))));
    }

    @Test
    void whatADoubleHoldsIsOne() {
        assertThat(ExactJson.read("[0.1, 1.50, 3.0, 1e3, -2.5e-7, 12, null]"))
                .isEqualTo(Arrays.asList(0.1, 1.5, 3.0, 1000.0, -2.5e-7, 12, null));
    }

    /// Whoever writes such a number out needs a gigabyte for it.
    @Test
    void whatIsLargerThanAnyDoubleStaysOne() {
        assertThat(ExactJson.read("[1e1000000000, 1e-1000000000]"))
                .isEqualTo(List.of(Double.POSITIVE_INFINITY, 0.0));
    }
}
