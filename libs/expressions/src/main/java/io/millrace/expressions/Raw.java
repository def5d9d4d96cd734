// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The parts of a source between `{% raw %}` and `{% endraw %}`. They are taken out before anything
/// looks at the source, so that nothing in them has a meaning, and put back into what is printed.
final class Raw {

    private static final Pattern START = Pattern.compile("\\{%-?\\s*raw\\s*-?%}");
    private static final Pattern END = Pattern.compile("\\{%-?\\s*endraw\\s*-?%}");

    /// Stands for a part: its number between two characters of the private use area of Unicode.
    private static final Pattern PLACEHOLDER = Pattern.compile("\uE000(\\d{1,7})\uE001");

    private final List<String> parts = new ArrayList<>();

    /// Gives the source with placeholders for its raw parts, which are kept here.
    String takeOut(String source) {
        if (!source.contains("endraw")) {
            return source;
        }
        var result = new StringBuilder();
        var start = START.matcher(source);
        var end = END.matcher(source);
        int from = 0;
        while (start.find(from) && end.find(start.end())) {
            result.append(source, from, start.start());
            result.append('\uE000').append(parts.size()).append('\uE001');
            parts.add(source.substring(start.end(), end.start()));
            from = end.end();
        }
        return result.append(source, from, source.length()).toString();
    }

    String putBack(String text) {
        return parts.isEmpty() || text.indexOf('\uE000') < 0
                ? text
                : PLACEHOLDER.matcher(text).replaceAll(this::part);
    }

    private String part(MatchResult placeholder) {
        int index = Integer.parseInt(placeholder.group(1));
        return Matcher.quoteReplacement(
                index < parts.size() ? parts.get(index) : placeholder.group());
    }
}
