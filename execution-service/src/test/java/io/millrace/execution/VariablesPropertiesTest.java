// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class VariablesPropertiesTest {

    @Test
    void onlyVariablesWithThePrefixAreShown() {
        var properties =
                new ExecutionProperties.Variables("ENV_", Map.of("region", "eu"), null, null);

        var shown =
                properties.ofInstallation(
                        Map.of("ENV_Team", "data", "DB_PASSWORD", "secret", "MY_ENV_X", "y"));

        assertThat(shown)
                .containsEntry("envs", Map.of("team", "data"))
                .containsEntry("globals", Map.of("region", "eu"));
    }
}
