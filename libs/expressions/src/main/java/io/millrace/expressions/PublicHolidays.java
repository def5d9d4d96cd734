// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import de.focus_shift.jollyday.core.HolidayManager;
import de.focus_shift.jollyday.core.ManagerParameters;
import java.time.LocalDate;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The public holidays of countries and their subdivisions (ISO 3166 codes).
public final class PublicHolidays {

    private PublicHolidays() {}

    /// @param subDivision of the country; null or blank: the holidays of all of it
    /// @throws ExpressionException if no holidays are known of the country
    public static boolean isHoliday(LocalDate date, String country, @Nullable String subDivision) {
        var calendar = country.strip().toLowerCase(Locale.ROOT);
        if (HolidayManager.getSupportedCalendarCodes().stream()
                .noneMatch(calendar::equalsIgnoreCase)) {
            throw new ExpressionException(
                    "No public holidays are known of country '%s'".formatted(country));
        }
        var manager = manager(calendar);
        return (subDivision == null || subDivision.isBlank())
                ? manager.isHoliday(date)
                : manager.isHoliday(date, subDivision.strip().toLowerCase(Locale.ROOT));
    }

    /// Managers are cached by the library, which must not make two at once: it looks for its parts
    /// with one `ServiceLoader`.
    private static synchronized HolidayManager manager(String calendar) {
        return HolidayManager.getInstance(ManagerParameters.create(calendar));
    }
}
