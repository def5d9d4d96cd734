// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.elasticsearch;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.ApiTask;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.plugin.kit.HttpApi.Call;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What tasks share: a node that answers, and how documents are asked for.
abstract class SearchTask<P extends Record & SearchTask.Target, O extends Record>
        extends ApiTask<P, O> {
    static final JsonMapper JSON = JsonMapper.shared();

    /// What tasks name.
    interface Target {
        Connection connection();

        @Nullable String routing();
    }

    @Override
    protected HttpApi open(P properties, PluginSettings settings, TaskContext context)
            throws TaskFailedException {
        var connection = properties.connection();
        var headers = headers(connection);
        var prefix = connection.pathPrefix() == null ? "" : "/" + connection.pathPrefix().strip();
        TaskFailedException failure = null;
        for (var host : connection.hosts()) {
            var url = host.strip().replaceAll("/+$", "") + prefix.replaceAll("/+", "/");
            var api = new HttpApi("Elasticsearch", url, headers, null, settings, context);
            if (connection.hosts().size() == 1) {
                return api;
            }
            try {
                api.sendOnce(Call.of("HEAD", "/"));
                return api;
            } catch (TaskFailedException e) {
                context.log().debug(e.getMessage() + ": the next one is asked");
                failure = e;
                api.close();
            } catch (InterruptedException _) {
                api.close();
                Thread.currentThread().interrupt();
                throw new TaskFailedException("Interrupted");
            }
        }
        throw failure == null
                ? new TaskFailedException("Expected `hosts` in `connection`")
                : failure;
    }

    private static Map<String, String> headers(Connection connection) throws TaskFailedException {
        var headers = new LinkedHashMap<String, String>();
        for (var header : connection.headers() == null ? List.<String>of() : connection.headers()) {
            int colon = header.indexOf(':');
            if (colon < 1) {
                throw new TaskFailedException("Expected headers such as `Name: value`");
            }
            headers.put(header.substring(0, colon).strip(), header.substring(colon + 1).strip());
        }
        var basic = connection.basicAuth();
        if (basic != null && basic.username() != null && basic.password() != null) {
            headers.put("Authorization", HttpApi.basic(basic.username(), basic.password()));
        }
        return headers;
    }

    /// Names of indexes as part of a path.
    static String indexes(@Nullable List<String> indexes) {
        return indexes == null || indexes.isEmpty()
                ? ""
                : "/" + indexes.stream().map(HttpApi::segment).collect(Collectors.joining(","));
    }

    static String query(Map<String, ?> fields) {
        return fields.isEmpty() ? "" : "?" + HttpApi.encoded(fields);
    }

    /// A body that is a map, or text that is sent as it is.
    static Call call(String method, String path, @Nullable Object body) throws TaskFailedException {
        if (body == null) {
            return Call.of(method, path);
        }
        if (body instanceof String text) {
            try {
                JSON.readTree(text);
            } catch (JacksonException e) {
                throw new TaskFailedException("Expected JSON but " + e.getOriginalMessage(), e);
            }
            return new Call(method, path, Map.of(), "application/json", text);
        }
        return Call.json(method, path, body);
    }

    /// Documents of an answer, in their order.
    static List<@Nullable Object> documents(Map<String, @Nullable Object> answer) {
        var documents = new ArrayList<@Nullable Object>();
        if (HttpApi.at(answer, "hits", "hits") instanceof List<?> hits) {
            hits.forEach(hit -> documents.add(HttpApi.at(hit, "_source")));
        }
        return documents;
    }

    /// What of a bulk was refused fails the task, in words.
    static void checkBulk(Map<String, @Nullable Object> answer) throws TaskFailedException {
        if (!Boolean.TRUE.equals(answer.get("errors"))) {
            return;
        }
        int failed = 0;
        String first = null;
        if (answer.get("items") instanceof List<?> items) {
            for (var item : items) {
                for (var result : item instanceof Map<?, ?> map ? map.values() : List.of()) {
                    var reason = HttpApi.text(result, "error", "reason");
                    if (reason != null) {
                        failed++;
                        first = first == null ? reason : first;
                    }
                }
            }
        }
        throw new TaskFailedException(
                "%d documents were refused, the first: %s".formatted(failed, first));
    }
}
