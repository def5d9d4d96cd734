// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.http;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.EgressPolicy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Reads server-sent events until the server ends them, so many have come, or so much time has
/// gone.
@Plugin(type = "io.kestra.plugin.core.http.SseRequest", title = "Read server-sent events")
public final class SseRequest implements TaskPlugin<SseRequest.Properties, SseRequest.Outputs> {
    private HttpCaller http = new HttpCaller(EgressPolicy.of(new PluginSettings(Map.of())));
    private long maxBytes = 10 << 20;

    public record Properties(
            @Inline HttpCall call,
            @Title("Most events; without end if absent") @Nullable Integer maxEvents,
            @Title("Longest time; without end if absent") @Nullable Duration maxDuration,
            @Title("jq expression over each event, whose texts are joined")
                    @Nullable String concatJqExpression,
            @Title("Whether an event without such a text is an error") @Default("true")
                    Boolean failedOnMissingJq) {}

    /// @param data parsed if it is JSON
    public record Event(
            @Nullable String id,
            @Nullable String name,
            @Nullable String comment,
            @Nullable Duration retry,
            @Nullable Object data) {

        Map<String, @Nullable Object> toMap() {
            var map = new LinkedHashMap<String, @Nullable Object>();
            map.put("id", id);
            map.put("name", name);
            map.put("comment", comment);
            map.put("data", data);
            return map;
        }
    }

    public record Outputs(
            @Title("URI") URI uri,
            @Title("The events; absent with a jq expression") @Nullable List<Event> events,
            @Title("Number of events") long size,
            @Title("The joined texts of the jq expression") @Nullable String result) {}

    @Override
    public void start(PluginSettings settings) {
        http.close();
        http = new HttpCaller(EgressPolicy.of(settings));
        maxBytes = settings.number("http.max-body", maxBytes);
    }

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        var given = properties.call();
        var options = given.how();
        var headers = new LinkedHashMap<String, String>();
        headers.put("Accept", "text/event-stream");
        if (given.headers() != null) {
            headers.putAll(given.headers());
        }
        var call =
                new HttpCall(
                        given.uri(),
                        given.method(),
                        given.body(),
                        given.formData(),
                        given.contentType(),
                        headers,
                        given.params(),
                        options);
        var response = http.send(call, context);
        List<Event> events;
        try (var body = new LimitedStream(response.body(), maxBytes)) {
            if (!options.accepts(response.statusCode())) {
                throw new TaskFailedException(
                        "Failed http request with response code '%d'"
                                .formatted(response.statusCode()),
                        Map.of("code", response.statusCode()));
            }
            events = read(body, properties, context);
        }
        context.count("size", events.size(), Map.of());
        var result =
                properties.concatJqExpression() == null ? "" : joined(events, properties, context);
        return new Outputs(
                response.uri(),
                result.isEmpty() ? events : null,
                events.size(),
                result.isEmpty() ? null : result);
    }

    private static List<Event> read(LimitedStream body, Properties properties, TaskContext context)
            throws IOException {
        var over = new AtomicBoolean();
        var events = new ArrayList<Event>();
        var timer = properties.maxDuration() == null ? null : new Timer("sse-end", true);
        try (var reader = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
                var _ = context.onCancel(() -> closeQuietly(body))) {
            if (timer != null && properties.maxDuration() != null) {
                timer.schedule(
                        new TimerTask() {
                            @Override
                            public void run() {
                                over.set(true);
                                closeQuietly(body);
                            }
                        },
                        properties.maxDuration().toMillis());
            }
            int most = properties.maxEvents() == null ? Integer.MAX_VALUE : properties.maxEvents();
            var event = new SseParser();
            for (var line = reader.readLine();
                    line != null && events.size() < most;
                    line = events.size() < most ? reader.readLine() : null) {
                event.line(line, events);
            }
        } catch (IOException e) {
            if (!over.get()) {
                throw e;
            }
        } finally {
            if (timer != null) {
                timer.cancel();
            }
        }
        return events;
    }

    private static void closeQuietly(LimitedStream stream) {
        try {
            stream.close();
        } catch (IOException _) {
            // it is of no use any more
        }
    }

    private static String joined(List<Event> events, Properties properties, TaskContext context)
            throws TaskFailedException {
        var joined = new StringBuilder();
        for (var event : events) {
            var extra = new LinkedHashMap<String, @Nullable Object>();
            extra.put("event", event.toMap());
            extra.put("expression", properties.concatJqExpression());
            Object found = null;
            TaskFailedException failure = null;
            try {
                found = context.evaluate("{{ event | jq(expression) | first }}", extra);
            } catch (TaskFailedException e) {
                failure = e;
            }
            if (found instanceof String || found instanceof Number || found instanceof Boolean) {
                joined.append(found);
            } else if (properties.failedOnMissingJq()) {
                throw new TaskFailedException(
                        "Failed to resolve JQ expression '%s' and value '%s'"
                                .formatted(
                                        properties.concatJqExpression(),
                                        JsonMapper.shared().writeValueAsString(event.toMap())),
                        failure == null ? new IllegalArgumentException("no text") : failure);
            }
        }
        return joined.toString();
    }

    @Override
    public void close() {
        http.close();
    }

    /// Lines to events, as <https://html.spec.whatwg.org/multipage/server-sent-events.html> says.
    private static final class SseParser {
        private final StringBuilder data = new StringBuilder();
        private @Nullable String id;
        private @Nullable String name;
        private @Nullable String comment;
        private @Nullable Duration retry;
        private boolean hasData;

        void line(String line, List<Event> events) {
            if (line.isEmpty()) {
                if (hasData) {
                    events.add(new Event(id, name, comment, retry, parsed(data.toString())));
                }
                data.setLength(0);
                hasData = false;
                name = null;
                comment = null;
                retry = null;
                return;
            }
            int colon = line.indexOf(':');
            var field = colon < 0 ? line : line.substring(0, colon);
            var value = colon < 0 ? "" : line.substring(colon + 1);
            value = value.startsWith(" ") ? value.substring(1) : value;
            switch (field) {
                case "" -> comment = value;
                case "id" -> id = value;
                case "event" -> name = value;
                case "retry" ->
                        retry =
                                value.matches("\\d{1,12}")
                                        ? Duration.ofMillis(Long.parseLong(value))
                                        : null;
                case "data" -> {
                    data.append(hasData ? "\n" : "").append(value);
                    hasData = true;
                }
                default -> {
                    // ignored, as the specification says
                }
            }
        }

        private static Object parsed(String data) {
            try {
                return JsonMapper.shared().readValue(data, Object.class);
            } catch (JacksonException _) {
                return data;
            }
        }
    }
}
