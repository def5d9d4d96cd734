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
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
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
                            shapeOf(property.type()),
                            property.required(),
                            property.title(),
                            property.defaultValue(),
                            choices(property.type()),
                            propertiesOf(property.properties())));
        }
        return properties;
    }

    private static List<String> choices(Type type) {
        return type instanceof Class<?> c && c.isEnum()
                ? Arrays.stream(c.getEnumConstants()).map(Object::toString).toList()
                : List.of();
    }

    private static Shape shapeOf(Type type) {
        var raw = type instanceof ParameterizedType generic ? generic.getRawType() : type;
        if (!(raw instanceof Class<?> c)) {
            return Shape.ANY;
        }
        if (c == String.class || c.isEnum()) {
            return Shape.TEXT;
        }
        if (c == Boolean.class || c == boolean.class) {
            return Shape.FLAG;
        }
        if (Number.class.isAssignableFrom(c) || (c.isPrimitive() && c != char.class)) {
            return Shape.NUMBER;
        }
        if (c == Duration.class) {
            return Shape.DURATION;
        }
        if (Collection.class.isAssignableFrom(c)) {
            return Shape.LIST;
        }
        return Map.class.isAssignableFrom(c) || c.isRecord() ? Shape.MAP : Shape.ANY;
    }
}
