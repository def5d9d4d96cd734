// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// What the operator configured for plugins under `millrace.plugins`, as flat names such as
/// `http.max-body`.
public record PluginSettings(Map<String, String> values) {
    public PluginSettings {
        values = Map.copyOf(values);
    }

    public Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name));
    }

    public long number(String name, long otherwise) {
        return text(name).map(Long::parseLong).orElse(otherwise);
    }

    public boolean flag(String name, boolean otherwise) {
        return text(name).map(Boolean::parseBoolean).orElse(otherwise);
    }

    /// @return a duration in ISO 8601
    public Duration duration(String name, Duration otherwise) {
        return text(name).map(Duration::parse).orElse(otherwise);
    }

    /// @return values separated by commas, or `name[0]`, `name[1]`…
    public List<String> list(String name) {
        var indexed =
                values.entrySet().stream()
                        .filter(e -> e.getKey().startsWith(name + "["))
                        // [2] comes before [10]
                        .sorted(
                                Comparator.comparing((Map.Entry<String, String> e) ->
                                                e.getKey().length())
                                        .thenComparing(Map.Entry::getKey))
                        .map(Map.Entry::getValue);
        var joined =
                text(name).stream().flatMap(v -> Arrays.stream(v.split(","))).map(String::strip);
        return Stream.concat(joined, indexed).filter(v -> !v.isEmpty()).toList();
    }
}
