// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.charts;

import io.millrace.execution.Reads;
import io.millrace.execution.search.ExecutionFilter;
import io.millrace.model.Dashboard;
import io.millrace.model.Dashboard.Chart;
import io.millrace.model.Dashboard.Kind;
import io.millrace.model.Dashboard.Source;
import io.millrace.model.Dashboard.TimeWindow;
import io.millrace.platform.access.Access;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Permission;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.PagedResults;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.stereotype.Service;

/// Draws charts, from what the caller may see: on the connections of readers, within their time
/// limit.
@Service
class Charts {
    private static final int MOST_ROWS = 10_000;

    private final Reads reads;
    private final Access access;
    private final Clock clock;

    Charts(Reads reads, Access access, Clock clock) {
        this.reads = reads;
        this.access = access;
        this.clock = clock;
    }

    /// What a chart is asked for beside what it says itself.
    ///
    /// @param pageSize rows, 10,000 at most
    /// @param namespace with those below it
    record Overrides(
            @Nullable OffsetDateTime startDate,
            @Nullable OffsetDateTime endDate,
            @Nullable Integer pageSize,
            @Nullable Integer pageNumber,
            @Nullable String namespace,
            @Nullable Map<String, String> labels,
            @Nullable List<Filter> filters) {
        static final Overrides NONE = new Overrides(null, null, null, null, null, null, null);
    }

    record Filter(@Nullable String field, @Nullable String operation, @Nullable Object value) {}

    /// @param dashboard in whose time window it is drawn
    PagedResults<Map<String, @Nullable Object>> draw(
            Dashboard dashboard, Chart chart, Overrides overrides) {
        var data = chart.data();
        if (data == null) {
            return new PagedResults<>(List.of(), 0);
        }
        var window = dashboard.timeWindow();
        var to = overrides.endDate() == null ? clock.instant() : overrides.endDate().toInstant();
        var from =
                overrides.startDate() == null
                        ? to.minus(window.initial())
                        : overrides.startDate().toInstant();
        check(window, from, to);
        var query = new ChartQuery(chart, data, from, to);
        narrow(query, data.source(), overrides);
        try {
            return chart.kind() == Kind.KPI ? value(query) : rows(query, chart, overrides);
        } catch (QueryTimeoutException _) {
            throw new ServiceException.Refused(
                    "The chart takes too long to draw: ask for a shorter time");
        } catch (DataAccessException e) {
            // a regular expression or a number that isn't one
            throw new ServiceException.Invalid(
                    "where", "The chart can't be drawn: " + e.getMostSpecificCause().getMessage());
        }
    }

    private static void check(TimeWindow window, Instant from, Instant to) {
        if (from.isAfter(to)) {
            throw new ServiceException.Invalid("startDate", "Expected a start before the end");
        }
        if (from.isBefore(to.minus(window.most()))) {
            throw new ServiceException.Invalid(
                    "startDate", "Expected at most %s".formatted(window.most()));
        }
    }

    private PagedResults<Map<String, @Nullable Object>> value(ChartQuery query) {
        var row = new LinkedHashMap<String, @Nullable Object>();
        row.put(
                "value",
                reads.jdbc()
                        .sql(query.value())
                        .params(query.parameters())
                        .query((found, _) -> Objects.requireNonNullElse(plain(found, "value"), 0))
                        .single());
        return new PagedResults<>(List.of(row), 1);
    }

    private PagedResults<Map<String, @Nullable Object>> rows(
            ChartQuery query, Chart chart, Overrides overrides) {
        int size =
                Math.clamp(
                        overrides.pageSize() == null ? MOST_ROWS : overrides.pageSize(),
                        1,
                        MOST_ROWS);
        int page = overrides.pageNumber() == null ? 1 : Math.max(1, overrides.pageNumber());
        var columns = Objects.requireNonNull(chart.data()).columns();
        var total = new long[1];
        var rows = new ArrayList<Map<String, @Nullable Object>>();
        reads.jdbc()
                .sql(query.rows())
                .params(query.parameters())
                .param("limit", size)
                .param("offset", (long) size * (page - 1))
                .query((ResultSet found) -> {
                    total[0] = found.getLong("total");
                    var row = new LinkedHashMap<String, @Nullable Object>();
                    for (int i = 0; i < columns.size(); i++) {
                        row.put(columns.get(i).name(), plain(found, "c" + i));
                    }
                    rows.add(row);
                });
        return new PagedResults<>(rows, total[0]);
    }

    private static @Nullable Object plain(ResultSet row, String column) throws SQLException {
        return row.getObject(column) instanceof Timestamp at
                ? at.toInstant()
                : row.getObject(column);
    }

    private void narrow(ChartQuery query, Source source, Overrides overrides) {
        var tenant = Caller.current().tenant();
        if (source == Source.EXECUTIONS) {
            var where = filter(overrides).where(tenant, access.scope(Permission.EXECUTION_READ));
            query.and("(" + where.sql() + ")", where.parameters());
            return;
        }
        var scope =
                access.scope(source == Source.LOGS ? Permission.LOG_READ : Permission.METRIC_READ);
        var a = query.alias();
        query.and(
                "%1$s.tenant = :tenant and %1$s.namespace || '.' like any (:scope)".formatted(a),
                Map.of("tenant", tenant, "scope", scope.likePatterns()));
        if (overrides.namespace() != null && !overrides.namespace().isEmpty()) {
            query.and(
                    "(%1$s.namespace = :within or starts_with(%1$s.namespace, :within || '.'))"
                            .formatted(a),
                    Map.of("within", overrides.namespace()));
        }
        for (var filter : overrides.filters() == null ? List.<Filter>of() : overrides.filters()) {
            var column =
                    switch (Objects.toString(filter.field(), "")) {
                        case "namespace", "NAMESPACE" -> a + ".namespace";
                        case "flowId", "FLOW_ID" -> a + ".flow_id";
                        default ->
                                throw new ServiceException.Invalid(
                                        "filters",
                                        "Expected namespace or flowId but got " + filter.field());
                    };
            var name = column.substring(2);
            query.and(column + " = :" + name, Map.of(name, Objects.toString(filter.value(), "")));
        }
    }

    /// As a search for executions takes it.
    private ExecutionFilter filter(Overrides overrides) {
        var parameters = new HashMap<String, String[]>();
        if (overrides.namespace() != null && !overrides.namespace().isEmpty()) {
            parameters.put("namespace", new String[] {overrides.namespace()});
        }
        if (overrides.labels() != null) {
            overrides
                    .labels()
                    .forEach((key, value) ->
                            parameters.put(
                                    "filters[labels][EQUALS][" + key + "]", new String[] {value}));
        }
        for (var filter : overrides.filters() == null ? List.<Filter>of() : overrides.filters()) {
            parameters.put(
                    "filters[%s][%s]"
                            .formatted(
                                    camel(Objects.toString(filter.field(), "")),
                                    filter.operation()),
                    filter.value() instanceof List<?> list
                            ? list.stream().map(String::valueOf).toArray(String[]::new)
                            : new String[] {Objects.toString(filter.value(), "")});
        }
        return ExecutionFilter.of(parameters, clock);
    }

    /// Such as `flowId` for `FLOW_ID`.
    private static String camel(String field) {
        if (!field.equals(field.toUpperCase(java.util.Locale.ROOT))) {
            return field;
        }
        var text = new StringBuilder();
        for (var word : field.toLowerCase(java.util.Locale.ROOT).split("_")) {
            text.append(
                    text.isEmpty() || word.isEmpty()
                            ? word
                            : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return text.toString();
    }
}
