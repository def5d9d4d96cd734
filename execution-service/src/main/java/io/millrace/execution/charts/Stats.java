// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.charts;

import io.millrace.engine.History;
import io.millrace.engine.State;
import io.millrace.execution.Reads;
import io.millrace.execution.lane.ExecutionColumns;
import io.millrace.execution.search.ExecutionFilter;
import io.millrace.platform.access.Access;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Permission;
import io.millrace.platform.problem.ServiceException;
import java.time.Clock;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.stereotype.Service;

/// Counts what the caller may see over time, in bars whose length follows from the period: a minute
/// for up to 6 hours, an hour for a day, a day for half a year, a week for a year, else a month.
/// Bars in which nothing happened are there, too.
@Service
class Stats {
    private static final Duration DEFAULT_PERIOD = Duration.ofDays(30);
    private static final int MOST_BARS = 1_000;
    private static final int MOST_TASK_RUNS = 200_000;
    private static final List<String> LEVELS = List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR");

    private final Reads reads;
    private final Access access;
    private final Clock clock;

    Stats(Reads reads, Access access, Clock clock) {
        this.reads = reads;
        this.access = access;
        this.clock = clock;
    }

    /// How long what has ended took.
    ///
    /// @param count of those that have ended
    record Durations(Duration min, Duration avg, Duration max, Duration sum, long count) {}

    /// @param executionCounts of each state, 0 where there is none
    /// @param groupBy how long the bar is: `MINUTE`, `HOUR`, `DAY`, `WEEK`, `MONTH`
    record ExecutionBucket(
            Instant startDate,
            Durations duration,
            Map<String, Long> executionCounts,
            String groupBy) {}

    record LogBucket(Instant timestamp, Map<String, Long> counts, String groupBy) {}

    record CountsOfNamespace(Map<String, Long> counts, long total) {}

    /// The bars of a period.
    private record Axis(Instant from, Instant to, ChronoUnit unit) {

        static Axis of(StatsController.Request request, Clock clock) {
            var to = request.endDate() == null ? clock.instant() : request.endDate().toInstant();
            var from =
                    request.startDate() == null
                            ? to.minus(DEFAULT_PERIOD)
                            : request.startDate().toInstant();
            if (from.isAfter(to)) {
                throw new ServiceException.Invalid(
                        "startDate", "Illegal argument: Start date must be before End Date");
            }
            var span = Duration.between(from, to);
            var unit =
                    span.compareTo(Duration.ofDays(365)) > 0
                            ? ChronoUnit.MONTHS
                            : span.compareTo(Duration.ofDays(180)) > 0
                                    ? ChronoUnit.WEEKS
                                    : span.compareTo(Duration.ofDays(1)) > 0
                                            ? ChronoUnit.DAYS
                                            : span.compareTo(Duration.ofHours(6)) > 0
                                                    ? ChronoUnit.HOURS
                                                    : ChronoUnit.MINUTES;
            if (span.toDays() / 30 > MOST_BARS) {
                throw new ServiceException.Invalid(
                        "startDate", "Expected a period of at most %d months".formatted(MOST_BARS));
            }
            return new Axis(from, to, unit);
        }

        /// Name of the unit, in SQL and for users.
        String name() {
            var name = unit.name();
            return name.substring(0, name.length() - 1);
        }

        /// The bar of a date, in SQL. Bins are much cheaper than calendars, and weeks begin on
        /// Mondays, as the first day of 2001 was; months alone differ in length.
        String barOf(String date) {
            return unit == ChronoUnit.MONTHS
                    ? "date_trunc('month', " + date + ", 'UTC')"
                    : "date_bin('1 %s', %s, timestamptz '2001-01-01 00:00:00+00')"
                            .formatted(name().toLowerCase(Locale.ROOT), date);
        }

        Instant barOf(Instant at) {
            var time = at.atZone(ZoneOffset.UTC);
            var start =
                    switch (unit) {
                        case MONTHS -> time.truncatedTo(ChronoUnit.DAYS).withDayOfMonth(1);
                        case WEEKS ->
                                time.truncatedTo(ChronoUnit.DAYS)
                                        .with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
                        default -> time.truncatedTo(unit);
                    };
            return start.toInstant();
        }

