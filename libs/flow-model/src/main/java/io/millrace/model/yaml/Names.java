// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/// Names as people type them.
public final class Names {
    /// Beyond these, looking for a name costs more than it helps.
    private static final int MAX_CANDIDATES = 1_000;

    private static final int MAX_LENGTH = 100;

    private Names() {}

    static <E extends Enum<E>> E constant(Class<E> type, String name) {
        return Enum.valueOf(type, name.toUpperCase(Locale.ROOT));
    }

    static <E extends Enum<E>> Optional<E> find(Class<E> type, String name) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.name().equals(name))
                .findFirst();
    }

    /// ` Did you mean …?`, or nothing if no name is close.
    public static String didYouMean(String name, Collection<String> known) {
        if (known.size() > MAX_CANDIDATES || name.length() > MAX_LENGTH) {
            return "";
        }
        return closest(name, known).map(found -> ". Did you mean `" + found + "`?").orElse("");
    }

    static Optional<String> closest(String name, Collection<String> known) {
        record Candidate(String name, int distance) {}
        var wanted = lastPart(name).toLowerCase(Locale.ROOT);
        // a name of two letters is no typing mistake for every other one
        int most = Math.min(Math.max(2, wanted.length() / 3), wanted.length() - 1);
        return known.stream()
                .map(other ->
                        new Candidate(
                                other,
                                distance(wanted, lastPart(other).toLowerCase(Locale.ROOT), most)))
                .filter(candidate -> candidate.distance <= most)
                .min(
                        Comparator.comparingInt(Candidate::distance)
                                .thenComparing(c -> distance(name, c.name, Integer.MAX_VALUE))
                                .thenComparing(Candidate::name))
                .map(Candidate::name);
    }

    private static String lastPart(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /// Damerau-Levenshtein distance (restricted: no letter is edited twice); more than `most` is
    /// not counted exactly.
    static int distance(String a, String b, int most) {
        if (Math.abs(a.length() - b.length()) > most) {
            return Math.abs(a.length() - b.length());
        }
        var rows = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            rows[i][0] = i;
        }
        for (int j = 0; j <= b.length(); j++) {
            rows[0][j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            for (int j = 1; j <= b.length(); j++) {
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                int best =
                        Math.min(
                                rows[i - 1][j - 1] + change,
                                Math.min(rows[i - 1][j], rows[i][j - 1]) + 1);
                boolean swapped =
                        i > 1
                                && j > 1
                                && a.charAt(i - 1) == b.charAt(j - 2)
                                && a.charAt(i - 2) == b.charAt(j - 1);
                rows[i][j] = swapped ? Math.min(best, rows[i - 2][j - 2] + 1) : best;
            }
        }
        return rows[a.length()][b.length()];
    }
}
