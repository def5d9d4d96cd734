// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.flowtrigger;

import io.millrace.expressions.Expressions;
import io.millrace.expressions.Truthiness;
import io.millrace.model.Durations;
import io.millrace.model.Trigger;
import io.millrace.scheduler.condition.Condition;
import io.millrace.scheduler.condition.Conditions;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Reads triggers of type Flow, of all generations: `conditions` with `MultipleCondition`,
/// `preconditions`, and `dependsOn` with `window`.
@Component
public class FlowTriggers {
    private static final Set<String> DEFAULT_STATES =
            Set.of("SUCCESS", "WARNING", "FAILED", "KILLED", "CANCELLED", "SKIPPED", "PAUSED");
    private static final String CONDITION = "io.kestra.plugin.core.condition.";
    private static final String MULTIPLE = CONDITION + "MultipleCondition";
    private static final Duration DAY = Duration.ofDays(1);
    private static final Pattern OFFSET = Pattern.compile("([+-](0\\d|1[0-8]):[0-5]\\d|Z)$");

    private final Expressions expressions;
    private final Conditions conditions;

    public FlowTriggers(Expressions expressions, Conditions conditions) {
        this.expressions = expressions;
        this.conditions = conditions;
    }

    private enum Mode {
        ALL,
        ANY,
        AT_LEAST
    }

    private enum WindowType {
        DURATION_WINDOW,
        SLIDING_WINDOW,
        DAILY_TIME_DEADLINE,
        DAILY_TIME_WINDOW
    }

    /// @throws IllegalArgumentException if it can't be understood
    public FlowTrigger read(Trigger trigger) {
        var properties = trigger.properties();
        var plain = new ArrayList<Map<String, @Nullable Object>>();
        var preconditions = new ArrayList<Precondition>();
        var upstreams = new LinkedHashSet<Upstream>();
        for (var condition : trigger.conditions()) {
            if (MULTIPLE.equals(condition.get("type"))) {
                preconditions.add(multiple(condition, upstreams));
            } else {
                plain.add(condition);
            }
        }
        if (properties.get("preconditions") instanceof Map<?, ?> written) {
            preconditions.add(preconditions(written, upstreams));
        }
        if (properties.get("dependsOn") instanceof Collection<?> written && !written.isEmpty()) {
            preconditions.add(dependsOn(written, properties, upstreams));
        }
        if (trigger.when() != null) {
            plain.add(Conditions.expression(trigger.when()));
        }
        if (preconditions.isEmpty()) {
            upstreams.add(narrowest(plain));
        }
        return new FlowTrigger(
                states(properties.get("states")),
                conditions.all(plain),
                preconditions,
                upstreams,
                looksInside(trigger),
                onMiss(properties, preconditions));
    }

    private static FlowTrigger.@Nullable Miss onMiss(
            Map<String, ?> properties, List<Precondition> preconditions) {
        var window = properties.get("window") instanceof Map<?, ?> map ? map : Map.of();
        var written = properties.getOrDefault("onMiss", null);
        var onMiss = written == null ? window.get("onMiss") : written;
        if (onMiss == null) {
            return null;
        }
        var map = onMiss instanceof Map<?, ?> some ? some : Map.of("behavior", onMiss);
        if (!"FAIL".equals(map.get("behavior"))) {
            throw new IllegalArgumentException(
                    "onMiss: expected the behavior FAIL but got " + map.get("behavior"));
        }
        if (preconditions.size() != 1
                || !(preconditions.getFirst().window() instanceof TimeWindow.Daily daily)) {
            throw new IllegalArgumentException(
                    "onMiss: expected a window with a deadline, or from and to");
        }
        var labels = new TreeMap<String, String>();
        labels(map.get("labels"), labels);
        return new FlowTrigger.Miss(daily, labels);
    }

