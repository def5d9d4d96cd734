// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.plugin.Egress;
import io.millrace.plugin.EgressScope;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskFailedException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EgressPolicyTest {
    private static final EgressPolicy POLICY =
            EgressPolicy.of(new PluginSettings(Map.of("egress.allow", "10.0.0.1:7, [fd00::1]:7")));

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1:7", "10.0.0.1", "[fd00::1]:7", "[fd00::1]", "fd00::1"})
    void aServerIsAHostWithOrWithoutAPort(String server) {
        assertThatCode(() -> POLICY.checkServer(server, 7)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1:8", "[fd00::1]:8", "10.0.0.1:x", "[fd00::2]"})
    void itsPortCounts(String server) {
        assertThatThrownBy(() -> POLICY.checkServer(server, 7))
                .isInstanceOf(TaskFailedException.class);
    }

    @Test
    void theTenantOfTheTaskDecides() throws Exception {
        var none = Egress.of(Egress.Rules.NONE);
        var some = Egress.of(new Egress.Rules(List.of("10.0.0.2"), List.of(), List.of()));

        try (var _ = EgressScope.enter(() -> none)) {
            assertThatThrownBy(() -> POLICY.check("10.0.0.1", 7)).hasMessageContaining("egress");
        }
        try (var _ = EgressScope.enter(() -> some)) {
            POLICY.check("10.0.0.2", 7);
        }
    }
}
