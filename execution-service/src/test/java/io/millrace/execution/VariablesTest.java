// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VariablesTest {

    @Test
    void environmentVariablesWithThePrefixAreSeenWithoutIt() {
        var variables =
                new ExecutionProperties.Variables(
                        "ENV_", Map.of("int", 1), "prod", URI.create("https://m"));

        var all =
                variables.ofInstallation(
                        Map.of("ENV_TEST1", "true", "ENV_test2", "Pass", "SECRET", "no"));

        assertThat(all.get("envs")).isEqualTo(Map.of("test1", "true", "test2", "Pass"));
        assertThat(all.get("globals")).isEqualTo(Map.of("int", 1));
        assertThat(all.get("kestra"))
                .isEqualTo(Map.of("environment", Map.of("name", "prod"), "url", "https://m"));
    }

    @Test
    void withoutAPrefixNoneIsSeen() {
        var variables = new ExecutionProperties.Variables("", null, null, null);

        assertThat(variables.ofInstallation(Map.of("PATH", "/bin")).get("envs"))
                .isEqualTo(Map.of());
    }
}
