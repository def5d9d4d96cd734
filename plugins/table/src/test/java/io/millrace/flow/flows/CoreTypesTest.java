// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.flows;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.yaml.PluginType;
import io.millrace.model.yaml.TypeCatalog;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CoreTypesTest {

    /// The flow-service asks plugins what a type takes. Services that have none know the core types
    /// by a list: what it lacks could be saved, and not be started.
    @Test
    void whatPluginsSayOfCoreTypesIsInTheListOfThoseWithoutPlugins() {
        var catalog = new FlowConfiguration().typeCatalog(Connectors.built());
        var known =
                Stream.of(PluginType.Kind.values())
                        .flatMap(kind -> TypeCatalog.core().types(kind).stream())
                        .filter(type -> !type.open())
                        .toList();

        var lacking = new TreeSet<String>();
        for (var type : known) {
            var all = catalog.type(type.name()).orElseThrow().properties();
            all.keySet().stream()
                    .filter(name -> !type.properties().containsKey(name))
                    .forEach(name -> lacking.add(type.name() + "." + name));
        }

        assertThat(known).hasSizeGreaterThan(50);
        assertThat(lacking).isEmpty();
    }
}
