// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PluginCatalogTest {
    record Inner(@Title("Inside") String a, @Nullable String b) {}

    record Properties(
            String needed,
            @Nullable Integer optional,
            @Default("GET") String method,
            @JsonProperty("else") @Nullable List<String> otherwise,
            @Late @Nullable Map<String, Inner> inner) {}

    @Plugin(type = "test.Task", aliases = "test.Old", title = "A test", weight = 3)
    static final class Task implements TaskPlugin<Properties, NoOutputs> {
        @Override
        public NoOutputs run(Properties properties, TaskContext context) {
            return new NoOutputs();
        }
    }

    abstract static class Family<O extends Record, P extends Record> implements TaskPlugin<P, O> {}

    @Plugin(type = "test.Child", title = "One of a family")
    static final class Child extends Family<NoOutputs, Inner> {
        @Override
        public NoOutputs run(Inner properties, TaskContext context) {
            return new NoOutputs();
        }
    }

    @Test
    void theRecordsOfAFamilyMayBeNamedByItsMembers() {
        assertThat(PluginDescriptor.propertiesType(new Child())).isEqualTo(Inner.class);
        assertThat(PluginDescriptor.of(new Child()).outputs()).isEmpty();
    }

    @Test
    void aPluginIsDescribedByItsRecords() {
        var descriptor = PluginDescriptor.of(new Task());

        assertThat(descriptor.type()).isEqualTo("test.Task");
        assertThat(descriptor.weight()).isEqualTo(3);
        assertThat(descriptor.properties())
                .extracting(PluginDescriptor.Property::name)
                .containsExactly("needed", "optional", "method", "else", "inner");
        assertThat(descriptor.properties())
                .extracting(PluginDescriptor.Property::required)
                .containsExactly(true, false, false, false, false);
        assertThat(descriptor.property("method").orElseThrow().defaultValue()).isEqualTo("GET");
        var inner = descriptor.property("inner").orElseThrow();
        assertThat(inner.late()).isTrue();
        assertThat(inner.properties())
                .extracting(PluginDescriptor.Property::name)
                .containsExactly("a", "b");
        assertThat(inner.properties().getFirst().title()).isEqualTo("Inside");
        assertThat(PluginDescriptor.propertiesType(new Task())).isEqualTo(Properties.class);
    }

    @Test
    void aCatalogKnowsTypesByTheirAliasesAndThoseThatNoWorkerRuns() {
        var declared =
                PluginDescriptor.of("test.If", List.of(), "If", Inner.class, NoOutputs.class);

        var catalog = new PluginCatalog(List.of(new Task()), List.of(() -> List.of(declared)));

        assertThat(catalog.descriptor("test.Old").orElseThrow().type()).isEqualTo("test.Task");
        assertThat(catalog.plugin("test.Old")).isPresent();
        assertThat(catalog.descriptor("test.If")).isPresent();
        assertThat(catalog.plugin("test.If")).isEmpty();
        assertThat(catalog.descriptor("test.None")).isEmpty();
    }

    @Test
    void twoPluginsCantHaveOneName() {
        assertThatThrownBy(() -> new PluginCatalog(List.of(new Task(), new Task()), List.of()))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void settingsAreListsToo() {
        var settings = new PluginSettings(Map.of("a", "x, y", "b[0]", "p", "b[1]", "q", "n", "7"));

        assertThat(settings.list("a")).containsExactly("x", "y");
        assertThat(settings.list("b")).containsExactly("p", "q");
        assertThat(settings.number("n", 1)).isEqualTo(7);
        assertThat(settings.number("m", 1)).isEqualTo(1);
    }
}
