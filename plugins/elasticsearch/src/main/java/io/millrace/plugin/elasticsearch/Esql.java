// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.elasticsearch;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.FetchType;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.plugin.kit.HttpApi.Call;
import io.millrace.plugin.kit.Rows;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// Asks in ES|QL. Values of `params` are never part of the query's text.
///
/// @see <a
///   href="https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-esql-query">ES|QL
///   query API</a>
@Plugin(type = "io.kestra.plugin.elasticsearch.Esql", title = "Ask in ES|QL")
public final class Esql extends SearchTask<Esql.Properties, Esql.Outputs> {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

    public record Properties(
            @Title("Nodes and credentials") Connection connection,
            @Title("Without effect: ES|QL takes none") @Nullable String routing,
            @Title("The query, with a ? for each of `params`") String query,
            @Title("Values for the query: numbers, true and false count as such")
                    @Nullable List<String> params,
            @Title("A search that the documents have to fit, as a map or JSON")
                    @Nullable Object filter,
            @Title("Whether there is a row for each column rather than for each document")
                    @Default("false")
                    Boolean columnar,
            @Title("Whether the server works on while the task asks for the result now and then")
                    @Default("false")
                    @JsonProperty("async")
                    Boolean waits,
            @Title("FETCH, FETCH_ONE, STORE or NONE") @Default("FETCH") FetchType fetchType)
            implements Target {}

    public record Outputs(
            @Title("How many rows came") long size,
            @Title("The same") long total,
            @Title("Rows, if fetched") @Nullable List<@Nullable Object> rows,
            @Title("The first, if that is fetched") @Nullable Object row,
            @Title("File with a row a line, if stored") @Nullable URI uri) {}

    @Override
    protected Outputs work(HttpApi api, Properties properties, TaskContext context)
            throws Exception {
        var asked = new LinkedHashMap<String, Object>();
        asked.put("query", properties.query());
        asked.put("columnar", properties.columnar());
        if (properties.params() != null && !properties.params().isEmpty()) {
            asked.put("params", properties.params().stream().map(Esql::typed).toList());
        }
        if (properties.filter() != null) {
            asked.put(
                    "filter",
                    properties.filter() instanceof String text
                            ? parsed(text)
                            : properties.filter());
        }
        var answer =
                properties.waits()
                        ? awaited(api, asked)
                        : api.ask(Call.json("POST", "/_query", asked)).object();
        try (var rows = new Rows(context, properties.fetchType())) {
            for (var row : rows(answer, properties.columnar())) {
                if (!rows.add(row)) {
                    break;
                }
            }
            var result = rows.finish();
            context.count("records", (double) result.size(), Map.of());
            return new Outputs(
                    result.size(), result.size(), result.rows(), result.row(), result.uri());
        }
    }

    private static Map<String, @Nullable Object> awaited(HttpApi api, Map<String, Object> asked)
            throws TaskFailedException, InterruptedException {
        var begun = api.ask(Call.json("POST", "/_query/async", asked)).object();
        var id = HttpApi.text(begun, "id");
        if (id == null || !Boolean.TRUE.equals(begun.get("is_running"))) {
            return begun;
        }
        var path = "/_query/async/" + HttpApi.segment(id);
        try (var _ = api.onCancel(Call.of("DELETE", path))) {
            return api.await(
                    "the query",
                    BETWEEN_LOOKS,
                    null,
                    () -> {
                        var looked = api.ask(Call.get(path)).object();
                        return Boolean.TRUE.equals(looked.get("is_running"))
                                ? Optional.empty()
                                : Optional.of(looked);
                    });
        }
    }

    /// Each row by the names of its columns; of columns each by its name.
    private static List<Map<String, @Nullable Object>> rows(
            Map<String, @Nullable Object> answer, boolean columnar) {
        var names = new ArrayList<String>();
        if (answer.get("columns") instanceof List<?> columns) {
            columns.forEach(column -> names.add(String.valueOf(HttpApi.text(column, "name"))));
        }
        var rows = new ArrayList<Map<String, @Nullable Object>>();
        var values = answer.get("values") instanceof List<?> list ? list : List.of();
        for (int at = 0; at < values.size(); at++) {
            var row = new LinkedHashMap<String, @Nullable Object>();
            if (columnar) {
                row.put(names.get(at), values.get(at));
            } else if (values.get(at) instanceof List<?> cells) {
                for (int i = 0; i < Math.min(names.size(), cells.size()); i++) {
                    row.put(names.get(i), cells.get(i));
                }
            }
            rows.add(row);
        }
        return rows;
    }

    /// A number, true or false if the text is one.
    private static Object typed(String text) {
        return switch (parsed(text)) {
            case Number n -> n;
            case Boolean b -> b;
            default -> text;
        };
    }

    private static Object parsed(String text) {
        try {
            var value = JSON.readValue(text, Object.class);
            return value == null ? text : value;
        } catch (JacksonException _) {
            return text;
        }
    }
}
