// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.execution;

import io.millrace.plugin.TaskFailedException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Dates as properties give them.
public final class Dates {
    private static final List<Function<String, Instant>> FORMS =
            List.of(
                    text -> ZonedDateTime.parse(text).toInstant(),
                    text -> OffsetDateTime.parse(text).toInstant(),
                    text -> LocalDateTime.parse(text).toInstant(ZoneOffset.UTC),
                    text -> LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC));

    private Dates() {}

    /// @param text ISO 8601; without an offset in UTC
    /// @throws TaskFailedException if it is no date
    public static Instant of(String property, String text) throws TaskFailedException {
        for (var form : FORMS) {
            try {
                return form.apply(text.strip());
            } catch (DateTimeParseException _) {
                // perhaps of the next form
            }
        }
        throw new TaskFailedException(
                "Expected a date and time as %s but got '%s'".formatted(property, text));
    }

    /// Absent stays absent.
    public static @Nullable Instant orNull(String property, @Nullable String text)
            throws TaskFailedException {
        return text == null || text.isBlank() ? null : of(property, text);
    }
}
