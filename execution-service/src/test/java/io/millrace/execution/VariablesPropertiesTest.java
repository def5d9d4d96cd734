// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VariablesPropertiesTest {

    @Test
    void onlyVariablesWithAPrefixAreShown() {
        var properties =
                new VariablesProperties(
                        List.of("ENV_", ""), Map.of("region", "eu"), "production", null);

        var shown =
                properties.installation(
                        Map.of("ENV_Team", "data", "DB_PASSWORD", "secret", "MY_ENV_X", "y"));

        assertThat(shown)
                .containsEntry("envs", Map.of("team", "data"))
                .containsEntry("globals", Map.of("region", "eu"))
                .containsEntry("kestra", Map.of("environment", "production"));
    }
}
