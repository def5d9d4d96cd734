// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.condition;

import io.millrace.expressions.PublicHolidays;
import io.millrace.expressions.Template;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.TemporalAdjusters;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Conditions that look at a date, by default the trigger's.
final class DateConditions {
    private static final String TRIGGER_DATE = "{{ trigger.date }}";

    private static final List<Function<String, ZonedDateTime>> DATE_FORMS =
            List.of(
                    ZonedDateTime::parse,
                    text -> Instant.parse(text).atZone(ZoneOffset.UTC),
                    text -> LocalDateTime.parse(text).atZone(ZoneOffset.UTC),
                    text -> LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC));

    private DateConditions() {}

    static Condition dateTimeBetween(Properties properties) {
        var date = date(properties);
        var after = properties.optionalText("after");
        var before = properties.optionalText("before");
        requireOne(after, before, "DateTimeBetween");
        return context -> {
            var at = dateOf(date, context).toInstant();
            return (after == null || at.isAfter(dateOf(after, context).toInstant()))
                    && (before == null || at.isBefore(dateOf(before, context).toInstant()));
        };
    }

    static Condition timeBetween(Properties properties) {
        var date = date(properties);
        var after = properties.optionalText("after");
        var before = properties.optionalText("before");
        requireOne(after, before, "TimeBetween");
        return context -> {
            var at = dateOf(date, context);
            var time = at.toLocalTime();
            return (after == null || time.isAfter(timeOf(after, context, at)))
                    && (before == null || time.isBefore(timeOf(before, context, at)));
        };
    }

    private static java.time.LocalTime timeOf(
            Template template, ConditionContext context, ZonedDateTime at) {
        var text = Properties.render(template, context);
        try {
            return OffsetTime.parse(text).withOffsetSameInstant(at.getOffset()).toLocalTime();
        } catch (DateTimeException _) {
            throw new IllegalArgumentException(
                    "'%s' is no time with an offset such as 08:00:00+02:00".formatted(text));
        }
    }

    static Condition dayWeek(Properties properties) {
        var date = date(properties);
        var day = properties.text("dayOfWeek");
        return context ->
                dateOf(date, context).getDayOfWeek()
                        == constant(DayOfWeek.class, Properties.render(day, context));
    }

    static Condition weekend(Properties properties) {
        var date = date(properties);
        return context ->
                switch (dateOf(date, context).getDayOfWeek()) {
                    case SATURDAY, SUNDAY -> true;
                    case MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY -> false;
                };
    }

    private enum DayInMonth {
        FIRST(1),
        SECOND(2),
        THIRD(3),
        FOURTH(4),
        LAST(-1);

        /// Counted from the end if negative.
        private final int number;

        DayInMonth(int number) {
            this.number = number;
        }
    }

    static Condition dayWeekInMonth(Properties properties) {
        var date = date(properties);
        var day = properties.text("dayOfWeek");
        var which = properties.text("dayInMonth");
        return context -> {
            var at = dateOf(date, context).toLocalDate();
            var weekday = constant(DayOfWeek.class, Properties.render(day, context));
            var nth = constant(DayInMonth.class, Properties.render(which, context));
            return at.equals(at.with(TemporalAdjusters.dayOfWeekInMonth(nth.number, weekday)));
        };
    }

    static Condition publicHoliday(Properties properties) {
        var date = date(properties);
        var country = properties.optionalText("country");
        var subDivision = properties.optionalText("subDivision");
        return context ->
                PublicHolidays.isHoliday(
                        dateOf(date, context).toLocalDate(),
                        country == null ? ownCountry() : Properties.render(country, context),
                        subDivision == null ? null : Properties.render(subDivision, context));
    }

    /// That of the locale, as in Kestra, or of Kestra's images if the locale names none.
    private static String ownCountry() {
        var country = Locale.getDefault().getCountry();
        return country.isEmpty() ? "US" : country;
    }

    private static void requireOne(
            @Nullable Template after, @Nullable Template before, String type) {
        if (after == null && before == null) {
            throw new IllegalArgumentException(type + ": expected `after` or `before`");
        }
    }

    private static Template date(Properties properties) {
        return properties.text("date", TRIGGER_DATE);
    }

    private static ZonedDateTime dateOf(Template template, ConditionContext context) {
        var value = template.evaluate(context.seen());
        if (value instanceof ZonedDateTime date) {
            return date;
        }
        var text = String.valueOf(value);
        for (var form : DATE_FORMS) {
            try {
                return form.apply(text);
            } catch (DateTimeException _) {
                // perhaps in the next form
            }
        }
        throw new IllegalArgumentException("'%s' is no date of ISO 8601".formatted(text));
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String text) {
        try {
            return Enum.valueOf(type, text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException _) {
            throw new IllegalArgumentException(
                    "'%s' is none of %s".formatted(text, List.of(type.getEnumConstants())));
        }
    }
}
