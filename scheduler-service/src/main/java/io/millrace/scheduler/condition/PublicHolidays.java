// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.condition;

import de.focus_shift.jollyday.core.HolidayManager;
import de.focus_shift.jollyday.core.ManagerParameters;
import java.time.LocalDate;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The public holidays of countries and their subdivisions (ISO 3166 codes).
final class PublicHolidays {
    private PublicHolidays() {}

    static boolean isHoliday(LocalDate date, String country, @Nullable String subDivision) {
        var calendar = country.toLowerCase(Locale.ROOT);
        if (HolidayManager.getSupportedCalendarCodes().stream()
                .noneMatch(calendar::equalsIgnoreCase)) {
            throw new IllegalArgumentException(
                    "No public holidays are known of country '%s'".formatted(country));
        }
        var manager = manager(calendar);
        return subDivision == null
                ? manager.isHoliday(date)
                : manager.isHoliday(date, subDivision.toLowerCase(Locale.ROOT));
    }

    /// Managers are cached by the library, which must not make two at once: it looks for its parts
    /// with one `ServiceLoader`.
    private static synchronized HolidayManager manager(String calendar) {
        return HolidayManager.getInstance(ManagerParameters.create(calendar));
    }
}