        List<Instant> bars() {
            var bars = new ArrayList<Instant>();
            for (ZonedDateTime at = barOf(from).atZone(ZoneOffset.UTC);
                    !at.toInstant().isAfter(to);
                    at = at.plus(1, unit)) {
                bars.add(at.toInstant());
            }
            return bars;
        }
    }

    /// What is counted in one bar.
    private static final class Bar {
        private final Map<String, Long> counts = new TreeMap<>();
        private double min = Double.MAX_VALUE;
        private double max;
        private double sum;
        private long count;

        void add(String state, long number) {
            counts.merge(state, number, Long::sum);
        }

        /// How long some took that have ended.
        void addDurations(long number, double least, double most, double seconds) {
            count += number;
            min = Math.min(min, least);
            max = Math.max(max, most);
            sum += seconds;
        }

        ExecutionBucket at(Instant start, String unit) {
            return new ExecutionBucket(
                    start,
                    new Durations(
                            seconds(count == 0 ? 0 : min),
                            seconds(count == 0 ? 0 : sum / count),
                            seconds(max),
                            seconds(sum),
                            count),
                    withAllStates(counts),
                    unit);
        }

        private static Duration seconds(double seconds) {
            return Duration.ofMillis(Math.round(seconds * 1_000));
        }
    }

    private static Map<String, Long> withAllStates(Map<String, Long> counts) {
        var all = new LinkedHashMap<String, Long>();
        for (var state : State.values()) {
            all.put(state.name(), counts.getOrDefault(state.name(), 0L));
        }
        return all;
    }

    List<ExecutionBucket> executions(StatsController.Request request) {
        var axis = Axis.of(request, clock);
        var bars = new HashMap<Instant, Bar>();
        grouped(
                request,
                axis,
                "'' as namespace, '' as flow_id",
                (_, _, at) -> bars.computeIfAbsent(at, _ -> new Bar()));
        return buckets(axis, bars);
    }

    Map<String, Map<String, List<ExecutionBucket>>> byFlow(StatsController.Request request) {
        var axis = Axis.of(request, clock);
        boolean namespaces = Boolean.TRUE.equals(request.namespaceOnly());
        var bars = new TreeMap<String, Map<String, Map<Instant, Bar>>>();
        grouped(
                request,
                axis,
                namespaces ? "e.namespace, '*' as flow_id" : "e.namespace, e.flow_id",
                (namespace, flow, at) ->
                        bars.computeIfAbsent(namespace, _ -> new TreeMap<>())
                                .computeIfAbsent(flow, _ -> new HashMap<>())
                                .computeIfAbsent(at, _ -> new Bar()));
        var result = new LinkedHashMap<String, Map<String, List<ExecutionBucket>>>();
        bars.forEach((namespace, flows) -> {
            var ofFlows = new LinkedHashMap<String, List<ExecutionBucket>>();
            flows.forEach((flow, own) -> ofFlows.put(flow, buckets(axis, own)));
            result.put(namespace, ofFlows);
        });
        return result;
    }

    Map<String, CountsOfNamespace> byNamespace(StatsController.Request request) {
        var axis = Axis.of(request, clock);
        var where = where(request, axis);
        var counts = new TreeMap<String, Map<String, Long>>();
        inTime(() ->
                reads.jdbc()
                        .sql(
                                "select e.namespace, e.state, count(*) as number"
                                        + " from executions e where "
                                        + where.sql()
                                        + " group by 1, 2")
                        .params(where.parameters())
                        .query((row, _) -> {
                            counts.computeIfAbsent(row.getString("namespace"), _ -> new TreeMap<>())
                                    .put(row.getString("state"), row.getLong("number"));
                            return true;
                        })
                        .list());
        var result = new LinkedHashMap<String, CountsOfNamespace>();
        counts.forEach((namespace, own) ->
                result.put(
                        namespace,
                        new CountsOfNamespace(
                                withAllStates(own),
                                own.values().stream().mapToLong(Long::longValue).sum())));
        return result;
    }

