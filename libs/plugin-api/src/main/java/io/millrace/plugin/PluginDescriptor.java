// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A task type without its code: what flows may set, and what they get.
///
/// @param type full name, such as `io.kestra.plugin.core.http.Request`
/// @param aliases other names that flows may use
/// @param title one line for people
/// @param properties what the task takes beside the properties that every task has
/// @param outputs what it gives
/// @param weight how many slots of a worker it takes; 0 if no worker runs it
/// @param trigger whether it is a trigger rather than a task
public record PluginDescriptor(
        String type,
        List<String> aliases,
        String title,
        List<Property> properties,
        List<Property> outputs,
        int weight,
        boolean trigger) {

    public PluginDescriptor {
        aliases = List.copyOf(aliases);
        properties = List.copyOf(properties);
        outputs = List.copyOf(outputs);
    }

    /// What a value looks like in YAML.
    public enum Shape {
        TEXT,
        FLAG,
        NUMBER,
        DURATION,
        LIST,
        MAP,
        ANY;

        static Shape of(Type type) {
            var raw = type instanceof ParameterizedType generic ? generic.getRawType() : type;
            if (!(raw instanceof Class<?> c)) {
                return ANY;
            }
            if (c == String.class || c.isEnum()) {
                return TEXT;
            }
            if (c == Boolean.class || c == boolean.class) {
                return FLAG;
            }
            if (Number.class.isAssignableFrom(c) || (c.isPrimitive() && c != char.class)) {
                return NUMBER;
            }
            if (c == Duration.class) {
                return DURATION;
            }
            if (Collection.class.isAssignableFrom(c)) {
                return LIST;
            }
            return Map.class.isAssignableFrom(c) || c.isRecord() ? MAP : ANY;
        }
    }

    /// One property or output.
    ///
    /// @param type how it is typed in Java; `Object` where only the description is at hand
    /// @param shape what it looks like in YAML
    /// @param choices the values that it may have; empty if they can't be told
    /// @param defaultValue as it would stand in the YAML, or absent
    /// @param late whether it is rendered by the plugin rather than before it
    /// @param properties components, if it is a record or a list or map of records
    public record Property(
            String name,
            @JsonIgnore Type type,
            Shape shape,
            List<String> choices,
            String title,
            boolean required,
            @Nullable String defaultValue,
            boolean late,
            List<Property> properties) {

        static Property of(RecordComponent component) {
            var defaultValue = component.getAnnotation(Default.class);
            var title = component.getAnnotation(Title.class);
            return new Property(
                    nameOf(component),
                    component.getGenericType(),
                    Shape.of(component.getGenericType()),
                    choices(component.getType()),
                    title == null ? "" : title.value(),
                    defaultValue == null && !isNullable(component),
                    defaultValue == null ? null : defaultValue.value(),
                    component.isAnnotationPresent(Late.class),
                    recordIn(component.getGenericType())
                            .map(PluginDescriptor::propertiesOf)
                            .orElse(List.of()));
        }

        /// None for an enum that reads itself: what it takes is in its code.
        private static List<String> choices(Class<?> type) {
            if (!type.isEnum()) {
                return List.of();
            }
            boolean readsItself =
                    Stream.concat(
                                    Arrays.stream(type.getDeclaredMethods()),
                                    Arrays.stream(type.getDeclaredFields()))
                            .anyMatch(member ->
                                    Arrays.stream(member.getAnnotations())
                                            .anyMatch(a ->
                                                    a.annotationType()
                                                            .getPackageName()
                                                            .equals(
                                                                    JsonProperty.class
                                                                            .getPackageName())));
            return readsItself
                    ? List.of()
                    : Arrays.stream(type.getEnumConstants()).map(Object::toString).toList();
        }

        private static String nameOf(RecordComponent component) {
            AnnotatedElement accessor = component.getAccessor();
            var name = accessor.getAnnotation(JsonProperty.class);
            return name == null || name.value().isEmpty() ? component.getName() : name.value();
        }

        private static boolean isNullable(RecordComponent component) {
            return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
        }
    }

    /// Describes a type that no worker runs: the engine, or the scheduler, knows it.
    public static PluginDescriptor of(
            String type,
            List<String> aliases,
            String title,
            Class<? extends Record> properties,
            Class<? extends Record> outputs) {
        return new PluginDescriptor(
                type, aliases, title, propertiesOf(properties), propertiesOf(outputs), 0, false);
    }

    public static PluginDescriptor of(TaskPlugin<?, ?> plugin) {
        var annotation = plugin.getClass().getAnnotation(Plugin.class);
        if (annotation == null) {
            throw new IllegalArgumentException(
                    "Expected @Plugin on %s but it has none".formatted(plugin.getClass()));
        }
        return new PluginDescriptor(
                annotation.type(),
                List.of(annotation.aliases()),
                annotation.title(),
                propertiesOf(propertiesType(plugin)),
                propertiesOf(argument(plugin, 1)),
                annotation.weight(),
                plugin instanceof PollingTrigger || plugin instanceof RealtimeTrigger);
    }

    /// The record that a plugin takes its properties in.
    public static Class<? extends Record> propertiesType(TaskPlugin<?, ?> plugin) {
        return argument(plugin, 0);
    }

    public Optional<Property> property(String name) {
        return properties.stream().filter(p -> p.name().equals(name)).findFirst();
    }

    /// Components of a record as properties, in their order.
    ///
    /// @throws IllegalArgumentException if two have the same name
    public static List<Property> propertiesOf(Class<?> type) {
        var properties =
                Arrays.stream(type.getRecordComponents())
                        .flatMap(component ->
                                component.isAnnotationPresent(Inline.class)
                                        ? propertiesOf(component.getType()).stream()
                                        : Stream.of(Property.of(component)))
                        .toList();
        var names = new HashSet<String>();
        for (var property : properties) {
            if (!names.add(property.name())) {
                throw new IllegalArgumentException(
                        "Expected one property `%s` in %s".formatted(property.name(), type));
            }
        }
        return properties;
    }

    private static Class<? extends Record> argument(TaskPlugin<?, ?> plugin, int index) {
        return arguments(plugin.getClass(), Map.of()).stream()
                .map(arguments -> arguments.get(index))
                .filter(Class.class::isInstance)
                .map(t -> ((Class<?>) t).<Record>asSubclass(Record.class))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "Expected %s to implement TaskPlugin with two records"
                                        .formatted(plugin.getClass())));
    }

    /// What stands for the two parameters of [TaskPlugin], looked for upwards from a type.
    ///
    /// @param known what the type's own parameters are
    private static Optional<List<Type>> arguments(Class<?> type, Map<String, Type> known) {
        return Stream.concat(
                        Arrays.stream(type.getGenericInterfaces()),
                        Stream.ofNullable(type.getGenericSuperclass()))
                .flatMap(parent -> {
                    var given =
                            parent instanceof ParameterizedType generic
                                    ? Arrays.stream(generic.getActualTypeArguments())
                                            .map(t -> known.getOrDefault(t.getTypeName(), t))
                                            .toList()
                                    : List.<Type>of();
                    var raw =
                            parent instanceof ParameterizedType generic
                                    ? generic.getRawType()
                                    : parent;
                    if (!(raw instanceof Class<?> c) || !TaskPlugin.class.isAssignableFrom(c)) {
                        return Stream.empty();
                    }
                    if (c == TaskPlugin.class) {
                        return Stream.of(given);
                    }
                    var parameters = c.getTypeParameters();
                    var names = new HashMap<String, Type>();
                    for (int i = 0; i < given.size(); i++) {
                        names.put(parameters[i].getTypeName(), given.get(i));
                    }
                    return arguments(c, names).stream();
                })
                .findFirst();
    }

    private static Optional<Class<?>> recordIn(Type type) {
        return switch (type) {
            case Class<?> c when c.isRecord() -> Optional.of(c);
            case ParameterizedType p -> {
                var arguments = p.getActualTypeArguments();
                yield recordIn(arguments[arguments.length - 1]);
            }
            default -> Optional.empty();
        };
    }
}
