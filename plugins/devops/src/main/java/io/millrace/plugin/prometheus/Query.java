// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.prometheus;

import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.ApiTask;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.plugin.kit.HttpApi.Call;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Asks Prometheus, such as whether all is well after a wave of a rollout.
@Plugin(
        type = "io.millrace.plugin.prometheus.Query",
        aliases = "io.kestra.plugin.prometheus.Query",
        title = "Ask Prometheus, and fail if the answer isn't as expected")
public final class Query extends ApiTask<Query.Properties, Query.Outputs> {

    /// Properties.
    public record Properties(
            @Title("URL of Prometheus") String url,
            @Title("User") @Nullable String username,
            @Title("Password") @Nullable String password,
            @Title("The expression, in PromQL") String query,
            @Title("An instant in the past, in ISO 8601 or seconds") @Nullable String time,
            @Title("The task fails if a value is above") @Nullable Double max,
            @Title("The task fails if a value is below, or if there is none")
                    @Nullable Double min) {}

    /// One value.
    public record Sample(
            @Title("Its labels") Map<String, @Nullable Object> metric,
            @Title("Its value") Double value) {}

    public record Outputs(
            @Title("All of the answer") List<Sample> metrics,
            @Title("How many") int total,
            @Title("The first value") @Nullable Double value) {}

    @Override
    protected HttpApi open(Properties properties, PluginSettings settings, TaskContext context)
            throws TaskFailedException {
        Map<String, String> headers =
                properties.username() == null || properties.password() == null
                        ? Map.of()
                        : Map.of(
                                "Authorization",
                                HttpApi.basic(properties.username(), properties.password()));
        return new HttpApi("Prometheus", properties.url(), headers, null, settings, context);
    }

    @Override
    protected Outputs work(HttpApi api, Properties properties, TaskContext context)
            throws Exception {
        var query = new LinkedHashMap<String, Object>();
        query.put("query", properties.query());
        if (properties.time() != null) {
            query.put("time", properties.time());
        }
        var answer = api.ask(Call.form("POST", "/api/v1/query", query)).object();
        var samples = new ArrayList<Sample>();
        if (HttpApi.at(answer, "data", "result") instanceof List<?> result) {
            boolean scalar = "scalar".equals(HttpApi.text(answer, "data", "resultType"));
            if (scalar) {
                samples.add(new Sample(Map.of(), number(result)));
            } else {
                for (var one : result) {
                    if (HttpApi.at(one, "value") instanceof List<?> value) {
                        var metric = new LinkedHashMap<String, @Nullable Object>();
                        if (HttpApi.at(one, "metric") instanceof Map<?, ?> labels) {
                            labels.forEach((name, text) -> metric.put(String.valueOf(name), text));
                        }
                        samples.add(new Sample(metric, number(value)));
                    }
                }
            }
        }
        check(properties, samples);
        return new Outputs(
                samples, samples.size(), samples.isEmpty() ? null : samples.getFirst().value());
    }

    private static void check(Properties properties, List<Sample> samples)
            throws TaskFailedException {
        if (properties.min() != null && samples.isEmpty()) {
            throw new TaskFailedException("Expected a value but Prometheus has none");
        }
        for (var sample : samples) {
            var min = properties.min();
            var max = properties.max();
            // written so that NaN is neither
            if ((min != null && !(sample.value() >= min))
                    || (max != null && !(sample.value() <= max))) {
                throw new TaskFailedException(
                        "Expected a value %s but got %s of %s"
                                .formatted(
                                        min == null
                                                ? "up to " + max
                                                : max == null
                                                        ? "from " + min
                                                        : "from " + min + " to " + max,
                                        sample.value(),
                                        sample.metric()));
            }
        }
    }

    private static Double number(List<?> timed) throws TaskFailedException {
        var text = timed.size() == 2 ? String.valueOf(timed.get(1)) : "";
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> {
                try {
                    yield Double.valueOf(text);
                } catch (NumberFormatException e) {
                    throw new TaskFailedException("Expected a number from Prometheus", e);
                }
            }
        };
    }
}
