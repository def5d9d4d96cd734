// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import io.millrace.plugin.TaskFailedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A text of SQL, as far as its quotes and comments tell where statements end and where `:name`
/// stands for a parameter.
final class Sql {
    private Sql() {}

    /// A statement with `?` for each parameter.
    ///
    /// @param values in the order of the `?`
    record Statement(String text, List<@Nullable Object> values) {}

    /// Splits at each `;` that stands in no quote, comment or dollar quote.
    static List<String> split(String text) {
        var statements = new ArrayList<String>();
        int begin = 0;
        int i = 0;
        while (i < text.length()) {
            int next = skip(text, i);
            if (next > i) {
                i = next;
            } else {
                if (text.charAt(i) == ';') {
                    statements.add(text.substring(begin, i).strip());
                    begin = i + 1;
                }
                i++;
            }
        }
        statements.add(text.substring(begin).strip());
        statements.removeIf(Sql::isEmpty);
        return statements;
    }

    private static boolean isEmpty(String statement) {
        int i = 0;
        while (i < statement.length()) {
            boolean comment = statement.startsWith("--", i) || statement.startsWith("/*", i);
            if (comment) {
                i = skip(statement, i);
            } else if (Character.isWhitespace(statement.charAt(i))) {
                i++;
            } else {
                return false;
            }
        }
        return true;
    }

    /// Puts `?` in place of each `:name` that is a parameter.
    ///
    /// @throws TaskFailedException if a name has no value
    static Statement bind(String text, @Nullable Map<String, @Nullable Object> parameters)
            throws TaskFailedException {
        if (parameters == null || parameters.isEmpty()) {
            return new Statement(text, List.of());
        }
        var bound = new StringBuilder();
        var values = new ArrayList<@Nullable Object>();
        int i = 0;
        while (i < text.length()) {
            int next = skip(text, i);
            if (next > i) {
                bound.append(text, i, next);
                i = next;
                continue;
            }
            char c = text.charAt(i);
            if (c == ':' && text.startsWith("::", i)) {
                bound.append("::");
                i += 2;
            } else if (c == ':' && i + 1 < text.length() && isNameStart(text.charAt(i + 1))) {
                int end = i + 1;
                while (end < text.length() && Character.isJavaIdentifierPart(text.charAt(end))) {
                    end++;
                }
                var name = text.substring(i + 1, end);
                if (!parameters.containsKey(name)) {
                    throw new TaskFailedException(
                            "Expected parameter `%s` but it is missing".formatted(name));
                }
                bound.append('?');
                values.add(parameters.get(name));
                i = end;
            } else {
                bound.append(c);
                i++;
            }
        }
        return new Statement(bound.toString(), values);
    }

    private static boolean isNameStart(char c) {
        return Character.isLetter(c) || c == '_';
    }

    /// @return the end of the quote or comment that begins here, or `i` if none does
    private static int skip(String text, int i) {
        char c = text.charAt(i);
        if (c == '\'' || c == '"' || c == '`') {
            return quoted(text, i, c);
        }
        if (text.startsWith("--", i)) {
            int end = text.indexOf('\n', i);
            return end < 0 ? text.length() : end + 1;
        }
        if (text.startsWith("/*", i)) {
            int end = text.indexOf("*/", i + 2);
            return end < 0 ? text.length() : end + 2;
        }
        return c == '$' ? dollarQuoted(text, i) : i;
    }

    private static int quoted(String text, int begin, char quote) {
        int i = begin + 1;
        while (i < text.length()) {
            if (text.charAt(i) == quote) {
                if (i + 1 < text.length() && text.charAt(i + 1) == quote) {
                    i++;
                } else {
                    return i + 1;
                }
            }
            i++;
        }
        return text.length();
    }

    /// `$$ … $$` and `$tag$ … $tag$` of PostgreSQL.
    private static int dollarQuoted(String text, int begin) {
        int i = begin + 1;
        while (i < text.length() && Character.isJavaIdentifierPart(text.charAt(i))) {
            if (text.charAt(i) == '$') {
                break;
            }
            i++;
        }
        if (i >= text.length() || text.charAt(i) != '$') {
            return begin;
        }
        var tag = text.substring(begin, i + 1);
        int end = text.indexOf(tag, i + 1);
        return end < 0 ? text.length() : end + tag.length();
    }
}
