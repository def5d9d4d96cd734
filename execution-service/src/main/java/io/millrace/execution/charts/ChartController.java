// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.charts;

import io.millrace.execution.charts.Charts.Overrides;
import io.millrace.execution.flows.FlowClient;
import io.millrace.execution.flows.FlowServiceUnavailableException;
import io.millrace.model.Dashboard;
import io.millrace.model.yaml.DashboardParser;
import io.millrace.model.yaml.ParsedDashboard;
import io.millrace.platform.access.Caller;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.problem.Violation;
import io.millrace.platform.web.PagedResults;
import io.swagger.v3.oas.annotations.Operation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// What the charts of dashboards show.
@RestController
@RequestMapping("/api/v1/{tenant}/dashboards")
class ChartController {
    private final Charts charts;
    private final FlowClient flows;
    private final DashboardParser parser = new DashboardParser();

    ChartController(Charts charts, FlowClient flows) {
        this.charts = charts;
        this.flows = flows;
    }

    /// A chart that isn't stored.
    ///
    /// @param chart its source
    record Preview(@Nullable String chart, @Nullable Overrides globalFilter) {}

    @Operation(summary = "Get what a chart of a dashboard shows")
    @PostMapping("/{id}/charts/{chartId}")
    PagedResults<Map<String, @Nullable Object>> data(
            @PathVariable String id,
            @PathVariable String chartId,
            @RequestBody(required = false) @Nullable Overrides overrides) {
        var dashboard = stored(id);
        return charts.draw(dashboard, chart(dashboard, chartId), or(overrides));
    }

    @Operation(summary = "Get what a chart of a dashboard shows, as CSV")
    @PostMapping(
            path = "/{id}/charts/{chartId}/export/to-csv",
            produces = {MediaType.APPLICATION_OCTET_STREAM_VALUE, "text/csv"})
    byte[] export(
            @PathVariable String id,
            @PathVariable String chartId,
            @RequestBody(required = false) @Nullable Overrides overrides) {
        var dashboard = stored(id);
        return csv(charts.draw(dashboard, chart(dashboard, chartId), or(overrides)).results());
    }

    @Operation(summary = "Get what a chart would show")
    @PostMapping("/charts/preview")
    PagedResults<Map<String, @Nullable Object>> preview(@RequestBody Preview preview) {
        var given = given(preview);
        return charts.draw(given, given.charts().getFirst(), or(preview.globalFilter()));
    }

    @Operation(summary = "Get what a chart would show, as CSV")
    @PostMapping(
            path = "/charts/export/to-csv",
            produces = {MediaType.APPLICATION_OCTET_STREAM_VALUE, "text/csv"})
    byte[] exportPreview(@RequestBody Preview preview) {
        return csv(preview(preview).results());
    }

    private static Overrides or(@Nullable Overrides overrides) {
        return overrides == null ? Overrides.NONE : overrides;
    }

    private Dashboard stored(String id) {
        String source;
        try {
            source =
                    flows.dashboard(Caller.current().tenant(), id)
                            .orElseThrow(() ->
                                    new ServiceException.NotFound("Not Found: dashboard " + id));
        } catch (FlowServiceUnavailableException e) {
            throw new ServiceException.Unavailable(String.valueOf(e.getMessage()));
        }
        return read(parser.parse(source));
    }

    private static Dashboard.Chart chart(Dashboard dashboard, String id) {
        return dashboard
                .chart(id)
                .orElseThrow(() -> new ServiceException.NotFound("Not Found: chart " + id));
    }

    private Dashboard given(Preview preview) {
        if (preview.chart() == null) {
            throw new ServiceException.Invalid("chart", "Expected the source of a chart");
        }
        return read(parser.parseChart(preview.chart()));
    }

    private static Dashboard read(ParsedDashboard parsed) {
        return switch (parsed) {
            case ParsedDashboard.Valid(var dashboard) -> dashboard;
            case ParsedDashboard.Invalid(var problems) ->
                    throw new ServiceException.Invalid(
                            "Invalid entity: " + problems.getFirst().message(),
                            problems.stream()
                                    .map(p ->
                                            Violation.at(
                                                    p.path(), p.message(), p.line(), p.column()))
                                    .toList());
        };
    }

    private static byte[] csv(List<Map<String, @Nullable Object>> rows) {
        if (rows.isEmpty()) {
            return new byte[0];
        }
        var text = new StringBuilder(line(List.copyOf(rows.getFirst().keySet())));
        rows.forEach(row -> text.append(line(row.values().stream().toList())));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String line(List<?> cells) {
        return cells.stream()
                .map(ChartController::cell)
                .collect(Collectors.joining(",", "", "\r\n"));
    }

    /// As RFC 4180 has it; what a spreadsheet would take for a formula is text.
    private static String cell(@Nullable Object value) {
        var text = Objects.toString(value, "");
        if (!(value instanceof Number)
                && !text.isEmpty()
                && "=+-@\t\r".indexOf(text.charAt(0)) >= 0) {
            text = "'" + text;
        }
        return text.matches("(?s).*[\",\r\n].*") ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }
}
