// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.charts;

import io.millrace.model.Dashboard.Aggregation;
import io.millrace.model.Dashboard.Chart;
import io.millrace.model.Dashboard.Column;
import io.millrace.model.Dashboard.Data;
import io.millrace.model.Dashboard.Filter;
import io.millrace.model.Dashboard.Kind;
import io.millrace.model.Dashboard.Source;
import io.millrace.platform.problem.ServiceException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A chart as SQL. Nothing that a user wrote gets into its text: fields are looked up, names of
/// columns are numbered, values are parameters.
final class ChartQuery {
    private static final String LEVELS =
            "(array['TRACE','DEBUG','INFO','WARN','ERROR'])[l.level + 1]";

    private final Chart chart;
    private final Data data;
    private final Duration span;
    private final Map<String, Object> parameters = new HashMap<>();
    private final List<String> conditions = new ArrayList<>();

    /// @param data of the chart
    ChartQuery(Chart chart, Data data, Instant from, Instant to) {
        this.chart = chart;
        this.data = data;
        this.span = Duration.between(from, to);
        var time = column(data.source(), data.source().time(), null);
        conditions.add(time + " >= :from and " + time + " <= :to");
        parameters.put("from", from.atOffset(ZoneOffset.UTC));
        parameters.put("to", to.atOffset(ZoneOffset.UTC));
        for (var filter : data.where()) {
            conditions.add(condition(filter));
        }
    }

    /// Narrows it down.
    ///
    /// @param sql on the table's alias
    void and(String sql, Map<String, ?> values) {
        conditions.add(sql);
        parameters.putAll(values);
    }

    Map<String, Object> parameters() {
        return parameters;
    }

    /// The alias of the table that is looked at.
    String alias() {
        return switch (data.source()) {
            case EXECUTIONS -> "e";
            case LOGS -> "l";
            case METRICS -> "m";
        };
    }

    private String table() {
        return switch (data.source()) {
            case EXECUTIONS -> "executions e";
            case LOGS -> "logs l";
            case METRICS -> "metrics m";
        };
    }

    /// Rows with columns `c0`, `c1`…, and `total`, how many there are without the limit.
    String rows() {
        var columns = data.columns();
        var selected = new ArrayList<String>();
        var groups = new ArrayList<String>();
        boolean aggregates = columns.stream().anyMatch(c -> c.aggregation() != null);
        for (int i = 0; i < columns.size(); i++) {
            var column = columns.get(i);
            selected.add(expression(column) + " as c" + i);
            if (column.aggregation() == null) {
                groups.add(Integer.toString(i + 1));
            }
        }
        var sql =
                "select %s, count(*) over () as total from %s where %s"
                        .formatted(
                                String.join(", ", selected),
                                table(),
                                String.join(" and ", conditions));
        if (aggregates && !groups.isEmpty()) {
            sql += " group by " + String.join(", ", groups);
        }
        var order = order(groups);
        return sql + (order.isEmpty() ? "" : " order by " + order) + " limit :limit offset :offset";
    }

    private String order(List<String> groups) {
        if (data.orderBy().isEmpty()) {
            return groups.isEmpty() ? "" : String.join(", ", groups);
        }
        return data.orderBy().stream()
                .map(o -> place(o.column()) + (o.descending() ? " desc nulls last" : " asc"))
                .collect(Collectors.joining(", "));
    }

    private int place(String column) {
        for (int i = 0; i < data.columns().size(); i++) {
            if (data.columns().get(i).name().equals(column)) {
                return i + 1;
            }
        }
        return 1;
    }

    /// One number: what a KPI shows.
    String value() {
        var column = data.columns().getFirst();
        var all = aggregated(column, "");
        if (data.numerator().isEmpty()) {
            return "select %s as value from %s where %s"
                    .formatted(all, table(), String.join(" and ", conditions));
        }
        var some =
                data.numerator().stream().map(this::condition).collect(Collectors.joining(" and "));
        return "select 100.0 * %s / nullif(%s, 0) as value from %s where %s"
                .formatted(
                        aggregated(column, " filter (where " + some + ")"),
                        all,
                        table(),
                        String.join(" and ", conditions));
    }

    private String expression(Column column) {
        if (column.aggregation() != null) {
            return aggregated(column, "");
        }
        var field = column.field();
        if (field == null) {
            throw new ServiceException.Invalid("columns", "Expected a field");
        }
        var value = column(data.source(), field, column.labelKey());
        if (chart.kind() == Kind.TIME_SERIES
                && column.name().equals(chart.options().get("column"))) {
            return "date_trunc('%s', %s, 'UTC')".formatted(unit(), value);
        }
        return value;
    }

    /// How long a bar of a time series is.
    private String unit() {
        if (span.compareTo(Duration.ofDays(365)) > 0) {
            return "month";
        }
        if (span.compareTo(Duration.ofDays(180)) > 0) {
            return "week";
        }
        if (span.compareTo(Duration.ofDays(1)) > 0) {
            return "day";
        }
        return span.compareTo(Duration.ofHours(6)) > 0 ? "hour" : "minute";
    }