    private interface Bars {
        Bar of(String namespace, String flow, Instant at);
    }

    private void grouped(StatsController.Request request, Axis axis, String groups, Bars bars) {
        var where = where(request, axis);
        var sql =
                """
                select %s, %s as bar, e.state,
                       count(*) as number, count(d.seconds) as ended, min(d.seconds) as least,
                       max(d.seconds) as most, sum(d.seconds) as seconds
                  from executions e cross join lateral (
                    select date_part('epoch', e.ended_at - e.created_at) as seconds) d
                 where %s group by 1, 2, 3, 4
                """
                        .formatted(groups, axis.barOf("e.created_at"), where.sql());
        inTime(() ->
                reads.jdbc()
                        .sql(sql)
                        .params(where.parameters())
                        .query((row, _) -> {
                            var bar =
                                    bars.of(
                                            row.getString("namespace"),
                                            row.getString("flow_id"),
                                            ExecutionColumns.instantOf(row, "bar"));
                            bar.add(row.getString("state"), row.getLong("number"));
                            if (row.getLong("ended") > 0) {
                                bar.addDurations(
                                        row.getLong("ended"),
                                        row.getDouble("least"),
                                        row.getDouble("most"),
                                        row.getDouble("seconds"));
                            }
                            return true;
                        })
                        .list());
    }

    private static List<ExecutionBucket> buckets(Axis axis, Map<Instant, Bar> bars) {
        return axis.bars().stream()
                .map(at -> bars.getOrDefault(at, new Bar()).at(at, axis.name()))
                .toList();
    }

    /// By the time at which a task run was created.
    List<ExecutionBucket> taskRuns(StatsController.Request request) {
        var axis = Axis.of(request, clock);
        var where = where(withoutState(request), axis);
        var states = states(request);
        var sql =
                """
                select r.state, r.history from executions e
                  join task_runs r on r.execution_id = e.id
                 where %s and (cardinality(:runStates::text[]) = 0 or r.state = any(:runStates))
                 limit %d
                """
                        .formatted(where.sql(), MOST_TASK_RUNS + 1);
        var bars = new HashMap<Instant, Bar>();
        var counted =
                inTime(() ->
                                reads.jdbc()
                                        .sql(sql)
                                        .params(where.parameters())
                                        .param("runStates", states)
                                        .query((row, _) -> {
                                            var history = History.parse(row.getString("history"));
                                            var bar =
                                                    bars.computeIfAbsent(
                                                            axis.barOf(history.startedAt()),
                                                            _ -> new Bar());
                                            bar.add(row.getString("state"), 1);
                                            if (history.current().isTerminal()) {
                                                double seconds =
                                                        Duration.between(
                                                                                history.startedAt(),
                                                                                history.changedAt())
                                                                        .toMillis()
                                                                / 1_000.0;
                                                bar.addDurations(1, seconds, seconds, seconds);
                                            }
                                            return true;
                                        })
                                        .list())
                        .size();
        if (counted > MOST_TASK_RUNS) {
            throw new ServiceException.Refused(
                    "There are more than %d task runs: ask for a shorter time"
                            .formatted(MOST_TASK_RUNS));
        }
        return buckets(axis, bars);
    }

    private static String[] states(StatsController.Request request) {
        var states = request.state() == null ? List.<String>of() : request.state();
        for (var state : states) {
            if (Arrays.stream(State.values()).noneMatch(s -> s.name().equals(state))) {
                throw new ServiceException.Invalid("state", "Illegal argument: no state " + state);
            }
        }
        return states.toArray(String[]::new);
    }

    private static StatsController.Request withoutState(StatsController.Request request) {
        return new StatsController.Request(
                request.q(),
                request.scope(),
                request.namespace(),
                request.flowId(),
                request.startDate(),
                request.endDate(),
                null,
                request.flows(),
                request.namespaceOnly(),
                request.logLevel());
    }

