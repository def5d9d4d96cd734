// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The syntax of cron expressions: five fields, six with seconds, or a nickname such as `@daily`.
final class CronSyntax {
    private static final Set<String> NICKNAMES =
            Set.of("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly");
    private static final List<String> MONTHS =
            List.of(
                    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV",
                    "DEC");
    private static final List<String> DAYS =
            List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");
    private static final Pattern RANGE =
            Pattern.compile("(\\*|\\?|[0-9A-Z]+)(-([0-9A-Z]+))?(/([0-9]+))?");

    private enum Field {
        SECOND(0, 59),
        MINUTE(0, 59),
        HOUR(0, 23),
        DAY_OF_MONTH(1, 31),
        MONTH(1, 12),
        DAY_OF_WEEK(0, 7);

        private final int least;
        private final int most;

        Field(int least, int most) {
            this.least = least;
            this.most = most;
        }
    }

    private CronSyntax() {}

    /// What is wrong with it, if anything.
    static Optional<String> fault(String cron, boolean withSeconds) {
        var text = cron.strip();
        if (text.startsWith("@")) {
            return NICKNAMES.contains(text.toLowerCase(Locale.ROOT))
                    ? Optional.empty()
                    : Optional.of("unknown nickname");
        }
        var fields = text.split("\\s+");
        int expected = withSeconds ? 6 : 5;
        if (fields.length != expected) {
            return Optional.of("expected %d fields but got %d".formatted(expected, fields.length));
        }
        for (int i = 0; i < expected; i++) {
            var field = Field.values()[i + 6 - expected];
            for (var part : fields[i].toUpperCase(Locale.ROOT).split(",", -1)) {
                if (!valid(part, field)) {
                    return Optional.of(
                            "`%s` is no %s"
                                    .formatted(
                                            Fields.clip(part),
                                            field.name()
                                                    .toLowerCase(Locale.ROOT)
                                                    .replace('_', ' ')));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean valid(String part, Field field) {
        var last = part.endsWith("L") && field == Field.DAY_OF_WEEK ? part.length() - 1 : -1;
        if (part.equals("L") && field == Field.DAY_OF_MONTH) {
            return true;
        }
        if (last > 0) {
            return number(part.substring(0, last), field) >= 0;
        }
        int hash = part.indexOf('#');
        if (hash > 0 && field == Field.DAY_OF_WEEK) {
            return number(part.substring(0, hash), field) >= 0
                    && part.substring(hash + 1).matches("[1-5]");
        }
        var matcher = RANGE.matcher(part);
        if (!matcher.matches()) {
            return false;
        }
        var from = matcher.group(1);
        boolean all = from.equals("*") || from.equals("?");
        if (!all && number(from, field) < 0) {
            return false;
        }
        if (matcher.group(3) != null && (all || number(matcher.group(3), field) < 0)) {
            return false;
        }
        return matcher.group(5) == null
                || (matcher.group(5).length() < 4 && Integer.parseInt(matcher.group(5)) > 0);
    }

    /// The number that a text is in a field, or -1 if it is none.
    private static int number(String text, Field field) {
        int name =
                switch (field) {
                    case MONTH -> MONTHS.indexOf(text) + 1;
                    case DAY_OF_WEEK -> DAYS.indexOf(text) + 1;
                    case SECOND, MINUTE, HOUR, DAY_OF_MONTH -> 0;
                };
        if (name > 0) {
            return field == Field.MONTH ? name : name - 1;
        }
        if (!text.matches("[0-9]{1,2}")) {
            return -1;
        }
        int number = Integer.parseInt(text);
        return number >= field.least && number <= field.most ? number : -1;
    }
}
