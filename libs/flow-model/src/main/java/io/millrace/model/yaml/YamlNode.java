// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A value of a YAML document and where it stands.
sealed interface YamlNode {
    Position position();

    /// The value as plain Java: text, numbers, booleans, lists and maps.
    @Nullable Object tree();

    /// @param text as written, without quotes
    /// @param value what it means: text, number, boolean or nothing
    /// @param block whether the text begins in the line below (`|`, `>`)
    record Scalar(String text, @Nullable Object value, Position position, boolean block)
            implements YamlNode {

        /// Where a line of the text stands.
        Position position(int line) {
            if (line == 1 && !block) {
                return position;
            }
            return new Position(position.line() + line - (block ? 0 : 1), 1);
        }

        @Override
        public @Nullable Object tree() {
            return value;
        }
    }

    record Sequence(List<YamlNode> items, Position position) implements YamlNode {
        @Override
        public @Nullable Object tree() {
            var list = new ArrayList<@Nullable Object>(items.size());
            items.forEach(item -> list.add(item.tree()));
            return Collections.unmodifiableList(list);
        }
    }

    record Mapping(Map<String, Entry> entries, Position position) implements YamlNode {

        @Nullable YamlNode get(String key) {
            var entry = entries.get(key);
            return entry == null ? null : entry.value();
        }

        @Override
        public Map<String, @Nullable Object> tree() {
            var map = new LinkedHashMap<String, @Nullable Object>();
            entries.forEach((key, entry) -> map.put(key, entry.value().tree()));
            return Collections.unmodifiableMap(map);
        }
    }

    record Entry(Position key, YamlNode value) {}

    default boolean isNull() {
        return this instanceof Scalar scalar && scalar.value() == null;
    }

    /// What to call it in a message.
    default String kind() {
        return switch (this) {
            case Mapping _ -> "a map";
            case Sequence _ -> "a list";
            case Scalar scalar when scalar.value() == null -> "nothing";
            case Scalar scalar when scalar.value() instanceof Boolean -> "`" + scalar.text() + "`";
            case Scalar scalar when scalar.text().length() > 60 ->
                    "`" + scalar.text().substring(0, 60) + "…`";
            case Scalar scalar -> "`" + scalar.text() + "`";
        };
    }

    /// Both, where what `over` says wins: maps are merged, lists are joined.
    static YamlNode merge(YamlNode under, YamlNode over) {
        if (under instanceof Mapping(var low, var _) && over instanceof Mapping(var high, var at)) {
            var merged = new LinkedHashMap<>(low);
            high.forEach((key, entry) ->
                    merged.merge(
                            key, entry, (a, b) -> new Entry(b.key(), merge(a.value(), b.value()))));
            return new Mapping(merged, at);
        }
        if (under instanceof Sequence(var first, var _)
                && over instanceof Sequence(var then, var at)) {
            var joined = new ArrayList<>(first);
            joined.addAll(then);
            return new Sequence(joined, at);
        }
        return over.isNull() ? under : over;
    }

    /// A tree from elsewhere as a node, all at one position.
    static YamlNode of(@Nullable Object tree, Position position) {
        return switch (tree) {
            case Map<?, ?> map -> {
                var entries = new LinkedHashMap<String, Entry>();
                map.forEach((key, value) ->
                        entries.put(String.valueOf(key), new Entry(position, of(value, position))));
                yield new Mapping(entries, position);
            }
            case List<?> list ->
                    new Sequence(list.stream().map(item -> of(item, position)).toList(), position);
            case null -> new Scalar("", null, position, false);
            default -> new Scalar(tree.toString(), tree, position, false);
        };
    }
}
