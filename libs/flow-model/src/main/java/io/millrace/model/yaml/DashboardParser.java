// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import io.millrace.model.Dashboard;
import io.millrace.model.Dashboard.Aggregation;
import io.millrace.model.Dashboard.Chart;
import io.millrace.model.Dashboard.Column;
import io.millrace.model.Dashboard.Data;
import io.millrace.model.Dashboard.Filter;
import io.millrace.model.Dashboard.Kind;
import io.millrace.model.Dashboard.Operator;
import io.millrace.model.Dashboard.Order;
import io.millrace.model.Dashboard.Source;
import io.millrace.model.Dashboard.TimeWindow;
import io.millrace.model.yaml.YamlNode.Mapping;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Makes a [Dashboard] of YAML, or says everything that is wrong with it.
public record DashboardParser(ParserLimits limits) {
    private static final Pattern ID = Pattern.compile("^[a-zA-Z0-9][a-zA-Z0-9._-]*");
    private static final Pattern COLUMN = Pattern.compile("^[a-zA-Z_][a-zA-Z0-9_]*");
    private static final String DATA = "io.kestra.plugin.core.dashboard.data.";
    private static final int MAX_CHARTS = 100;

    public DashboardParser() {
        this(ParserLimits.DEFAULT);
    }

    public ParsedDashboard parse(String source) {
        return read(source, DashboardParser::dashboard);
    }

    /// A chart that stands alone.
    public ParsedDashboard parseChart(String source) {
        return read(
                source,
                fields ->
                        new Dashboard(null, "", null, TimeWindow.DEFAULT, List.of(chart(fields))));
    }

    private ParsedDashboard read(String source, Function<Fields, Dashboard> reader) {
        var problems = new Problems();
        var root = new YamlReader(limits, problems).read(source);
        if (root.isEmpty()) {
            return new ParsedDashboard.Invalid(problems.inOrder());
        }
        if (!(root.get() instanceof Mapping document)) {
            problems.add("", root.get().position(), "Expected a map but got " + root.get().kind());
            return new ParsedDashboard.Invalid(problems.inOrder());
        }
        var dashboard = reader.apply(new Fields(problems, "", document));
        return problems.isEmpty()
                ? new ParsedDashboard.Valid(dashboard)
                : new ParsedDashboard.Invalid(problems.inOrder());
    }

    private static Dashboard dashboard(Fields fields) {
        var id = fields.has("id") ? fields.requiredText("id", ID, 100) : null;
        var title = fields.requiredText("title");
        var description = fields.text("description");
        var window = fields.fields("timeWindow");
        var timeWindow = window == null ? TimeWindow.DEFAULT : timeWindow(window);
        var charts = new ArrayList<Chart>();
        var ids = new HashSet<String>();
        for (var written : fields.maps("charts")) {
            var chart = chart(written);
            if (!chart.id().isEmpty() && !ids.add(chart.id())) {
                written.problem("id", "Duplicate chart id with name [" + chart.id() + "]");
            }
            charts.add(chart);
        }
        if (charts.size() > MAX_CHARTS) {
            fields.problem("charts", "Expected at most " + MAX_CHARTS + " charts");
        }
        fields.ignore("deleted", "created", "updated", "sourceCode", "tenantId")
                .done("a dashboard");
        return new Dashboard(id, title, description, timeWindow, charts);
    }

    private static TimeWindow timeWindow(Fields fields) {
        var initial = fields.duration("default");
        var most = fields.duration("max");
        fields.done("a time window");
        var window =
                new TimeWindow(
                        initial == null ? TimeWindow.DEFAULT.initial() : initial,
                        most == null ? TimeWindow.DEFAULT.most() : most);
        if (window.initial().compareTo(window.most()) > 0 || window.initial().isNegative()) {
            fields.problem("default", "Expected a duration that is not longer than `max`");
        }
        if (window.most().compareTo(Duration.ofDays(3_660)) > 0) {
            fields.problem("max", "Expected at most ten years");
        }
        return window;
    }

    private static Chart chart(Fields fields) {
        var id = fields.requiredText("id", ID, 100);
        var type = fields.requiredText("type");
        var kind = Kind.of(type);
        if (kind.isEmpty() && !type.isEmpty()) {
            fields.problem(
                    "type",
                    "Expected one of %s but got `%s`"
                            .formatted(
                                    Arrays.stream(Kind.values()).map(Kind::type).toList(),
                                    Fields.clip(type)));
        }
        var options = fields.map("chartOptions");
        boolean text = kind.filter(Kind.MARKDOWN::equals).isPresent();
        var content = text ? content(fields) : null;
        var written = fields.fields("data");
        if (written == null && !text) {
            fields.problem("data", "must not be null");
        }
        var data = written == null || text ? null : data(written, kind.orElse(Kind.TABLE));
        if (kind.filter(Kind.TIME_SERIES::equals).isPresent() && data != null) {
            dateColumn(fields, options, data);
        }
        fields.done("a chart");
        return new Chart(id, type, options, data, content);
    }

