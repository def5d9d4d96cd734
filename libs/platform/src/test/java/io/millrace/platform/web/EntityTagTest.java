// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.platform.problem.ServiceException;
import java.util.List;
import org.junit.jupiter.api.Test;

class EntityTagTest {

    @Test
    void theSameHasTheSameTagAndAnotherAnother() {
        assertThat(EntityTag.of(List.of("a", "b")))
                .matches("\"[0-9a-f]{24}\"")
                .isEqualTo(EntityTag.of(List.of("a", "b")))
                .isNotEqualTo(EntityTag.of(List.of("ab")));
    }

    @Test
    void whoeverHasSeenAnotherVersionIsRefused() {
        assertThatThrownBy(() -> EntityTag.require("role r", "\"1\"", "\"2\""))
                .isInstanceOf(ServiceException.Outdated.class)
                .hasMessageContaining("role r");
    }

    @Test
    void whoeverHasSeenThisVersionOrAsksForAnyIsNot() {
        for (var ifMatch : List.of("*", "\"2\"", "\"1\", \"2\"")) {
            assertThatCode(() -> EntityTag.require("role r", ifMatch, "\"2\""))
                    .doesNotThrowAnyException();
        }
        assertThatCode(() -> EntityTag.require("role r", null, "\"2\"")).doesNotThrowAnyException();
    }
}
