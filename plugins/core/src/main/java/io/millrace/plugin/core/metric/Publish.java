// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.metric;

import io.millrace.plugin.NoOutputs;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Records metrics.
@Plugin(type = "io.kestra.plugin.core.metric.Publish", title = "Record metrics")
public final class Publish implements TaskPlugin<Publish.Properties, NoOutputs> {

    public record Properties(@Title("Metrics") List<Metric> metrics) {}

    /// @param value a number; for a timer a duration in ISO 8601, or seconds
    public record Metric(
            @Title("counter, timer or gauge") String type,
            @Title("Name") String name,
            @Title("Without effect: for who reads the flow") @Nullable String description,
            @Title("Value") String value,
            @Title("Tags") @Nullable Map<String, String> tags) {}

    @Override
    public NoOutputs run(Properties properties, TaskContext context) throws TaskFailedException {
        for (var metric : properties.metrics()) {
            var tags = metric.tags() == null ? Map.<String, String>of() : metric.tags();
            try {
                switch (metric.type().strip().toLowerCase(Locale.ROOT)) {
                    case "counter" -> context.count(metric.name(), number(metric), tags);
                    case "timer" -> context.time(metric.name(), duration(metric), tags);
                    case "gauge" -> context.gauge(metric.name(), number(metric), tags);
                    default ->
                            throw new TaskFailedException(
                                    "Expected a counter, timer or gauge but got '%s'"
                                            .formatted(metric.type()));
                }
            } catch (NumberFormatException | DateTimeException e) {
                throw new TaskFailedException(
                        "Metric %s: expected a value of a %s but got '%s'"
                                .formatted(metric.name(), metric.type(), metric.value()),
                        e);
            }
        }
        return new NoOutputs();
    }

    private static double number(Metric metric) {
        return Double.parseDouble(metric.value().strip());
    }

    private static Duration duration(Metric metric) {
        var text = metric.value().strip();
        return text.toUpperCase(Locale.ROOT).startsWith("P")
                ? Duration.parse(text)
                : Duration.ofNanos(Math.round(Double.parseDouble(text) * 1e9));
    }
}
