// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import io.millrace.model.TaskTypes;
import io.millrace.model.cron.CronExpression;
import io.millrace.model.cron.CronSyntaxException;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What must hold of the properties of the core triggers.
final class TriggerRules {
    private static final List<String> WINDOW_PROPERTIES =
            List.of("deadline", "startTime", "endTime", "window", "windowAdvance");
    private static final Map<String, String> WINDOW_NAMES =
            Map.of(
                    "deadline", "a deadline",
                    "startTime", "a start time",
                    "endTime", "an end time",
                    "window", "a window",
                    "windowAdvance", "a window advance");
    private static final Map<String, Set<String>> ALLOWED_IN_WINDOW =
            Map.of(
                    "DURATION_WINDOW", Set.of("window", "windowAdvance"),
                    "SLIDING_WINDOW", Set.of("window"),
                    "DAILY_TIME_DEADLINE", Set.of("deadline"),
                    "DAILY_TIME_WINDOW", Set.of("startTime", "endTime"));
    private static final Map<String, String> WINDOW_PARTS =
            Map.of(
                    "deadline", "a deadline",
                    "from", "a from time",
                    "to", "a to time",
                    "every", "an every duration",
                    "offset", "an offset",
                    "lookback", "a lookback duration");

    /// Of executions, by their old names, too.
    private static final Set<String> STATES =
            Set.of(
                    "CREATED",
                    "SUBMITTED",
                    "RESUBMITTED",
                    "RUNNING",
                    "PAUSED",
                    "RESTARTED",
                    "KILLING",
                    "SUCCESS",
                    "WARNING",
                    "FAILED",
                    "KILLED",
                    "CANCELLED",
                    "CANCELED",
                    "QUEUED",
                    "RETRYING",
                    "RETRIED",
                    "SKIPPED",
                    "BREAKPOINT");

    private static final List<String> FIELDS =
            List.of("FLOW_ID", "NAMESPACE", "STATE", "EXPRESSION");
    private static final List<String> OPERANDS = List.of("AND", "OR");

    private static final Set<String> LISTS = Set.of("IN", "NOT_IN");

    /// An expression is their value; other fields have none of their own to compare with.
    private static final Set<String> VALUE_OR_NOTHING = Set.of("IS_NULL", "IS_NOT_NULL");

    private static final Set<String> WITH_VALUE =
            Set.of(
                    "EQUAL_TO",
                    "NOT_EQUAL_TO",
                    "IS_TRUE",
                    "IS_FALSE",
                    "STARTS_WITH",
                    "ENDS_WITH",
                    "REGEX",
                    "CONTAINS");

    private static final String MULTIPLE = TaskTypes.CORE + "condition.MultipleCondition";

    /// What becomes of dates that passed while nobody looked.
    private enum Recovery {
        ALL,
        LAST,
        NONE
    }

    /// How many of the executions that a trigger waits for have to be there.
    private enum Mode {
        ALL,
        ANY,
        AT_LEAST
    }

    private TriggerRules() {}

    static void check(String type, Fields fields) {
        switch (type) {
            case TaskTypes.CORE + "trigger.Schedule" -> schedule(fields);
            case TaskTypes.CORE + "trigger.ScheduleOnDates" -> {
                interval(fields);
                zone(fields);
                fields.choice("recoverMissedSchedules", Recovery.class);
            }
            case TaskTypes.CORE + "trigger.Flow" -> flow(fields);
            case TaskTypes.CORE + "trigger.Webhook" -> webhook(fields);
            case MULTIPLE -> timeWindow(fields.fields("timeWindow"));
            default -> {}
        }
    }

    /// What polls has an interval; a schedule has its dates.
    private static void interval(Fields schedule) {
        if (schedule.has("interval")) {
            schedule.problem("interval", "interval: must be null for a schedule");
        }
    }

    private static void schedule(Fields schedule) {
        interval(schedule);
        var cron = schedule.text("cron");
        if (cron != null) {
            try {
                CronExpression.parse(cron, schedule.flag("withSeconds", false));
            } catch (CronSyntaxException e) {
                schedule.problem("cron", String.valueOf(e.getMessage()));
            }
        }
        zone(schedule);
        schedule.positiveDuration("lateMaximumDelay");
        schedule.choice("recoverMissedSchedules", Recovery.class);
    }

    private static void zone(Fields schedule) {
        var zone = schedule.text("timezone");
        if (zone == null || Fields.holdsExpression(zone)) {
            return;
        }
        try {
            ZoneId.of(zone);
        } catch (DateTimeException e) {
            schedule.problem(
                    "timezone", "`" + zone + "` is not a valid time-zone ID such as Europe/Berlin");
        }
    }

    private static void webhook(Fields webhook) {
        var key = webhook.text("key");
        if (key != null && key.isBlank()) {
            webhook.problem("key", "must not be blank");
        } else if (key != null && key.length() > 256) {
            webhook.problem("key", "size must be between 0 and 256");
        }
        for (var condition : webhook.maps("conditions")) {
            if (MULTIPLE.equals(TaskTypes.canonical(condition.text("type", "")))) {
                webhook.problem(
                        "conditions",
                        "invalid webhook: conditions of type MultipleCondition are not supported");
            }
        }
        var signature = webhook.fields("signature");
        if (signature != null) {
            signature.required("secret");
            signature.text("header");
            signature.text("scheme");
            signature.duration("tolerance");
            signature.done("a signature");
        }
    }

