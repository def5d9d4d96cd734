// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker;

import io.millrace.plugin.PluginSettings;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;

/// What the operator has configured for plugins.
final class OperatorSettings {
    private static final ConfigurationPropertyName ROOT =
            ConfigurationPropertyName.of("millrace.plugins");

    private OperatorSettings() {}

    static PluginSettings of(Environment environment) {
        Map<String, String> bound =
                Binder.get(environment)
                        .bind(ROOT, Bindable.mapOf(String.class, String.class))
                        .orElseGet(Map::of);
        var elements = elements(environment);
        var settings = new HashMap<String, String>();
        bound.forEach((name, value) -> settings.put(elements.getOrDefault(name, name), value));
        return new PluginSettings(settings);
    }

    /// Elements of lists, such as `a[0]`, by what the binder makes of their names: `a.0`.
    private static Map<String, String> elements(Environment environment) {
        var elements = new HashMap<String, String>();
        for (var source : ConfigurationPropertySources.get(environment)) {
            if (source instanceof IterableConfigurationPropertySource names) {
                for (var name : names) {
                    int last = name.getNumberOfElements() - 1;
                    if (ROOT.isAncestorOf(name) && name.isNumericIndex(last)) {
                        var index = name.getElement(last, Form.ORIGINAL);
                        var list = joined(name, last);
                        elements.put(list + "." + index, "%s[%s]".formatted(list, index));
                    }
                }
            }
        }
        return elements;
    }

    private static String joined(ConfigurationPropertyName name, int end) {
        return IntStream.range(ROOT.getNumberOfElements(), end)
                .mapToObj(i -> name.getElement(i, Form.ORIGINAL))
                .collect(Collectors.joining("."));
    }
}
