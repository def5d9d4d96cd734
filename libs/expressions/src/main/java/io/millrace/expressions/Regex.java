// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Regular expressions that can't run away: every character that the matcher looks at is metered.
final class Regex {

    private static final int MAX_PATTERN = 10_000;
    private static final String SPECIAL = "\\.[]{}()*+?^$|";

    private Regex() {}

    static Matcher matcher(String pattern, String text, Meter meter) {
        if (pattern.length() > MAX_PATTERN) {
            throw new ExpressionException(
                    "A regular expression of more than %d characters isn't supported"
                            .formatted(MAX_PATTERN));
        }
        try {
            return Pattern.compile(pattern).matcher(new Metered(text, meter));
        } catch (PatternSyntaxException e) {
            throw new ExpressionException(
                    "Invalid regex '%s': %s".formatted(pattern, e.getDescription()), e);
        }
    }

    static boolean isPlain(String pattern) {
        return pattern.chars().noneMatch(c -> SPECIAL.indexOf(c) >= 0);
    }

    /// As Java splits.
    static List<String> split(String text, String pattern, int limit, Meter meter) {
        meter.chars(text.length());
        if (isPlain(pattern)) {
            return List.of(text.split(pattern, limit));
        }
        var parts = new ArrayList<String>();
        var matcher = matcher(pattern, text, meter);
        int start = 0;
        while (matcher.find() && (limit <= 0 || parts.size() < limit - 1)) {
            if (matcher.end() == 0) {
                continue;
            }
            meter.step();
            parts.add(text.substring(start, matcher.start()));
            start = matcher.end();
        }
        parts.add(text.substring(start));
        if (limit == 0) {
            while (parts.size() > 1 && parts.getLast().isEmpty()) {
                parts.removeLast();
            }
        }
        return parts;
    }

    static String replaceAll(String text, String pattern, String replacement, Meter meter) {
        var matcher = matcher(pattern, text, meter);
        var result = new StringBuilder();
        int from = 0;
        while (matcher.find()) {
            meter.step();
            matcher.appendReplacement(result, replacement);
            meter.chars(result.length() - from);
            from = result.length();
        }
        matcher.appendTail(result);
        return result.toString();
    }

    /// A text that counts how often it is looked at. Backtracking looks at the same character over
    /// and over, so looks count less than characters that are made.
    private record Metered(String text, Meter meter) implements CharSequence {

        private static final int LOOKS_PER_CHAR = 8;

        @Override
        public char charAt(int index) {
            try {
                meter.look(LOOKS_PER_CHAR);
            } catch (BudgetExceededException e) {
                throw new BudgetExceededException(
                        "The regular expression timed out: " + e.getMessage());
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
