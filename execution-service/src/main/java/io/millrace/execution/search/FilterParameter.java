// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.search;

import io.millrace.platform.problem.ServiceException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One condition of a list as a request names it: plainly, or the newer way,
/// `filters[field][OPERATION]=value` or `filters[field][OPERATION][key]=value`.
///
/// @param operation absent if it is named plainly
/// @param key empty if there is none
/// @param values none of them blank, at least one
public record FilterParameter(
        String field, @Nullable String operation, String key, List<String> values) {
    private static final Pattern NEWER =
            Pattern.compile("filters\\[([A-Za-z_.]+)]\\[([A-Za-z_]+)](?:\\[(.+)])?");

    public FilterParameter {
        values = List.copyOf(values);
    }

    /// All that a request names, also what is no condition.
    public static List<FilterParameter> of(Map<String, String[]> request) {
        var all = new ArrayList<FilterParameter>();
        for (var parameter : request.entrySet()) {
            var values =
                    Arrays.stream(parameter.getValue()).filter(value -> !value.isBlank()).toList();
            if (values.isEmpty()) {
                continue;
            }
            var newer = NEWER.matcher(parameter.getKey());
            all.add(
                    newer.matches()
                            ? new FilterParameter(
                                    newer.group(1),
                                    newer.group(2).toUpperCase(Locale.ROOT),
                                    newer.group(3) == null ? "" : newer.group(3),
                                    values)
                            : new FilterParameter(parameter.getKey(), null, "", values));
        }
        return all;
    }

    public String first() {
        return values.getFirst();
    }

    /// The operation, or another one if it is named plainly.
    public String operation(String plain) {
        return operation == null ? plain : operation;
    }

    /// All values; one may hold several, with commas between them.
    public String[] split() {
        return values.stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(String::strip)
                .toArray(String[]::new);
    }

    /// When something is asked for.
    ///
    /// @param from absent: from the beginning
    /// @param to absent: until now
    public record Period(@Nullable Instant from, @Nullable Instant to) {

        /// The period that `startDate`, `endDate` and `timeRange` name together.
        ///
        /// @throws ServiceException.Invalid if they contradict each other
        public static Period of(List<FilterParameter> parameters, Clock clock) {
            Instant from = null;
            Instant to = null;
            Duration range = null;
            for (var parameter : parameters) {
                switch (parameter.field()) {
                    case "startDate" ->
                            from = ExecutionFilter.instant("startDate", parameter.first());
                    case "endDate" -> to = ExecutionFilter.instant("endDate", parameter.first());
                    case "timeRange" -> range = duration(parameter.first());
                    default -> {}
                }
            }
            if (range != null && (from != null || to != null)) {
                throw new ServiceException.Invalid(
                        "timeRange",
                        "Illegal argument: parameters `startDate` and `timeRange` are mutually"
                                + " exclusive");
            }
            if (from != null && to != null && from.isAfter(to)) {
                throw new ServiceException.Invalid(
                        "startDate", "Illegal argument: Start date must be before End Date");
            }
            return new Period(range == null ? from : before(clock.instant(), range), to);
        }

        private static Instant before(Instant now, Duration range) {
            try {
                return now.minus(range);
            } catch (DateTimeException | ArithmeticException _) {
                throw new ServiceException.Invalid(
                        "timeRange", "Illegal argument: expected a shorter duration");
            }
        }

        private static Duration duration(String text) {
            try {
                return Duration.parse(text);
            } catch (DateTimeParseException _) {
                throw new ServiceException.Invalid(
                        "timeRange", "Illegal argument: expected a duration but got " + text);
            }
        }
    }
}
