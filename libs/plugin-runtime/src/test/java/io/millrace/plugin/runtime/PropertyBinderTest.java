// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.plugin.Default;
import io.millrace.plugin.PluginDescriptor;
import io.millrace.plugin.TaskFailedException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PropertyBinderTest {
    private final PropertyBinder binder = new PropertyBinder();

    record Inner(int port, @Nullable String host) {}

    record Properties(
            String name,
            @Default("3") int times,
            @Nullable List<String> files,
            @Nullable Map<String, Inner> servers,
            @Nullable Inner server) {}

    private Properties bind(Map<String, @Nullable Object> rendered) throws TaskFailedException {
        return binder.bind(
                rendered, PluginDescriptor.propertiesOf(Properties.class), Properties.class);
    }

    @Test
    void renderedTextsBecomeWhatTheRecordWants() throws Exception {
        var bound =
                bind(
                        Map.of(
                                "name",
                                List.of("a", "b"),
                                "times",
                                "7",
                                "files",
                                "[\"x\", \"y\"]",
                                "servers",
                                "{\"a\": {\"port\": \"80\"}}"));

        assertThat(bound.name()).isEqualTo("[\"a\",\"b\"]");
        assertThat(bound.times()).isEqualTo(7);
        assertThat(bound.files()).containsExactly("x", "y");
        assertThat(bound.servers()).containsEntry("a", new Inner(80, null));
    }

    @Test
    void defaultsStandInForWhatIsMissing() throws Exception {
        assertThat(bind(Map.of("name", "n", "files", "one")))
                .isEqualTo(new Properties("n", 3, List.of("one"), null, null));
    }

    @Test
    void saysWhichPropertyIsMissingOrDoesNotFit() {
        assertThatThrownBy(() -> bind(Map.of()))
                .isInstanceOf(TaskFailedException.class)
                .hasMessage("Expected property `name` but it is missing");
        assertThatThrownBy(() -> bind(Map.of("name", "n", "server", Map.of("host", "h"))))
                .hasMessage("Expected property `server.port` but it is missing");
        assertThatThrownBy(() -> bind(Map.of("name", "n", "times", "many")))
                .hasMessageContaining("`times`");
    }
}
