// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.expressions.Encrypted;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Variables as a lane may look at them: it notices when an encrypted text is met, which only a
/// worker opens. Costs nothing for what isn't looked at.
final class Guarded {
    private boolean met;

    /// Whether an encrypted text was met.
    boolean met() {
        return met;
    }

    Map<String, @Nullable Object> of(Map<String, @Nullable Object> map) {
        return new Guard(map);
    }

    private @Nullable Object guarded(@Nullable Object value) {
        return switch (value) {
            case Map<?, ?> map -> {
                if (Encrypted.is(map)) {
                    met = true;
                    yield Encrypted.MASK;
                }
                yield new Guard(map);
            }
            case List<?> list -> new GuardedList(list);
            case null, default -> value;
        };
    }

    private final class Guard extends AbstractMap<String, @Nullable Object> {
        private final Map<?, ?> map;

        private Guard(Map<?, ?> map) {
            this.map = map;
        }

        @Override
        public boolean containsKey(@Nullable Object key) {
            return map.containsKey(key);
        }

        @Override
        public @Nullable Object get(@Nullable Object key) {
            return guarded(map.get(key));
        }

        @Override
        public boolean isEmpty() {
            return map.isEmpty();
        }

        @Override
        public int size() {
            return map.size();
        }

        @Override
        public Set<Entry<String, @Nullable Object>> entrySet() {
            var all = new LinkedHashMap<String, @Nullable Object>();
            map.forEach((key, value) -> all.put(String.valueOf(key), guarded(value)));
            return all.entrySet();
        }
    }

    private final class GuardedList extends AbstractList<@Nullable Object> {
        private final List<?> list;

        private GuardedList(List<?> list) {
            this.list = list;
        }

        @Override
        public @Nullable Object get(int index) {
            return guarded(list.get(index));
        }

        @Override
        public int size() {
            return list.size();
        }
    }
}
