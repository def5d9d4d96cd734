// SPDX-License-Identifier: Apache-2.0
package io.millrace.model;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Charts over what executions left behind.
///
/// @param id absent: the store gives one
public record Dashboard(
        @Nullable String id,
        String title,
        @Nullable String description,
        TimeWindow timeWindow,
        List<Chart> charts) {
    public Dashboard {
        charts = List.copyOf(charts);
    }

    public Optional<Chart> chart(String chartId) {
        return charts.stream().filter(c -> c.id().equals(chartId)).findFirst();
    }

    /// @param initial what is shown unless something else is asked for
    /// @param most the longest that may be asked for
    public record TimeWindow(Duration initial, Duration most) {
        public static final TimeWindow DEFAULT =
                new TimeWindow(Duration.ofDays(30), Duration.ofDays(366));
    }

    /// @param options how it is drawn, as it is written
    /// @param data absent in texts
    /// @param content of a text
    public record Chart(
            String id,
            String type,
            Map<String, @Nullable Object> options,
            @Nullable Data data,
            @Nullable String content) {

        public Kind kind() {
            return Kind.of(type).orElse(Kind.TABLE);
        }
    }

    /// How data is drawn.
    public enum Kind {
        TIME_SERIES("TimeSeries"),
        BAR("Bar"),
        PIE("Pie"),
        TABLE("Table"),
        KPI("KPI"),
        MARKDOWN("Markdown");

        private static final String PREFIX = "io.kestra.plugin.core.dashboard.chart.";
        private final String type;

        Kind(String name) {
            this.type = PREFIX + name;
        }

        public String type() {
            return type;
        }

        public static Optional<Kind> of(String type) {
            for (var kind : values()) {
                if (kind.type.equals(type)) {
                    return Optional.of(kind);
                }
            }
            return Optional.empty();
        }
    }

    /// What is looked at.
    public enum Source {
        EXECUTIONS(
                "START_DATE",
                "ID",
                "NAMESPACE",
                "FLOW_ID",
                "FLOW_REVISION",
                "STATE",
                "DURATION",
                "LABELS",
                "START_DATE",
                "END_DATE",
                "TRIGGER_EXECUTION_ID"),
        LOGS(
                "DATE",
                "DATE",
                "NAMESPACE",
                "FLOW_ID",
                "EXECUTION_ID",
                "TASK_ID",
                "TASK_RUN_ID",
                "ATTEMPT_NUMBER",
                "LEVEL",
                "MESSAGE"),
        METRICS(
                "DATE",
                "DATE",
                "NAMESPACE",
                "FLOW_ID",
                "EXECUTION_ID",
                "TASK_ID",
                "TASK_RUN_ID",
                "TYPE",
                "NAME",
                "VALUE");

        private final String time;

        /// With a space between.
        private final String fields;

        Source(String time, String... fields) {
            this.time = time;
            this.fields = String.join(" ", fields);
        }

        /// The field by which a time window is meant.
        public String time() {
            return time;
        }

        public List<String> fields() {
            return List.of(fields.split(" "));
        }
    }

    /// @param numerator of a KPI: what is divided by all
    public record Data(
            Source source,
            List<Column> columns,
            List<Filter> where,
            List<Order> orderBy,
            List<Filter> numerator) {
        public Data {
            columns = List.copyOf(columns);
            where = List.copyOf(where);
            orderBy = List.copyOf(orderBy);
            numerator = List.copyOf(numerator);
        }
    }

    /// @param field absent where rows are counted
    /// @param labelKey which label
    /// @param aggregation absent: what the others are grouped by
    public record Column(
            String name,
            @Nullable String field,
            @Nullable String labelKey,
            @Nullable Aggregation aggregation) {}

    public enum Aggregation {
        AVG,
        COUNT,
        MAX,
        MIN,
        SUM
    }

    public record Order(String column, boolean descending) {}

    /// @param values one, or several where the operator takes a list
    /// @param any of `OR`: one of which must hold
    public record Filter(
            @Nullable String field,
            @Nullable String labelKey,
            Operator operator,
            List<String> values,
            List<Filter> any) {
        public Filter {
            values = List.copyOf(values);
            any = List.copyOf(any);
        }
    }

    public enum Operator {
        EQUAL_TO,
        NOT_EQUAL_TO,
        IN,
        NOT_IN,
        CONTAINS,
        STARTS_WITH,
        ENDS_WITH,
        REGEX,
        GREATER_THAN,
        GREATER_THAN_OR_EQUAL_TO,
        LESS_THAN,
        LESS_THAN_OR_EQUAL_TO,
        IS_NULL,
        IS_NOT_NULL,
        OR
    }
}
