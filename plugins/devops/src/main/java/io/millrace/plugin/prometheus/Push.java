// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.prometheus;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.ApiTask;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.plugin.kit.HttpApi.Call;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Pushes metrics to a Prometheus Pushgateway, where Prometheus fetches them.
@Plugin(
        type = "io.millrace.plugin.prometheus.Push",
        aliases = "io.kestra.plugin.prometheus.Push",
        title = "Push metrics to a Prometheus Pushgateway")
public final class Push extends ApiTask<Push.Properties, Push.Outputs> {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

    /// A measurement.
    public record Metric(
            @Title("Its name") String name,
            @Title("Its value") Double value,
            @Title("gauge or counter") @Default("gauge") String type,
            @Title("What it says") @Nullable String help,
            @Title("Its labels") @Nullable Map<String, String> labels) {}

    /// Properties.
    public record Properties(
            @Title("URL of the Pushgateway") String url,
            @Title("User") @Nullable String username,
            @Title("Password") @Nullable String password,
            @Title("The label `job`") String job,
            @Title("Further labels of the group") @Nullable Map<String, String> instance,
            @Title("Metrics") @Nullable List<Metric> metrics,
            @Title(
                            "ADD replaces metrics of the same name, REPLACE the whole group, DELETE drops it")
                    @Default("ADD")
                    Mode mode) {}

    /// What becomes of the group.
    public enum Mode {
        ADD,
        REPLACE,
        DELETE
    }

    public record Outputs(@Title("How many were pushed") int count) {}

    @Override
    protected HttpApi open(Properties properties, PluginSettings settings, TaskContext context)
            throws TaskFailedException {
        Map<String, String> headers =
                properties.username() == null || properties.password() == null
                        ? Map.of()
                        : Map.of(
                                "Authorization",
                                HttpApi.basic(properties.username(), properties.password()));
        return new HttpApi("the Pushgateway", properties.url(), headers, null, settings, context);
    }

    @Override
    protected Outputs work(HttpApi api, Properties properties, TaskContext context)
            throws Exception {
        var path = new StringBuilder("/metrics").append(grouping("job", properties.job()));
        if (properties.instance() != null) {
            for (var label : new TreeMap<>(properties.instance()).entrySet()) {
                if (!LABEL.matcher(label.getKey()).matches()) {
                    throw new TaskFailedException(
                            "Expected the name of a label but got '%s'".formatted(label.getKey()));
                }
                path.append(grouping(label.getKey(), label.getValue()));
            }
        }
        var metrics = properties.metrics() == null ? List.<Metric>of() : properties.metrics();
        if (properties.mode() == Mode.DELETE) {
            api.ask(Call.of("DELETE", path.toString()));
            return new Outputs(0);
        }
        api.ask(
                new Call(
                        properties.mode() == Mode.REPLACE ? "PUT" : "POST",
                        path.toString(),
                        Map.of(),
                        "text/plain; version=0.0.4; charset=utf-8",
                        exposition(metrics)));
        return new Outputs(metrics.size());
    }

    /// A value that a path can't hold goes as base64, as the Pushgateway documents.
    private static String grouping(String label, String value) {
        if (value.isEmpty() || value.contains("/")) {
            var encoded =
                    value.isEmpty()
                            ? "="
                            : Base64.getUrlEncoder()
                                    .encodeToString(value.getBytes(StandardCharsets.UTF_8));
            return "/" + label + "@base64/" + encoded;
        }
        return "/" + label + "/" + HttpApi.segment(value);
    }

    /// The text format: all of one name together, in any order.
    static String exposition(List<Metric> metrics) throws TaskFailedException {
        var byName = new TreeMap<String, StringBuilder>();
        for (var metric : metrics) {
            if (!NAME.matcher(metric.name()).matches()) {
                throw new TaskFailedException(
                        "Expected the name of a metric but got '%s'".formatted(metric.name()));
            }
            if (!metric.type().equals("gauge") && !metric.type().equals("counter")) {
                throw new TaskFailedException(
                        "Expected a gauge or a counter but got '%s'".formatted(metric.type()));
            }
            var text =
                    byName.computeIfAbsent(
                            metric.name(),
                            name ->
                                    new StringBuilder()
                                            .append(
                                                    metric.help() == null
                                                            ? ""
                                                            : "# HELP %s %s\n"
                                                                    .formatted(
                                                                            name,
                                                                            escaped(metric.help())))
                                            .append(
                                                    "# TYPE %s %s\n"
                                                            .formatted(name, metric.type())));
            text.append(metric.name());
            if (metric.labels() != null && !metric.labels().isEmpty()) {
                text.append('{');
                for (var label : new TreeMap<>(metric.labels()).entrySet()) {
                    if (!LABEL.matcher(label.getKey()).matches()) {
                        throw new TaskFailedException(
                                "Expected the name of a label but got '%s'"
                                        .formatted(label.getKey()));
                    }
                    text.append(label.getKey())
                            .append("=\"")
                            .append(escaped(label.getValue()).replace("\"", "\\\""))
                            .append("\",");
                }
                text.setLength(text.length() - 1);
                text.append('}');
            }
            text.append(' ').append(metric.value()).append('\n');
        }
        return String.join("", byName.values());
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\n", "\\n");
    }
}
