// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

class OperatorSettingsTest {

    private static StandardEnvironment environment(Map<String, Object> properties) {
        var environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource("configuration", properties));
        ConfigurationPropertySources.attach(environment);
        return environment;
    }

    @Test
    void listsAreListsHoweverTheyAreWritten() {
        var properties = new HashMap<String, Object>();
        properties.put("millrace.plugins.camel.only", "http, ftp");
        for (int i = 0; i < 11; i++) {
            properties.put("millrace.plugins.fs.local.directories.main[%d]".formatted(i), "/" + i);
        }

        var settings = OperatorSettings.of(environment(properties));

        assertThat(settings.list("camel.only")).containsExactly("http", "ftp");
        assertThat(settings.list("fs.local.directories.main"))
                .hasSize(11)
                .startsWith("/0", "/1", "/2")
                .endsWith("/10");
    }

    @Test
    void aNameThatIsANumberIsNoElement() {
        var settings =
                OperatorSettings.of(
                        environment(
                                Map.of("millrace.plugins.fs.local.directories.0", "/of-tenant-0")));

        assertThat(settings.list("fs.local.directories")).isEmpty();
        assertThat(settings.list("fs.local.directories.0")).containsExactly("/of-tenant-0");
    }
}