    private boolean looksInside(Trigger trigger) {
        var written = new ArrayList<@Nullable Object>();
        written.add(trigger.conditions());
        written.add(trigger.properties());
        written.add(trigger.inputs());
        written.add(trigger.labels());
        written.add(trigger.when());
        var reads = expressions.compileTree(written).reads();
        return reads.touches("outputs")
                || reads.touches("inputs")
                || reads.touches("vars")
                || String.valueOf(trigger.conditions()).contains("HasRetryAttempt");
    }

    private static Set<String> states(@Nullable Object written) {
        if (!(written instanceof Collection<?> list) || list.isEmpty()) {
            return DEFAULT_STATES;
        }
        var states = new TreeSet<String>();
        list.forEach(state -> states.add(String.valueOf(state)));
        return states;
    }

    // ---- MultipleCondition

    private Precondition multiple(Map<String, ?> written, Set<Upstream> upstreams) {
        var named = new LinkedHashMap<String, Condition>();
        if (!(written.get("conditions") instanceof Map<?, ?> all) || all.isEmpty()) {
            throw new IllegalArgumentException("MultipleCondition: conditions must not be empty");
        }
        all.forEach((name, condition) -> {
            var map = map(condition);
            named.put(String.valueOf(name), conditions.read(map));
            upstreams.add(narrowest(List.of(map)));
        });
        var window =
                written.get("timeWindow") instanceof Map<?, ?> timeWindow
                        ? window(timeWindow)
                        : window(written);
        return new Precondition(
                "multiple:" + written.get("id"),
                window,
                named,
                named.size(),
                flag(written.get("resetOnSuccess"), true));
    }

    // ---- preconditions

    private Precondition preconditions(Map<?, ?> written, Set<Upstream> upstreams) {
        var named = new LinkedHashMap<String, Condition>();
        for (Map<String, @Nullable Object> flow : maps(written.get("flows"))) {
            upstreams.add(upstream(flow.get("namespace"), flow.get("flowId")));
            named.put(nameOf(flow), dependency(flow));
        }
        for (Map<String, @Nullable Object> where : maps(written.get("where"))) {
            var filters = maps(where.get("filters"));
            var read = filters.stream().map(f -> Filters.read(expressions, f)).toList();
            boolean any = "OR".equalsIgnoreCase(String.valueOf(where.get("operand")));
            upstreams.add(any ? Upstream.ALL : narrowestOf(filters));
            named.put(
                    "where:" + where.get("id"),
                    context ->
                            any
                                    ? read.stream().anyMatch(f -> f.holds(context))
                                    : read.stream().allMatch(f -> f.holds(context)));
        }
        if (named.isEmpty()) {
            throw new IllegalArgumentException("preconditions: expected flows or where");
        }
        return new Precondition(
                "preconditions:" + written.get("id"),
                written.get("timeWindow") instanceof Map<?, ?> window
                        ? window(window)
                        : window(Map.of()),
                named,
                named.size(),
                flag(written.get("resetOnSuccess"), true));
    }

    private static Upstream narrowestOf(List<Map<String, @Nullable Object>> filters) {
        Object namespace = null;
        Object flowId = null;
        for (Map<String, @Nullable Object> filter : filters) {
            if ("EQUAL_TO".equals(filter.get("type"))) {
                switch (String.valueOf(filter.get("field"))) {
                    case "NAMESPACE" -> namespace = filter.get("value");
                    case "FLOW_ID" -> flowId = filter.get("value");
                    default -> {}
                }
            }
        }
        return upstream(namespace, flowId);
    }

    // ---- dependsOn

    private Precondition dependsOn(
            Collection<?> written, Map<String, ?> properties, Set<Upstream> upstreams) {
        var named = new LinkedHashMap<String, Condition>();
        for (Map<String, @Nullable Object> flow : maps(written)) {
            upstreams.add(upstream(flow.get("namespace"), flow.get("flowId")));
            named.put(nameOf(flow), dependency(flow));
        }
        var mode =
                properties.get("mode") == null
                        ? Mode.ALL
                        : Filters.constant(Mode.class, "mode", properties.get("mode"));
        int needed =
                switch (mode) {
                    case ALL -> named.size();
                    case ANY -> 1;
                    case AT_LEAST -> Math.min(named.size(), number(properties.get("minSatisfied")));
                };
        if (!(properties.get("window") instanceof Map<?, ?> window)) {
            return new Precondition("dependsOn", window(Map.of()), named, needed, true);
        }
        return new Precondition(
                "dependsOn",
                newerWindow(window),
                named,
                needed,
                flag(window.get("fireOnce"), false));
    }

