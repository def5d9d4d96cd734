// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.logs;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.execution.Reads;
import io.millrace.execution.lane.ExecutionColumns;
import io.millrace.execution.search.ExecutionFilter;
import io.millrace.execution.search.ExecutionView;
import io.millrace.execution.search.Executions;
import io.millrace.platform.access.Access;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Permission;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.CursorResults;
import io.millrace.platform.web.CursorResults.Place;
import io.millrace.platform.web.Paging;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// What tasks have measured.
@RestController
@RequestMapping("/api/v1/{tenant}/metrics")
final class MetricController {
    private static final Duration DEFAULT_RANGE = Duration.ofDays(30);
    private static final Map<String, String> SORTABLE =
            Map.of("name", "name", "timestamp", "at", "value", "value", "taskId", "task_id");

    private final Reads reads;
    private final Executions executions;
    private final Access access;
    private final Clock clock;

    MetricController(Reads reads, Executions executions, Access access, Clock clock) {
        this.reads = reads;
        this.executions = executions;
        this.access = access;
        this.clock = clock;
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record MetricEntry(
            String tenantId,
            String namespace,
            String flowId,
            String taskId,
            String executionId,
            String taskRunId,
            String type,
            String name,
            double value,
            Instant timestamp,
            Map<String, @Nullable Object> tags) {}

    /// @param cursor of the page before, in place of a page's number
    @GetMapping("/{executionId:[0-9A-Za-z]{22}}")
    CursorResults<MetricEntry> ofExecution(
            @PathVariable String executionId,
            @RequestParam(required = false) @Nullable String taskRunId,
            @RequestParam(required = false) @Nullable String taskId,
            Paging paging,
            @RequestParam(required = false) @Nullable String cursor) {
        var after = Place.parse(cursor, 2, paging);
        executions.requireHead(executionId, Permission.METRIC_READ);
        var ordinal = taskRunId == null ? null : ExecutionView.ordinal(executionId, taskRunId);
        record Row(MetricEntry entry, Place place) {}
        var matching =
                """
                 from metrics
                 where execution_id = :id
                   and (:ordinal::integer is null or ordinal = :ordinal)
                   and (:task::text is null or task_id = :task)
                """;
        var parameters = new HashMap<String, @Nullable Object>();
        parameters.put("id", executionId);
        parameters.put("ordinal", ordinal);
        parameters.put("task", taskId);
        var rows =
                reads.jdbc()
                        .sql(
                                "select *"
                                        + matching
                                        + " and (ordinal, seq) > (:lastOrdinal, :lastSeq) order by "
                                        + paging.orderBy(SORTABLE, "ordinal, seq")
                                        + ", ordinal, seq limit :limit offset :offset")
                        .param("lastOrdinal", after == null ? -1 : after.number(0))
                        .param("lastSeq", after == null ? -1 : after.number(1))
                        .params(parameters)
                        .param("limit", paging.size())
                        .param("offset", after == null ? paging.offset() : 0)
                        .query((row, _) ->
                                new Row(
                                        new MetricEntry(
                                                row.getString("tenant"),
                                                row.getString("namespace"),
                                                row.getString("flow_id"),
                                                row.getString("task_id"),
                                                executionId,
                                                ExecutionView.taskRunId(
                                                        executionId, row.getInt("ordinal")),
                                                row.getString("kind"),
                                                row.getString("name"),
                                                row.getDouble("value"),
                                                ExecutionColumns.instantOf(row, "at"),
                                                ExecutionColumns.map(row.getString("tags"))),
                                        Place.of(row.getString("ordinal"), row.getString("seq"))))
                        .list();
        long total =
                reads.jdbc()
                        .sql("select count(*)" + matching)
                        .params(parameters)
                        .query(Long.class)
                        .single();
        return CursorResults.of(rows, total, paging, Row::place).map(Row::entry);
    }

    private List<String> distinct(
            String column, String namespace, String flowId, @Nullable String taskId) {
        access.require(Permission.METRIC_READ, namespace);
        return reads.jdbc()
                .sql(
                        "select distinct "
                                + column
                                + """
                                   from metrics
                                 where tenant = :tenant and namespace = :namespace
                                   and flow_id = :flow
                                   and (:task::text is null or task_id = :task)
                                 order by 1
                                """)
                .param("tenant", Caller.current().tenant())
                .param("namespace", namespace)
                .param("flow", flowId)
                .param("task", taskId)
                .query(String.class)
                .list();
    }

    @GetMapping("/names/{namespace}/{flowId}")
    List<String> names(@PathVariable String namespace, @PathVariable String flowId) {
        return distinct("name", namespace, flowId, null);
    }

    @GetMapping("/names/{namespace}/{flowId}/{taskId}")
    List<String> namesOfTask(
            @PathVariable String namespace,
            @PathVariable String flowId,
            @PathVariable String taskId) {
        return distinct("name", namespace, flowId, taskId);
    }

    @GetMapping("/tasks/{namespace}/{flowId}")
    List<String> tasks(@PathVariable String namespace, @PathVariable String flowId) {
        return distinct("task_id", namespace, flowId, null);
    }

    record Aggregation(String name, Instant date, @Nullable Double value) {}

    record Aggregations(String groupBy, List<Aggregation> aggregations) {}

    @GetMapping("/aggregates/{namespace}/{flowId}/{metric}")
    Aggregations aggregates(
            @PathVariable String namespace,
            @PathVariable String flowId,
            @PathVariable String metric,
            @RequestParam(defaultValue = "sum") String aggregation,
            @RequestParam(required = false) @Nullable String startDate,
            @RequestParam(required = false) @Nullable String endDate) {
        return aggregated(namespace, flowId, null, metric, aggregation, startDate, endDate);
    }

    @GetMapping("/aggregates/{namespace}/{flowId}/{taskId}/{metric}")
    Aggregations aggregatesOfTask(
            @PathVariable String namespace,
            @PathVariable String flowId,
            @PathVariable String taskId,
            @PathVariable String metric,
            @RequestParam(defaultValue = "sum") String aggregation,
            @RequestParam(required = false) @Nullable String startDate,
            @RequestParam(required = false) @Nullable String endDate) {
        return aggregated(namespace, flowId, taskId, metric, aggregation, startDate, endDate);
    }

    private Aggregations aggregated(
            String namespace,
            String flowId,
            @Nullable String taskId,
            String metric,
            String aggregation,
            @Nullable String startDate,
            @Nullable String endDate) {
        access.require(Permission.METRIC_READ, namespace);
        if (!List.of("sum", "avg", "min", "max").contains(aggregation)) {
            throw new ServiceException.Invalid(
                    "aggregation", "Illegal argument: no aggregation " + aggregation);
        }
        var to = endDate == null ? clock.instant() : ExecutionFilter.instant("endDate", endDate);
        var from =
                startDate == null
                        ? to.minus(DEFAULT_RANGE)
                        : ExecutionFilter.instant("startDate", startDate);
        var unit = Duration.between(from, to).compareTo(Duration.ofDays(2)) <= 0 ? "hour" : "day";
        var rows =
                reads.jdbc()
                        .sql(
                                "select date_trunc('"
                                        + unit
                                        + "', at, 'UTC') as date, "
                                        + aggregation
                                        + """
                                        (value) as value from metrics
                                         where tenant = :tenant and namespace = :namespace
                                           and flow_id = :flow and name = :metric
                                           and at between :from and :to
                                           and (:task::text is null or task_id = :task)
                                         group by 1 order by 1
                                        """)
                        .param("tenant", Caller.current().tenant())
                        .param("namespace", namespace)
                        .param("flow", flowId)
                        .param("metric", metric)
                        .param("from", from.atOffset(ZoneOffset.UTC))
                        .param("to", to.atOffset(ZoneOffset.UTC))
                        .param("task", taskId)
                        .query((row, _) ->
                                new Aggregation(
                                        metric,
                                        ExecutionColumns.instantOf(row, "date"),
                                        row.getDouble("value")))
                        .list();
        return new Aggregations(unit, rows);
    }
}