    private String aggregated(Column column, String filter) {
        var aggregation = column.aggregation() == null ? Aggregation.COUNT : column.aggregation();
        var field = column.field();
        if (aggregation == Aggregation.COUNT) {
            return "count(%s)%s"
                    .formatted(
                            field == null ? "*" : column(data.source(), field, column.labelKey()),
                            filter);
        }
        if (field == null) {
            throw new ServiceException.Invalid("columns", "Expected a field");
        }
        boolean number = field.equals("DURATION") || field.equals("VALUE");
        boolean ordered = aggregation == Aggregation.MAX || aggregation == Aggregation.MIN;
        if (!number && !ordered) {
            throw new ServiceException.Invalid(
                    "columns", "Expected a number for %s but got %s".formatted(aggregation, field));
        }
        return "%s(%s)%s"
                .formatted(
                        aggregation.name().toLowerCase(java.util.Locale.ROOT),
                        column(data.source(), field, column.labelKey()),
                        filter);
    }

    private String column(Source source, String field, @Nullable String labelKey) {
        return switch (source) {
            case EXECUTIONS ->
                    switch (field) {
                        case "ID" -> "e.id";
                        case "NAMESPACE" -> "e.namespace";
                        case "FLOW_ID" -> "e.flow_id";
                        case "FLOW_REVISION" -> "e.revision";
                        case "STATE" -> "e.state";
                        case "DURATION" ->
                                "extract(epoch from coalesce(e.ended_at, now()) - e.created_at)::float8";
                        case "START_DATE" -> "e.created_at";
                        case "END_DATE" -> "e.ended_at";
                        case "TRIGGER_EXECUTION_ID" -> "e.parent_id";
                        case "LABELS" -> label(labelKey);
                        default -> throw unknown(field);
                    };
            case LOGS ->
                    switch (field) {
                        case "DATE" -> "l.at";
                        case "NAMESPACE" -> "l.namespace";
                        case "FLOW_ID" -> "l.flow_id";
                        case "EXECUTION_ID" -> "l.execution_id";
                        case "TASK_ID" -> "l.task_id";
                        case "TASK_RUN_ID" -> "l.execution_id || '-' || l.ordinal";
                        case "ATTEMPT_NUMBER" -> "l.attempt";
                        case "LEVEL" -> LEVELS;
                        case "MESSAGE" -> "l.message";
                        default -> throw unknown(field);
                    };
            case METRICS ->
                    switch (field) {
                        case "DATE" -> "m.at";
                        case "NAMESPACE" -> "m.namespace";
                        case "FLOW_ID" -> "m.flow_id";
                        case "EXECUTION_ID" -> "m.execution_id";
                        case "TASK_ID" -> "m.task_id";
                        case "TASK_RUN_ID" -> "m.execution_id || '-' || m.ordinal";
                        case "TYPE" -> "m.kind";
                        case "NAME" -> "m.name";
                        case "VALUE" -> "m.value";
                        default -> throw unknown(field);
                    };
        };
    }

    private String label(@Nullable String key) {
        var name = "label" + parameters.size();
        parameters.put(name, (key == null ? "" : key) + "\u001f");
        return "(select substr(x, length(:%1$s) + 1) from unnest(e.labels) x where starts_with(x, :%1$s) limit 1)"
                .formatted(name);
    }

    private static ServiceException.Invalid unknown(String field) {
        return new ServiceException.Invalid("field", "Expected a field but got " + field);
    }

    private String condition(Filter filter) {
        if (!filter.any().isEmpty()) {
            return filter.any().stream()
                    .map(this::condition)
                    .collect(Collectors.joining(" or ", "(", ")"));
        }
        var field = filter.field();
        if (field == null) {
            return "true";
        }
        var value = column(data.source(), field, filter.labelKey());
        var name = "w" + parameters.size();
        boolean number =
                field.equals("DURATION")
                        || field.equals("VALUE")
                        || field.equals("FLOW_REVISION")
                        || field.equals("ATTEMPT_NUMBER");
        boolean date = field.endsWith("DATE");
        var text = number || date ? value + "::text" : value;
        return switch (filter.operator()) {
            case IS_NULL -> value + " is null";
            case IS_NOT_NULL -> value + " is not null";
            case IN -> text + " = any (:" + list(name, filter) + ")";
            case NOT_IN -> text + " <> all (:" + list(name, filter) + ")";
            case CONTAINS -> "strpos(" + text + ", :" + one(name, filter) + ") > 0";
            case STARTS_WITH -> "starts_with(" + text + ", :" + one(name, filter) + ")";
            case ENDS_WITH ->
                    "right(%1$s, length(:%2$s)) = :%2$s".formatted(text, one(name, filter));
            case REGEX -> text + " ~ :" + one(name, filter);
            case EQUAL_TO -> compared(value, "=", name, filter, number, date);
            case NOT_EQUAL_TO -> compared(value, "is distinct from", name, filter, number, date);
            case GREATER_THAN -> compared(value, ">", name, filter, number, date);
            case GREATER_THAN_OR_EQUAL_TO -> compared(value, ">=", name, filter, number, date);
            case LESS_THAN -> compared(value, "<", name, filter, number, date);
            case LESS_THAN_OR_EQUAL_TO -> compared(value, "<=", name, filter, number, date);
            case OR -> "true";
        };
    }

    private String compared(
            String value,
            String operator,
            String name,
            Filter filter,
            boolean number,
            boolean date) {
        var cast = number ? "::float8" : date ? "::timestamptz" : "";
        return "%s %s cast(:%s as text)%s".formatted(value, operator, one(name, filter), cast);
    }

    private String one(String name, Filter filter) {
        parameters.put(name, filter.values().getFirst());
        return name;
    }

    private String list(String name, Filter filter) {
        parameters.put(name, filter.values().toArray(String[]::new));
        return name;
    }
}
