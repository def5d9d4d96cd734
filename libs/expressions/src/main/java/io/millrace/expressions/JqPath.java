// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where a value was found: the keys that lead to it from the input.
record JqPath(@Nullable JqPath parent, @Nullable Object key) {
    static final JqPath ROOT = new JqPath(null, null);

    JqPath then(@Nullable Object key) {
        return new JqPath(this, key);
    }

    List<@Nullable Object> keys() {
        var keys = new ArrayList<@Nullable Object>();
        for (var at = this; at.parent != null; at = at.parent) {
            keys.addFirst(at.key);
        }
        return keys;
    }

    /// What becomes of a value.
    @FunctionalInterface
    interface Change {
        @Nullable Object apply(@Nullable Object old);
    }

    /// What JSON knows; times become text.
    static @Nullable Object plain(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case String _, Number _, Boolean _, Map<?, ?> _, List<?> _ -> value;
            case Object other when other instanceof Collection || other.getClass().isArray() ->
                    Values.list(other);
            default -> Json.scalar(value);
        };
    }

    /// What `value[key]` is.
    static @Nullable Object index(@Nullable Object value, @Nullable Object key) {
        if (value == null && (key == null || key instanceof String || key instanceof Number)) {
            return null;
        }
        return switch (value) {
            case Map<?, ?> map when key instanceof String -> map.get(key);
            case List<?> list when key instanceof Number number -> {
                int at =
                        number.intValue() < 0 ? list.size() + number.intValue() : number.intValue();
                yield at >= 0 && at < list.size() ? list.get(at) : null;
            }
            case null, default ->
                    throw new JqError(
                            "Cannot index %s with %s"
                                    .formatted(
                                            JqFunctions.type(value),
                                            key instanceof String
                                                    ? "\"" + key + "\""
                                                    : JqFunctions.type(key)));
        };
    }

    /// An index of a slice, within the size.
    static int bound(@Nullable Object value, int size, int otherwise) {
        if (value == null) {
            return otherwise;
        }
        long at = Values.integer(value);
        return Math.clamp(at < 0 ? size + at : at, 0, size);
    }

    /// Changes what lies at a path, in a copy.
    static @Nullable Object set(
            @Nullable Object value,
            List<@Nullable Object> keys,
            int depth,
            Change change,
            Meter meter) {
        if (depth == keys.size()) {
            return change.apply(value);
        }
        meter.elements(value == null ? 0 : Values.size(value));
        var key = keys.get(depth);
        var inner = set(index(value, key), keys, depth + 1, change, meter);
        if (key instanceof String name) {
            var copy = new LinkedHashMap<@Nullable Object, @Nullable Object>();
            if (value instanceof Map<?, ?> map) {
                copy.putAll(map);
            }
            copy.put(name, inner);
            return copy;
        }
        var copy = new ArrayList<@Nullable Object>();
        if (value instanceof List<?> list) {
            copy.addAll(list);
        }
        int at = (int) Values.integer(key);
        at = at < 0 ? copy.size() + at : at;
        if (at < 0) {
            throw new JqError("Out of bounds negative array index");
        }
        meter.elements(at);
        while (copy.size() <= at) {
            copy.add(null);
        }
        copy.set(at, inner);
        return copy;
    }

    /// Leaves out what lies at a path, in a copy.
    static @Nullable Object delete(
            @Nullable Object value, List<@Nullable Object> keys, int depth, Meter meter) {
        if (value == null || keys.isEmpty()) {
            return null;
        }
        meter.elements(Values.size(value));
        var key = keys.get(depth);
        boolean here = depth == keys.size() - 1;
        if (value instanceof Map<?, ?> map) {
            var copy = new LinkedHashMap<@Nullable Object, @Nullable Object>(map);
            if (here) {
                copy.remove(key);
            } else if (map.containsKey(key)) {
                copy.put(key, delete(map.get(key), keys, depth + 1, meter));
            }
            return copy;
        }
        if (value instanceof List<?> list && key instanceof Number number) {
            var copy = new ArrayList<@Nullable Object>(list);
            int at = number.intValue() < 0 ? list.size() + number.intValue() : number.intValue();
            if (at >= 0 && at < copy.size()) {
                if (here) {
                    copy.remove(at);
                } else {
                    copy.set(at, delete(copy.get(at), keys, depth + 1, meter));
                }
            }
            return copy;
        }
        throw new JqError("Cannot delete field of " + JqFunctions.type(value));
    }
}
