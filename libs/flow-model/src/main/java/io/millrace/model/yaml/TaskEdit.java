// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import io.millrace.model.yaml.YamlNode.Mapping;
import io.millrace.model.yaml.YamlNode.Scalar;
import io.millrace.model.yaml.YamlNode.Sequence;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Puts another task in the place of one; all else in the source stays as it is written.
public final class TaskEdit {
    private TaskEdit() {}

    /// @param task as YAML or JSON, with the same id
    /// @return empty if the source has no such task
    /// @throws IllegalArgumentException if the task can't be read, or has another id
    public static Optional<String> replace(String source, String taskId, String task) {
        if (!(read(task) instanceof Mapping fresh)
                || !(fresh.get("id") instanceof Scalar id)
                || !id.text().equals(taskId)) {
            throw new IllegalArgumentException("Expected a task with id " + taskId);
        }
        return find(read(source), taskId).map(old -> replace(source, old, fresh));
    }

    private static YamlNode read(String text) {
        var problems = new Problems();
        return new YamlReader(ParserLimits.DEFAULT, problems)
                .read(text)
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "Expected YAML but got " + problems.inOrder()));
    }

    private static Optional<Mapping> find(YamlNode node, String taskId) {
        return switch (node) {
            case Mapping map
                    when map.get("id") instanceof Scalar id
                            && id.text().equals(taskId)
                            && map.get("type") != null ->
                    Optional.of(map);
            case Mapping map ->
                    first(
                            map.entries().values().stream().map(YamlNode.Entry::value).toList(),
                            taskId);
            case Sequence list -> first(list.items(), taskId);
            case Scalar _ -> Optional.empty();
        };
    }

    private static Optional<Mapping> first(Collection<YamlNode> nodes, String taskId) {
        return nodes.stream().flatMap(node -> find(node, taskId).stream()).findFirst();
    }

    private static String replace(String source, Mapping old, Mapping fresh) {
        int start = SourceEdit.offset(source, old.position());
        if (source.charAt(start) == '{') {
            return source.substring(0, start)
                    + YamlWriter.inline(fresh.tree())
                    + source.substring(closing(source, start));
        }
        int column = old.position().column() - 1;
        var lines = YamlWriter.block(fresh.tree()).stripTrailing().lines().toList();
        return source.substring(0, start)
                + indented(lines, column)
                + source.substring(end(source, start, column));
    }

    /// All lines but the first, which stands where the old one stood.
    private static String indented(List<String> lines, int column) {
        var text = new StringBuilder(lines.getFirst());
        for (var line : lines.subList(1, lines.size())) {
            text.append('\n');
            if (!line.isEmpty()) {
                text.append(" ".repeat(column)).append(line);
            }
        }
        return text.toString();
    }

    /// Behind the last line that is indented as far; empty lines after it are no part of it.
    private static int end(String source, int start, int column) {
        int end = lineEnd(source, start);
        int at = end;
        while (at < source.length()) {
            int line = source.charAt(at) == '\n' ? at + 1 : at;
            int next = lineEnd(source, line);
            var text = source.substring(line, next);
            if (!text.isBlank()) {
                if (text.length() - text.stripLeading().length() < column) {
                    return end;
                }
                end = next;
            }
            if (next == at) {
                break;
            }
            at = next;
        }
        return end;
    }

    private static int lineEnd(String source, int from) {
        int end = source.indexOf('\n', from);
        return end < 0 ? source.length() : end;
    }

    /// Behind the brace that closes the one at `start`.
    private static int closing(String source, int start) {
        int depth = 0;
        char quote = 0;
        for (int i = start; i < source.length(); i++) {
            char c = source.charAt(i);
            if (quote != 0) {
                if (c == '\\' && quote == '"') {
                    i++;
                } else if (c == quote) {
                    quote = 0;
                }
            } else if ((c == '"' || c == '\'') && opens(source.charAt(i - 1))) {
                quote = c;
            } else if (c == '{' || c == '[') {
                depth++;
            } else if ((c == '}' || c == ']') && --depth == 0) {
                return i + 1;
            }
        }
        throw new IllegalArgumentException("Expected braces that close");
    }

    /// A quote within a word is part of it.
    private static boolean opens(char before) {
        return Character.isWhitespace(before) || "{[,:".indexOf(before) >= 0;
    }
}