    private static int number(@Nullable Object written) {
        try {
            int number = Integer.parseInt(String.valueOf(written));
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException _) {
            // told below
        }
        throw new IllegalArgumentException(
                "minSatisfied: expected a positive number but got " + written);
    }

    /// The condition that an execution is of a flow, in a state, with labels.
    private Condition dependency(Map<String, @Nullable Object> flow) {
        var namespace = flow.get("namespace");
        var flowId = flow.get("flowId");
        var states = new TreeSet<String>();
        if (flow.get("states") instanceof Collection<?> list) {
            list.forEach(state -> states.add(String.valueOf(state)));
        }
        var labels = new TreeMap<String, String>();
        labels(flow.get("labels"), labels);
        var when =
                flow.get("when") == null
                        ? null
                        : expressions.compile(String.valueOf(flow.get("when")));
        return context -> {
            var execution = context.execution();
            if (execution == null) {
                return false;
            }
            var seen = execution.labels();
            return (namespace == null || namespace.equals(execution.namespace()))
                    && (flowId == null || flowId.equals(execution.flowId()))
                    && (states.isEmpty() || states.contains(String.valueOf(execution.state())))
                    && (labels.isEmpty()
                            || (seen != null && seen.entrySet().containsAll(labels.entrySet())))
                    && (when == null || Truthiness.isTruthy(when.render(context.seen())));
        };
    }

    private static void labels(@Nullable Object written, Map<String, String> labels) {
        if (written instanceof Map<?, ?> map) {
            map.forEach((key, value) -> labels.put(String.valueOf(key), String.valueOf(value)));
        } else {
            for (var label : maps(written)) {
                labels.put(String.valueOf(label.get("key")), String.valueOf(label.get("value")));
            }
        }
    }

    private static String nameOf(Map<String, @Nullable Object> flow) {
        return "flow:" + new TreeMap<>(flow);
    }

    // ---- windows

    private static TimeWindow window(Map<?, ?> window) {
        var type =
                window.get("type") == null || MULTIPLE.equals(window.get("type"))
                        ? WindowType.DURATION_WINDOW
                        : Filters.constant(WindowType.class, "type", window.get("type"));
        var zone = zone(window, "deadline", "startTime");
        return switch (type) {
            case DURATION_WINDOW ->
                    new TimeWindow.Fixed(
                            positive(window, "window"),
                            duration(window, "windowAdvance", Duration.ZERO),
                            zone);
            case SLIDING_WINDOW -> new TimeWindow.Sliding(positive(window, "window"));
            case DAILY_TIME_DEADLINE ->
                    new TimeWindow.Daily(LocalTime.MIDNIGHT, time(window, "deadline"), zone);
            case DAILY_TIME_WINDOW ->
                    new TimeWindow.Daily(time(window, "startTime"), time(window, "endTime"), zone);
        };
    }

    private static TimeWindow newerWindow(Map<?, ?> window) {
        var zone = zone(window, "deadline", "from");
        if (window.get("deadline") != null) {
            return new TimeWindow.Daily(LocalTime.MIDNIGHT, time(window, "deadline"), zone);
        }
        if (window.get("from") != null && window.get("to") != null) {
            return new TimeWindow.Daily(time(window, "from"), time(window, "to"), zone);
        }
        if (window.get("lookback") != null) {
            return new TimeWindow.Sliding(positive(window, "lookback"));
        }
        return new TimeWindow.Fixed(
                positive(window, "every"), duration(window, "offset", Duration.ZERO), zone);
    }

