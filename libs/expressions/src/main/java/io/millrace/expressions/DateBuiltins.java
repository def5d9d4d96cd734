// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import static java.time.temporal.ChronoField.INSTANT_SECONDS;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.FormatStyle;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAdjusters;
import java.time.temporal.TemporalQueries;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Filters and functions of dates. Where no time zone is given it is UTC.
final class DateBuiltins {

    private static final Map<String, DateTimeFormatter> FORMATS =
            Map.ofEntries(
                    Map.entry("iso", pattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX")),
                    Map.entry("iso_milli", pattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX")),
                    Map.entry("iso_sec", pattern("yyyy-MM-dd'T'HH:mm:ssXXX")),
                    Map.entry("iso_zoned_date_time", DateTimeFormatter.ISO_ZONED_DATE_TIME),
                    Map.entry("iso_date_time", DateTimeFormatter.ISO_DATE_TIME),
                    Map.entry("iso_date", DateTimeFormatter.ISO_DATE),
                    Map.entry("iso_time", DateTimeFormatter.ISO_TIME),
                    Map.entry("iso_local_date", DateTimeFormatter.ISO_LOCAL_DATE),
                    Map.entry("iso_instant", DateTimeFormatter.ISO_INSTANT),
                    Map.entry("iso_local_date_time", DateTimeFormatter.ISO_LOCAL_DATE_TIME),
                    Map.entry("iso_local_time", DateTimeFormatter.ISO_LOCAL_TIME),
                    Map.entry("iso_offset_date_time", DateTimeFormatter.ISO_OFFSET_DATE_TIME),
                    Map.entry("iso_offset_time", DateTimeFormatter.ISO_OFFSET_TIME),
                    Map.entry("iso_ordinal_date", DateTimeFormatter.ISO_ORDINAL_DATE),
                    Map.entry("iso_week_date", DateTimeFormatter.ISO_WEEK_DATE),
                    Map.entry("rfc_1123_date_time", DateTimeFormatter.RFC_1123_DATE_TIME),
                    Map.entry("sql", pattern("yyyy-MM-dd HH:mm:ss.SSSSSS")),
                    Map.entry("sql_milli", pattern("yyyy-MM-dd HH:mm:ss.SSS")),
                    Map.entry("sql_sec", pattern("yyyy-MM-dd HH:mm:ss")),
                    Map.entry("sql_seq", pattern("yyyy-MM-dd HH:mm:ss")));

    /// What a date may look like: ISO 8601, with a space instead of the T, with or without time and
    /// offset. Has a name, which long formats print.
    private static final ZoneId UTC = ZoneId.of("Etc/UTC");

    private static final DateTimeFormatter LENIENT =
            new DateTimeFormatterBuilder()
                    .parseCaseInsensitive()
                    .append(DateTimeFormatter.ISO_LOCAL_DATE)
                    .optionalStart()
                    .appendPattern("['T'][' ']")
                    .append(DateTimeFormatter.ISO_LOCAL_TIME)
                    .optionalEnd()
                    .optionalStart()
                    .appendOffset("+HH:mm:ss", "Z")
                    .optionalEnd()
                    .optionalStart()
                    .appendOffset("+HHmm", "Z")
                    .optionalEnd()
                    .optionalStart()
                    .appendOffset("+HH", "Z")
                    .optionalEnd()
                    .optionalStart()
                    .appendLiteral('[')
                    .parseCaseSensitive()
                    .appendZoneRegionId()
                    .appendLiteral(']')
                    .optionalEnd()
                    .toFormatter(Locale.ENGLISH);

    private static final String[] FORMATTING = {"format", "timeZone", "existingFormat", "locale"};

    private DateBuiltins() {}

    private static DateTimeFormatter pattern(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH);
    }

    static List<Builtin> filters() {
        return List.of(
                Builtin.of(
                        "date",
                        (input, a, _) -> input == null ? null : format(date(input, a), a),
                        FORMATTING),
                Builtin.of(
                        "dateAdd",
                        (input, a, _) -> input == null ? null : format(add(date(input, a), a), a),
                        "amount",
                        "unit",
                        "format",
                        "timeZone",
                        "existingFormat",
                        "locale"),
                timestamp("timestamp", Instant::getEpochSecond),
                timestamp("timestampMilli", Instant::toEpochMilli),
                // texts: beyond what JavaScript and spreadsheets take for exact numbers
                timestamp("timestampMicro", i -> Long.toString(since1970(i, 1_000_000, 1_000))),
                timestamp("timestampNano", i -> Long.toString(since1970(i, 1_000_000_000, 1))));
    }

    /// The nearest number of 64 bits if the date is too far away.
    private static long since1970(Instant instant, long perSecond, int nanos) {
        try {
            return Math.addExact(
                    Math.multiplyExact(instant.getEpochSecond(), perSecond),
                    instant.getNano() / nanos);
        } catch (ArithmeticException _) {
            return instant.getEpochSecond() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    private static Builtin timestamp(
            String name, java.util.function.Function<Instant, Object> conversion) {
        return Builtin.of(
                name,
                (input, a, _) ->
                        input == null ? null : conversion.apply(date(input, a).toInstant()),
                "timeZone",
                "existingFormat");
    }

    static List<Builtin> functions() {
        return List.of(
                Builtin.of(
                        "now",
                        (_, a, e) -> format(e.context().clock().instant().atZone(zone(a)), a),
                        FORMATTING),
                Builtin.of("isWeekend", (_, a, _) -> isWeekend(day(a)), "date"),
                Builtin.of(
                                "isPublicHoliday",
                                (_, a, _) ->
                                        PublicHolidays.isHoliday(
                                                day(a),
                                                a.text("countryCode"),
                                                a.optionalText("subDivision")),
                                "date",
                                "countryCode",
                                "subDivision")
                        .onLane(Builtin.Lane.UNSAFE),
                Builtin.of(
                        "isDayWeekInMonth",
                        (_, a, _) -> isDayWeekInMonth(day(a), a),
                        "date",
                        "dayOfWeek",
                        "dayInMonth"),
                Builtin.of(
                        "isLastWorkingDay",
                        (_, a, _) -> isLastWorkingDay(day(a), a),
                        "date",
                        "workingDays"),
                Builtin.of("dayOfWeek", (_, a, _) -> day(a).getDayOfWeek().name(), "date"),
                Builtin.of("dayOfMonth", (_, a, _) -> day(a).getDayOfMonth(), "date"),
                Builtin.of("monthOfYear", (_, a, _) -> day(a).getMonthValue(), "date"),
                Builtin.of("hourOfDay", (_, a, _) -> hour(a), "date"),
                Builtin.of(
                        "isDateBefore",
                        (_, a, _) -> moment(a, "date").isBefore(moment(a, "before")),
                        "date",
                        "before"),
                Builtin.of(
                        "isDateAfter",
                        (_, a, _) -> moment(a, "date").isAfter(moment(a, "after")),
                        "date",
                        "after"),
                Builtin.of(
                        "isDateBetween",
                        (_, a, _) -> {
                            var date = instant(a, "date");
                            return date.isAfter(instant(a, "after"))
                                    && date.isBefore(instant(a, "before"));
                        },
                        "date",
                        "after",
                        "before"));
    }

    // --- reading --------------------------------------------------------------------------------

    private static ZoneId zone(Arguments arguments) {
        var zone = arguments.optionalText("timeZone");
        try {
            return zone == null ? UTC : ZoneId.of(zone);
        } catch (DateTimeException e) {
            throw new ExpressionException("'%s' is not a time zone".formatted(zone), e);
        }
    }

    private static Locale locale(Arguments arguments) {
        var locale = arguments.optionalText("locale");
        return locale == null ? Locale.ENGLISH : Locale.forLanguageTag(locale.replace('_', '-'));
    }

    private static ZonedDateTime date(Object input, Arguments arguments) {
        var zone = zone(arguments);
        return switch (input) {
            case ZonedDateTime time -> time;
            case OffsetDateTime time -> time.toZonedDateTime();
            case Instant time -> time.atZone(zone);
            case Date time -> time.toInstant().atZone(zone);
            case LocalDateTime time -> time.atZone(zone);
            // In the middle of the day, so that no time zone makes another day of it.
            case LocalDate time -> time.atTime(LocalTime.NOON).atZone(zone);
            case Number number -> epoch(number.longValue()).atZone(zone);
            default -> parse(Values.text(input), arguments, zone);
        };
    }

    /// Seconds, milliseconds, microseconds or nanoseconds, told by the number of digits.
    private static Instant epoch(long number) {
        int digits = Long.toString(Math.abs(number)).length();
        if (digits >= 18) {
            return Instant.ofEpochSecond(
                    Math.floorDiv(number, 1_000_000_000L), Math.floorMod(number, 1_000_000_000L));
        }
        if (digits >= 15) {
            return Instant.ofEpochSecond(
                    Math.floorDiv(number, 1_000_000L), Math.floorMod(number, 1_000_000L) * 1_000);
        }
        return digits >= 12 ? Instant.ofEpochMilli(number) : Instant.ofEpochSecond(number);
    }

    private static ZonedDateTime parse(String text, Arguments arguments, ZoneId zone) {
        var existing = arguments.optionalText("existingFormat");
        var formatter = existing == null ? LENIENT : formatter(existing, locale(arguments));
        try {
            return zoned(formatter.parse(text.strip()), zone);
        } catch (DateTimeException e) {
            throw new ExpressionException("'%s' can't be read as a date".formatted(text), e);
        }
    }

    private static ZonedDateTime zoned(TemporalAccessor parsed, ZoneId zone) {
        var own = parsed.query(TemporalQueries.zone());
        if (parsed.isSupported(INSTANT_SECONDS)) {
            return Instant.from(parsed).atZone(own == null ? zone : own);
        }
        var date = parsed.query(TemporalQueries.localDate());
        var time = parsed.query(TemporalQueries.localTime());
        if (date == null && time == null) {
            throw new DateTimeException("neither date nor time");
        }
        return ZonedDateTime.of(
                date == null ? LocalDate.EPOCH : date,
                time == null ? LocalTime.MIDNIGHT : time,
                own == null ? zone : own);
    }

    private static ZonedDateTime add(ZonedDateTime date, Arguments arguments) {
        var unit = arguments.text("unit").toUpperCase(Locale.ROOT);
        try {
            return date.plus(
                    Values.integer(arguments.required("amount")), ChronoUnit.valueOf(unit));
        } catch (IllegalArgumentException e) {
            throw new ExpressionException("'%s' is not a unit of time".formatted(unit), e);
        }
    }

    // --- writing --------------------------------------------------------------------------------

    /// In the time zone that is asked for, whatever that of the date is.
    private static String format(ZonedDateTime date, Arguments arguments) {
        var format = arguments.optionalText("format");
        try {
            return formatter(format == null ? "iso" : format, locale(arguments))
                    .withZone(zone(arguments))
                    .format(date);
        } catch (DateTimeException e) {
            throw new ExpressionException(
                    "The date can't be written as '%s': %s".formatted(format, e.getMessage()), e);
        }
    }

    private static DateTimeFormatter formatter(String format, Locale locale) {
        var known = FORMATS.get(format);
        if (known != null) {
            return known.withLocale(locale);
        }
        try {
            return switch (format) {
                case "full", "long", "medium", "short" -> {
                    var style = FormatStyle.valueOf(format.toUpperCase(Locale.ROOT));
                    yield DateTimeFormatter.ofLocalizedDateTime(style).withLocale(locale);
                }
                default -> DateTimeFormatter.ofPattern(bounded(format), locale);
            };
        } catch (IllegalArgumentException e) {
            throw new ExpressionException(
                    "'%s' is not a format of dates: %s".formatted(format, e.getMessage()), e);
        }
    }

    private static String bounded(String format) {
        if (format.length() > 500) {
            throw new IllegalArgumentException("it is too long");
        }
        return format;
    }

    // --- questions ------------------------------------------------------------------------------

    private static TemporalAccessor read(Arguments arguments, String parameter) {
        var value = arguments.required(parameter);
        if (value instanceof TemporalAccessor time) {
            return time;
        }
        if (value instanceof Date date) {
            return date.toInstant();
        }
        try {
            return LENIENT.parse(Values.text(value).strip());
        } catch (DateTimeException e) {
            throw unreadable(arguments, parameter, e);
        }
    }

    private static ExpressionException unreadable(
            Arguments arguments, String parameter, DateTimeException e) {
        return new ExpressionException(
                "'%s' could not parse '%s': '%s': %s"
                        .formatted(
                                arguments.call(),
                                parameter,
                                Values.text(arguments.get(parameter)),
                                e.getMessage()),
                e);
    }

    private static Instant instant(Arguments arguments, String parameter) {
        try {
            return Instant.from(read(arguments, parameter));
        } catch (DateTimeException e) {
            throw unreadable(arguments, parameter, e);
        }
    }

    /// A date is the first moment of its day, and what has no offset is in UTC.
    private static Instant moment(Arguments arguments, String parameter) {
        var time = read(arguments, parameter);
        if (time.isSupported(INSTANT_SECONDS)) {
            return Instant.from(time);
        }
        var date = time.query(TemporalQueries.localDate());
        var hour = time.query(TemporalQueries.localTime());
        if (date == null) {
            throw unreadable(arguments, parameter, new DateTimeException("no date"));
        }
        return date.atTime(hour == null ? LocalTime.MIDNIGHT : hour).toInstant(ZoneOffset.UTC);
    }

    private static LocalDate day(Arguments arguments) {
        var time = read(arguments, "date");
        try {
            return time instanceof Instant instant
                    ? LocalDate.ofInstant(instant, ZoneOffset.UTC)
                    : LocalDate.from(time);
        } catch (DateTimeException e) {
            throw unreadable(arguments, "date", e);
        }
    }

    private static int hour(Arguments arguments) {
        var time = read(arguments, "date");
        if (time instanceof Instant instant) {
            return instant.atZone(ZoneOffset.UTC).getHour();
        }
        var hour = time.query(TemporalQueries.localTime());
        if (hour == null) {
            throw unreadable(arguments, "date", new DateTimeException("it has no time of day"));
        }
        return hour.getHour();
    }

    private static boolean isWeekend(LocalDate day) {
        return day.getDayOfWeek().getValue() >= DayOfWeek.SATURDAY.getValue();
    }

    private static boolean isDayWeekInMonth(LocalDate day, Arguments arguments) {
        var weekday = weekday(arguments.text("dayOfWeek"));
        var position = arguments.text("dayInMonth").toUpperCase(Locale.ROOT);
        var adjuster =
                switch (position) {
                    case "FIRST" -> TemporalAdjusters.firstInMonth(weekday);
                    case "SECOND" -> TemporalAdjusters.dayOfWeekInMonth(2, weekday);
                    case "THIRD" -> TemporalAdjusters.dayOfWeekInMonth(3, weekday);
                    case "FOURTH" -> TemporalAdjusters.dayOfWeekInMonth(4, weekday);
                    case "LAST" -> TemporalAdjusters.lastInMonth(weekday);
                    default ->
                            throw new ExpressionException(
                                    "'%s' is not one of FIRST, SECOND, THIRD, FOURTH, LAST"
                                            .formatted(position));
                };
        return day.with(adjuster).equals(day);
    }

    private static DayOfWeek weekday(String name) {
        try {
            return DayOfWeek.valueOf(name.strip().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new ExpressionException("'%s' is not a day of the week".formatted(name), e);
        }
    }

    private static boolean isLastWorkingDay(LocalDate day, Arguments arguments) {
        var working = workingDays(arguments.get("workingDays"));
        if (!working.contains(day.getDayOfWeek())) {
            return false;
        }
        var last = day.with(TemporalAdjusters.lastDayOfMonth());
        while (!working.contains(last.getDayOfWeek())) {
            last = last.minusDays(1);
        }
        return last.equals(day);
    }

    private static Set<DayOfWeek> workingDays(@Nullable Object value) {
        if (value == null) {
            return EnumSet.range(DayOfWeek.MONDAY, DayOfWeek.FRIDAY);
        }
        Stream<String> names =
                value instanceof Collection<?> all
                        ? new ArrayList<>(all).stream().map(Values::text)
                        : Stream.of(Values.text(value).split(","));
        var days =
                names.filter(name -> !name.isBlank())
                        .map(DateBuiltins::weekday)
                        .collect(Collectors.toSet());
        if (days.isEmpty()) {
            throw new ExpressionException("'isLastWorkingDay' expects at least one working day");
        }
        return days;
    }
}