    private static @Nullable String content(Fields fields) {
        var source = fields.fields("source");
        if (source == null) {
            return fields.text("content");
        }
        var content = source.text("content");
        source.ignore("type").done("a source");
        return content;
    }

    private static void dateColumn(
            Fields fields, Map<String, @Nullable Object> options, Data data) {
        var name = options.get("column");
        boolean known =
                data.columns().stream()
                        .anyMatch(c ->
                                c.name().equals(name)
                                        && c.field() != null
                                        && c.field().endsWith("DATE"));
        if (!known) {
            fields.problem("chartOptions", "Expected `column` to name a column with a date");
        }
    }

    private static Data data(Fields fields, Kind kind) {
        var type = fields.requiredText("type");
        var source = source(fields, type);
        var columns = new ArrayList<Column>();
        var written = fields.fields("columns");
        if (written == null) {
            fields.problem("columns", "must not be null");
        } else if (kind == Kind.KPI && (written.has("field") || written.has("agg"))) {
            columns.add(column("value", written, source));
        } else {
            for (var name : List.copyOf(written.node().entries().keySet())) {
                if (!COLUMN.matcher(name).matches()) {
                    written.problem(name, "Expected letters, digits and underscores");
                }
                var column = written.fields(name);
                if (column != null) {
                    columns.add(column(name, column, source));
                }
            }
            written.done("columns");
            if (columns.isEmpty()) {
                fields.problem("columns", "must not be empty");
            }
        }
        var where = fields.maps("where").stream().map(f -> filter(f, source)).toList();
        var numerator = fields.maps("numerator").stream().map(f -> filter(f, source)).toList();
        var orderBy = new ArrayList<Order>();
        for (var order : fields.maps("orderBy")) {
            var name = order.requiredText("column");
            if (columns.stream().noneMatch(c -> c.name().equals(name))) {
                order.problem("column", "There is no column `%s`".formatted(Fields.clip(name)));
            }
            orderBy.add(new Order(name, "DESC".equals(order.text("order", "ASC"))));
            order.done("an order");
        }
        if (kind == Kind.KPI && (columns.size() != 1 || columns.getFirst().aggregation() == null)) {
            fields.problem("columns", "Expected one column with `agg`");
        }
        fields.done("data");
        return new Data(source, columns, where, orderBy, numerator);
    }

    private static Source source(Fields fields, String type) {
        return switch (type.startsWith(DATA) ? type.substring(DATA.length()) : type) {
            case "Executions", "ExecutionsKPI" -> Source.EXECUTIONS;
            case "Logs", "LogsKPI" -> Source.LOGS;
            case "Metrics", "MetricsKPI" -> Source.METRICS;
            default -> {
                fields.problem(
                        "type",
                        "Expected %sExecutions, Logs or Metrics, or one of them with KPI behind, but got `%s`"
                                .formatted(DATA, Fields.clip(type)));
                yield Source.EXECUTIONS;
            }
        };
    }

    private static Column column(String name, Fields fields, Source source) {
        var field = field(fields, source);
        var aggregation = fields.choice("agg", Aggregation.class);
        var labelKey = fields.text("labelKey");
        if (field == null && aggregation != Aggregation.COUNT) {
            fields.problem("field", "must not be null");
        }
        if ("LABELS".equals(field) && labelKey == null) {
            fields.problem("labelKey", "must not be null");
        }
        fields.ignore("displayName", "graphStyle", "columnAlignment").done("a column");
        return new Column(name, field, labelKey, aggregation);
    }

    private static @Nullable String field(Fields fields, Source source) {
        var field = fields.text("field");
        if (field != null && !source.fields().contains(field)) {
            fields.problem(
                    "field",
                    "Expected one of %s but got `%s`"
                            .formatted(source.fields(), Fields.clip(field)));
        }
        return field;
    }

    private static Filter filter(Fields fields, Source source) {
        var operator = fields.choice("type", Operator.class, Operator.EQUAL_TO);
        if (operator == Operator.OR) {
            var any = fields.maps("values").stream().map(f -> filter(f, source)).toList();
            fields.text("field");
            fields.done("a filter");
            return new Filter(null, null, operator, List.of(), any);
        }
        var field = field(fields, source);
        if (field == null) {
            fields.problem("field", "must not be null");
        }
        var values = new ArrayList<String>();
        if (fields.has("value")) {
            values.add(String.valueOf(fields.tree("value")));
        }
        values.addAll(fields.texts("values"));
        boolean needsNone = operator == Operator.IS_NULL || operator == Operator.IS_NOT_NULL;
        if (values.isEmpty() && !needsNone) {
            fields.problem("value", "must not be null");
        }
        var labelKey = fields.text("labelKey");
        if ("LABELS".equals(field) && labelKey == null) {
            fields.problem("labelKey", "must not be null");
        }
        fields.done("a filter");
        return new Filter(field, labelKey, operator, values, List.of());
    }
}