    /// That of the window; else the offset with which the first of these times is written.
    private static ZoneId zone(Map<?, ?> window, String... times) {
        var written = window.get("timezone");
        if (written == null) {
            return Arrays.stream(times)
                    .map(time -> OFFSET.matcher(String.valueOf(window.get(time))))
                    .filter(Matcher::find)
                    .findFirst()
                    .<ZoneId>map(offset -> ZoneOffset.of(offset.group()))
                    .orElse(ZoneOffset.UTC);
        }
        try {
            return ZoneId.of(String.valueOf(written));
        } catch (DateTimeException _) {
            throw new IllegalArgumentException("timezone: unknown time zone " + written);
        }
    }

    private static LocalTime time(Map<?, ?> window, String name) {
        var written = window.get(name);
        try {
            // YAML 1.1 reads 09:00:00 as a number of base 60
            return written instanceof Number seconds
                    ? LocalTime.ofSecondOfDay(seconds.longValue())
                    : LocalTime.parse(OFFSET.matcher(String.valueOf(written)).replaceFirst(""));
        } catch (DateTimeException _) {
            throw new IllegalArgumentException(
                    "%s: expected a time such as 09:00:00 but got %s".formatted(name, written));
        }
    }

    private static Duration positive(Map<?, ?> window, String name) {
        var duration = duration(window, name, DAY);
        if (duration.toMillis() <= 0) {
            throw new IllegalArgumentException(name + ": expected a duration above zero");
        }
        return duration;
    }

    private static Duration duration(Map<?, ?> window, String name, Duration otherwise) {
        var written = window.get(name);
        try {
            return written == null ? otherwise : Durations.parse(String.valueOf(written));
        } catch (DateTimeException _) {
            throw new IllegalArgumentException(
                    "%s: expected a duration such as PT1H, of at most 36500 days, but got %s"
                            .formatted(name, written));
        }
    }

    // ---- which flows

    /// All of the conditions hold only for executions of these.
    private static Upstream narrowest(List<? extends Map<String, ?>> all) {
        var narrowest = Upstream.ALL;
        for (var condition : all) {
            var type = String.valueOf(condition.get("type"));
            if (type.equals(CONDITION + "ExecutionFlow")
                    || type.equals(CONDITION + "ExecutionFlowCondition")) {
                return upstream(condition.get("namespace"), condition.get("flowId"));
            }
            boolean exact =
                    condition.get("comparison") == null
                            ? !flag(condition.get("prefix"), false)
                            : "EQUALS".equals(String.valueOf(condition.get("comparison")));
            if (exact
                    && (type.equals(CONDITION + "ExecutionNamespace")
                            || type.equals(CONDITION + "ExecutionNamespaceCondition"))) {
                narrowest = upstream(condition.get("namespace"), null);
            }
        }
        return narrowest;
    }

    private static Upstream upstream(@Nullable Object namespace, @Nullable Object flowId) {
        if (!isLiteral(namespace)) {
            return Upstream.ALL;
        }
        return new Upstream(
                String.valueOf(namespace),
                isLiteral(flowId) ? String.valueOf(flowId) : Upstream.ANY);
    }

    private static boolean isLiteral(@Nullable Object written) {
        return written != null && !String.valueOf(written).contains("{");
    }

    private static boolean flag(@Nullable Object written, boolean otherwise) {
        return written == null ? otherwise : Boolean.parseBoolean(String.valueOf(written));
    }

    private static List<Map<String, @Nullable Object>> maps(@Nullable Object written) {
        return written instanceof Collection<?> list
                ? list.stream().map(FlowTriggers::map).toList()
                : List.of();
    }

    private static Map<String, @Nullable Object> map(@Nullable Object written) {
        if (!(written instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException("Expected a map but got " + written);
        }
        var copy = new LinkedHashMap<String, @Nullable Object>();
        map.forEach((key, value) -> copy.put(String.valueOf(key), value));
        return copy;
    }
}