    private static void flow(Fields trigger) {
        preconditions(trigger.fields("preconditions"));
        window(trigger.fields("window"));
        states(trigger, "states");
        var mode = trigger.choice("mode", Mode.class, Mode.ALL);
        int least = trigger.integer("minSatisfied", Integer.MIN_VALUE, 1);
        if (least < 1) {
            trigger.problem("minSatisfied", "must be greater than 0");
        } else if (mode == Mode.AT_LEAST) {
            int all = trigger.maps("dependsOn").size();
            if (!trigger.has("minSatisfied")) {
                trigger.problem("mode", "`minSatisfied` must be set when mode is AT_LEAST");
            } else if (trigger.has("dependsOn") && least > all) {
                trigger.problem(
                        "minSatisfied",
                        "`minSatisfied` cannot be greater than the number of `dependsOn` conditions");
            }
        }
    }

    static void states(Fields trigger, String key) {
        for (var state : trigger.texts(key)) {
            if (!Fields.holdsExpression(state) && !STATES.contains(state)) {
                trigger.problems()
                        .add(
                                trigger.path(key),
                                trigger.itemPosition(key, state),
                                "Expected one of %s but got `%s`"
                                        .formatted(
                                                STATES.stream().sorted().toList(),
                                                Fields.clip(state)));
            }
        }
    }

    /// Of which kind it is, the properties say.
    private static void window(@Nullable Fields window) {
        if (window == null) {
            return;
        }
        if (window.has("deadline")) {
            onlyIn(window, "DAILY_TIME_DEADLINE", Set.of("deadline"));
        } else if (window.has("from") && window.has("to")) {
            onlyIn(window, "DAILY_TIME_WINDOW", Set.of("from", "to"));
        } else if (window.has("from") || window.has("to")) {
            var missing = window.has("from") ? "to" : "from";
            window.problem(
                    missing,
                    "Window of type `DAILY_TIME_WINDOW` must have a " + missing + " time.");
        } else if (window.has("lookback")) {
            onlyIn(window, "SLIDING_WINDOW", Set.of("lookback"));
        }
        times(window, "deadline", "from", "to");
        zone(window);
    }

    /// Times of a day, perhaps with an offset.
    private static void times(Fields window, String... keys) {
        for (var key : keys) {
            var time = window.text(key);
            if (time == null) {
                continue;
            }
            try {
                DateTimeFormatter.ISO_TIME.parse(time);
            } catch (DateTimeException _) {
                window.problem(
                        key,
                        "Expected a time such as 09:00:00 but got `%s`"
                                .formatted(Fields.clip(time)));
            }
        }
    }

    private static void onlyIn(Fields window, String type, Set<String> allowed) {
        WINDOW_PARTS.forEach((key, name) -> {
            if (window.has(key) && !allowed.contains(key)) {
                window.problem(key, "Window of type `%s` cannot have %s.".formatted(type, name));
            }
        });
    }

    private static void preconditions(@Nullable Fields preconditions) {
        if (preconditions == null) {
            return;
        }
        preconditions.requiredText("id");
        preconditions.flag("resetOnSuccess", true);
        timeWindow(preconditions.fields("timeWindow"));
        for (var flow : preconditions.maps("flows")) {
            flow.requiredText("namespace");
            flow.text("flowId");
            states(flow, "states");
            flow.labels("labels");
            flow.done("an upstream flow");
        }
        for (var where : preconditions.maps("where")) {
            where.requiredText("id");
            where.choice("operand", OPERANDS);
            where.required("filters");
            for (var filter : where.maps("filters")) {
                filter(filter);
            }
            where.done("a filter of executions");
        }
        preconditions.done("preconditions");
    }

    private static void timeWindow(@Nullable Fields window) {
        if (window == null) {
            return;
        }
        var type = window.text("type", "DURATION_WINDOW");
        var allowed = ALLOWED_IN_WINDOW.get(type);
        if (allowed == null) {
            window.problem(
                    "type",
                    "Expected one of %s but got `%s`"
                            .formatted(
                                    ALLOWED_IN_WINDOW.keySet().stream().sorted().toList(),
                                    Fields.clip(type)));
            return;
        }
        for (var key : WINDOW_PROPERTIES) {
            if (window.has(key) && !allowed.contains(key)) {
                window.problem(
                        key,
                        "Time window of type `%s` cannot have %s."
                                .formatted(type, WINDOW_NAMES.get(key)));
            } else if (!window.has(key) && allowed.contains(key) && type.startsWith("DAILY")) {
                window.problem(
                        key,
                        "Time window of type `%s` must have %s."
                                .formatted(type, WINDOW_NAMES.get(key)));
            }
        }
        window.duration("window");
        window.duration("windowAdvance");
        times(window, "deadline", "startTime", "endTime");
        zone(window);
        window.done("a time window");
    }

    private static void filter(Fields filter) {
        filter.required("field");
        filter.choice("field", FIELDS);
        var type = filter.requiredText("type");
        boolean value = filter.has("value");
        boolean values = filter.has("values");
        if (WITH_VALUE.contains(type) || VALUE_OR_NOTHING.contains(type)) {
            if (!value && (values || WITH_VALUE.contains(type))) {
                filter.problem("value", "`value` cannot be null for type " + type);
            } else if (values) {
                filter.problem("values", "`values` must be null for type " + type);
            }
        } else if (LISTS.contains(type)) {
            if (value) {
                filter.problem("value", "`value` must be null for type " + type);
            } else if (!values) {
                filter.problem("values", "`values` cannot be null for type " + type);
            }
        } else if (!type.isEmpty()) {
            filter.problem("type", "Unknown type of filter `" + Fields.clip(type) + "`");
        }
        filter.done("a filter");
    }
}
