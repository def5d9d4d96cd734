// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
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

    record At(String host, @Default("22") int port) {}

    record Copy(@Inline At at, String from, @Nullable Inner other) {}

    record Twice(@Inline At at, String host) {}

    @Test
    void whatStandsInARecordMayStandBesideOthers() throws Exception {
        var properties = PluginDescriptor.propertiesOf(Copy.class);

        var bound =
                binder.bind(
                        Map.of("host", "a", "from", "b", "other", Map.of("port", 1)),
                        properties,
                        Copy.class);

        assertThat(bound).isEqualTo(new Copy(new At("a", 22), "b", new Inner(1, null)));
        assertThat(binder.toMap(bound)).containsOnlyKeys("host", "port", "from", "other");
        assertThatThrownBy(() -> binder.bind(Map.of("from", "b"), properties, Copy.class))
                .hasMessage("Expected property `host` but it is missing");
        assertThatThrownBy(() -> PluginDescriptor.propertiesOf(Twice.class))
                .hasMessageContaining("Expected one property `host`");
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
