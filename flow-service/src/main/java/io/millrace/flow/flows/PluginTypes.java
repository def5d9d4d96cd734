// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.flows;

import io.millrace.model.TaskTypes;
import io.millrace.model.yaml.PluginType;
import io.millrace.model.yaml.PluginType.Kind;
import io.millrace.model.yaml.PluginType.Property;
import io.millrace.model.yaml.PluginType.Shape;
import io.millrace.model.yaml.TypeCatalog;
import io.millrace.plugin.PluginCatalog;
import io.millrace.plugin.PluginDescriptor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the installed plugins say of themselves, for the reader of flows.
final class PluginTypes {
    private PluginTypes() {}

    /// The core types, and those of the plugins.
    static TypeCatalog catalog(PluginCatalog plugins) {
        var core = TypeCatalog.core();
        return core.with(plugins.descriptors().stream().map(d -> typeOf(d, core.types())).toList());
    }

    /// A plugin of a core type takes all that the core type takes, too.
    private static PluginType typeOf(PluginDescriptor plugin, Map<String, PluginType> core) {
        var name = TaskTypes.canonical(plugin.type());
        var properties = new LinkedHashMap<String, Property>();
        var known = core.get(name);
        if (known != null) {
            properties.putAll(known.properties());
        }
        properties.putAll(propertiesOf(plugin.properties()));
        if (plugin.trigger()) {
            properties.putIfAbsent("interval", new Property(Shape.DURATION, false));
        }
        return new PluginType(
                name,
                plugin.aliases(),
                known != null ? known.kind() : plugin.trigger() ? Kind.TRIGGER : Kind.TASK,
                plugin.title(),
                properties,
                propertiesOf(plugin.outputs()),
                known != null && known.open());
    }

    private static Map<String, Property> propertiesOf(List<PluginDescriptor.Property> described) {
        var properties = new LinkedHashMap<String, Property>();
        for (var property : described) {
            properties.put(
                    property.name(),
                    new Property(
                            Shape.valueOf(property.shape().name()),
                            property.required(),
                            property.title(),
                            property.defaultValue(),
                            property.choices(),
                            propertiesOf(property.properties())));
        }
        return properties;
    }
}
