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
        // managers are cached by the library
        var manager = HolidayManager.getInstance(ManagerParameters.create(calendar));
        return subDivision == null
                ? manager.isHoliday(date)
                : manager.isHoliday(date, subDivision.toLowerCase(Locale.ROOT));
    }
}
