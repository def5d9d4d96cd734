// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.schedule;

import io.millrace.expressions.ExpressionException;
import io.millrace.model.Durations;
import io.millrace.model.Flow;
import io.millrace.model.Trigger;
import io.millrace.model.cron.CronExpression;
import io.millrace.model.cron.CronSyntaxException;
import io.millrace.scheduler.condition.ConditionContext;
import io.millrace.scheduler.condition.Conditions;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Reads schedules out of triggers.
@Component
public class Schedules {
    public static final String SCHEDULE = "io.kestra.plugin.core.trigger.Schedule";
    public static final String ON_DATES = "io.kestra.plugin.core.trigger.ScheduleOnDates";
    public static final Set<String> TYPES = Set.of(SCHEDULE, ON_DATES);

    private final Conditions conditions;

    Schedules(Conditions conditions) {
        this.conditions = conditions;
    }

    public static boolean isSchedule(String type) {
        return TYPES.contains(type);
    }

    /// What expressions of a schedule see of its flow.
    public static Map<String, ?> seenOf(Flow flow) {
        return Map.of(
                "flow", Map.of("id", flow.id(), "namespace", flow.namespace()),
                "labels", flow.labels(),
                "vars", flow.variables());
    }

    /// @param flow what conditions see beside the dates
    /// @throws InvalidTriggerException if it is no schedule
    public Schedule read(Trigger trigger, Map<String, ?> flow) {
        var errors = new ArrayList<String>();
        var calendar = calendar(trigger, errors);
        var recover = recover(trigger, errors);
        var late = duration(trigger, "lateMaximumDelay", errors);
        var holds = conditions(trigger, calendar, flow, errors);
        if (!errors.isEmpty() || calendar == null) {
            throw new InvalidTriggerException(errors);
        }
        return new Schedule(calendar, recover, late, holds);
    }

    private static @Nullable Calendar calendar(Trigger trigger, List<String> errors) {
        var zone = zone(trigger, errors);
        return switch (trigger.type()) {
            case SCHEDULE -> {
                boolean withSeconds =
                        Boolean.parseBoolean(
                                String.valueOf(trigger.properties().get("withSeconds")));
                if (!(trigger.properties().get("cron") instanceof String cron)) {
                    errors.add("cron: must not be null");
                    yield null;
                }
                try {
                    yield new Calendar.Cron(CronExpression.parse(cron, withSeconds), zone);
                } catch (CronSyntaxException e) {
                    errors.add(e.getMessage());
                    yield null;
                }
            }
            case ON_DATES -> {
                if (!(trigger.properties().get("dates") instanceof List<?> dates)
                        || dates.isEmpty()) {
                    errors.add("dates: must not be empty");
                    yield null;
                }
                yield new Calendar.OnDates(
                        dates.stream()
                                .map(date -> date(String.valueOf(date), zone, errors))
                                .toList());
            }
            default -> {
                errors.add(
                        "Expected a trigger of type %s or %s but got %s"
                                .formatted(SCHEDULE, ON_DATES, trigger.type()));
                yield null;
            }
        };
    }

    private static ZoneId zone(Trigger trigger, List<String> errors) {
        var written = trigger.properties().get("timezone");
        try {
            return written == null ? ZoneOffset.UTC : ZoneId.of(String.valueOf(written));
        } catch (DateTimeException _) {
            errors.add("timezone '%s' is not a valid time-zone ID".formatted(written));
            return ZoneOffset.UTC;
        }
    }

    private static ZonedDateTime date(String written, ZoneId zone, List<String> errors) {
        try {
            return ZonedDateTime.parse(written).withZoneSameInstant(zone);
        } catch (DateTimeParseException _) {
            try {
                return LocalDateTime.parse(written).atZone(zone);
            } catch (DateTimeParseException _) {
                errors.add("dates: '%s' is no date and time of ISO 8601".formatted(written));
                return ZonedDateTime.of(1970, 1, 1, 0, 0, 0, 0, zone);
            }
        }
    }

    private static Recover recover(Trigger trigger, List<String> errors) {
        var written = trigger.properties().get("recoverMissedSchedules");
        if (written == null) {
            return Recover.ALL;
        }
        try {
            return Recover.valueOf(String.valueOf(written).toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException _) {
            errors.add("recoverMissedSchedules: expected ALL, LAST or NONE but got " + written);
            return Recover.ALL;
        }
    }

    private static @Nullable Duration duration(
            Trigger trigger, String property, List<String> errors) {
        var written = trigger.properties().get(property);
        if (written == null) {
            return null;
        }
        try {
            return Durations.parse(String.valueOf(written));
        } catch (DateTimeParseException _) {
            errors.add("%s: '%s' is no duration of ISO 8601".formatted(property, written));
            return null;
        } catch (DateTimeException e) {
            errors.add("%s: %s but got %s".formatted(property, e.getMessage(), written));
            return null;
        }
    }

    private Schedule.@Nullable Holding conditions(
            Trigger trigger,
            @Nullable Calendar calendar,
            Map<String, ?> flow,
            List<String> errors) {
        var all = new ArrayList<Map<String, @Nullable Object>>(trigger.conditions());
        if (trigger.properties().get("scheduleConditions") instanceof List<?> deprecated) {
            for (var condition : deprecated) {
                if (condition instanceof Map<?, ?> map) {
                    var copy = new LinkedHashMap<String, @Nullable Object>();
                    map.forEach((key, value) -> copy.put(String.valueOf(key), value));
                    all.add(copy);
                }
            }
        }
        if (trigger.when() != null) {
            all.add(Conditions.expression(trigger.when()));
        }
        if (all.isEmpty() || calendar == null) {
            return null;
        }
        try {
            var condition = conditions.all(all);
            return (date, functions) ->
                    condition.holds(
                            ConditionContext.ofDate(around(date, calendar), flow, functions));
        } catch (IllegalArgumentException | ExpressionException e) {
            errors.add("conditions: " + e.getMessage());
            return null;
        }
    }

    /// A date and its neighbours in the calendar: whether conditions hold there can't be asked by
    /// conditions.
    private static Map<String, ZonedDateTime> around(ZonedDateTime date, Calendar calendar) {
        var dates = new HashMap<String, ZonedDateTime>();
        dates.put("date", date);
        calendar.next(date.toInstant()).ifPresent(next -> dates.put("next", next));
        calendar.previous(date.toInstant()).ifPresent(last -> dates.put("previous", last));
        return dates;
    }
}