    List<LogBucket> logs(StatsController.Request request) {
        var axis = Axis.of(request, clock);
        var conditions =
                new ArrayList<>(
                        List.of(
                                "l.tenant = :tenant",
                                "l.at >= :from",
                                "l.at <= :to",
                                "l.level >= :level"));
        var values = new HashMap<String, Object>();
        values.put("tenant", Caller.current().tenant());
        values.put("from", axis.from().atOffset(ZoneOffset.UTC));
        values.put("to", axis.to().atOffset(ZoneOffset.UTC));
        values.put("level", level(request.logLevel()));
        var scope = access.scope(Permission.LOG_READ);
        if (!scope.all()) {
            conditions.add("l.namespace || '.' like any (:scope)");
            values.put("scope", scope.likePatterns());
        }
        if (isGiven(request.namespace())) {
            conditions.add("(l.namespace = :within or starts_with(l.namespace, :within || '.'))");
            values.put("within", request.namespace());
        }
        if (isGiven(request.flowId())) {
            conditions.add("l.flow_id = :flow");
            values.put("flow", request.flowId());
        }
        if (isGiven(request.q())) {
            conditions.add("position(lower(:query) in lower(l.message)) > 0");
            values.put("query", request.q());
        }
        var bars = new HashMap<Instant, Map<String, Long>>();
        inTime(() ->
                reads.jdbc()
                        .sql(
                                "select "
                                        + axis.barOf("l.at")
                                        + " as bar, l.level, count(*) as number from logs l where "
                                        + String.join(" and ", conditions)
                                        + " group by 1, 2")
                        .params(values)
                        .query((row, _) -> {
                            bars.computeIfAbsent(
                                            ExecutionColumns.instantOf(row, "bar"),
                                            _ -> new HashMap<>())
                                    .put(LEVELS.get(row.getInt("level")), row.getLong("number"));
                            return true;
                        })
                        .list());
        return axis.bars().stream()
                .map(at -> {
                    var counts = new LinkedHashMap<String, Long>();
                    var own = bars.getOrDefault(at, Map.of());
                    LEVELS.forEach(level -> counts.put(level, own.getOrDefault(level, 0L)));
                    return new LogBucket(at, counts, axis.name());
                })
                .toList();
    }

    private static int level(@Nullable String name) {
        int level = name == null ? 0 : LEVELS.indexOf(name.toUpperCase(Locale.ROOT));
        if (level < 0) {
            throw new ServiceException.Invalid(
                    "logLevel", "Illegal argument: expected one of %s".formatted(LEVELS));
        }
        return level;
    }

    private static boolean isGiven(@Nullable String text) {
        return text != null && !text.isEmpty();
    }

    private ExecutionFilter.Where where(StatsController.Request request, Axis axis) {
        var parameters = new HashMap<String, String[]>();
        put(parameters, "q", request.q());
        put(parameters, "namespace", request.namespace());
        put(parameters, "flowId", request.flowId());
        if (request.scope() != null && !request.scope().isEmpty()) {
            parameters.put("scope", request.scope().toArray(String[]::new));
        }
        if (request.state() != null && !request.state().isEmpty()) {
            parameters.put("state", request.state().toArray(String[]::new));
        }
        var filter = ExecutionFilter.of(parameters, clock);
        filter.between(axis.from(), axis.to());
        var where =
                filter.where(Caller.current().tenant(), access.scope(Permission.EXECUTION_READ));
        var flows = request.flows();
        if (flows == null || flows.isEmpty()) {
            return where;
        }
        var values = new HashMap<>(where.parameters());
        values.put("flowNamespaces", flows.stream().map(f -> f.namespace()).toArray(String[]::new));
        values.put("flowIds", flows.stream().map(f -> f.id()).toArray(String[]::new));
        return new ExecutionFilter.Where(
                where.sql()
                        + " and (e.namespace, e.flow_id) in (select * from"
                        + " unnest(:flowNamespaces::text[], :flowIds::text[]))",
                values);
    }

    private static void put(Map<String, String[]> parameters, String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            parameters.put(name, new String[] {value});
        }
    }

    private static <T> T inTime(Supplier<T> query) {
        try {
            return query.get();
        } catch (QueryTimeoutException _) {
            throw new ServiceException.Refused(
                    "This takes too long to count: ask for a shorter time");
        }
    }
}
