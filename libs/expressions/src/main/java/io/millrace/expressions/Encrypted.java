// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// An encrypted text among plain values: a map with the type below and the ciphertext. It takes the
/// place of the text wherever values are kept or sent; only who renders for a task opens it.
public final class Encrypted {
    /// As Kestra names it.
    private static final String TYPE = "io.kestra.datatype:aes_encrypted";

    /// What users see in its place.
    public static final String MASK = "******";

    private Encrypted() {}

    public static Map<String, Object> of(String ciphertext) {
        var map = new LinkedHashMap<String, Object>();
        map.put("type", TYPE);
        map.put("value", ciphertext);
        return map;
    }

    public static boolean is(@Nullable Object value) {
        return value instanceof Map<?, ?> map
                && TYPE.equals(map.get("type"))
                && map.get("value") instanceof String
                && map.size() == 2; // last: some maps have to be gone through for it
    }

    /// @param encrypted something that [#is(Object)] encrypted
    public static String ciphertext(Object encrypted) {
        return encrypted instanceof Map<?, ?> map && map.get("value") instanceof String text
                ? text
                : "";
    }

    /// Whether there is an encrypted text anywhere in a tree.
    public static boolean within(@Nullable Object tree) {
        return switch (tree) {
            case Map<?, ?> map -> is(map) || map.values().stream().anyMatch(Encrypted::within);
            case List<?> list -> list.stream().anyMatch(Encrypted::within);
            case null, default -> false;
        };
    }

    /// The tree with the mask in place of each encrypted text.
    public static @Nullable Object masked(@Nullable Object tree) {
        return within(tree) ? replaced(tree, _ -> MASK) : tree;
    }

    /// The map with the mask in place of each encrypted text.
    public static Map<String, @Nullable Object> masked(Map<String, @Nullable Object> map) {
        return within(map) ? replacedIn(map, _ -> MASK) : map;
    }

    /// The tree with something else in place of each encrypted text.
    ///
    /// @param replacement by ciphertext
    public static @Nullable Object replaced(
            @Nullable Object tree, Function<String, @Nullable Object> replacement) {
        return switch (tree) {
            case Map<?, ?> map when is(map) -> replacement.apply(ciphertext(map));
            case Map<?, ?> map -> replacedIn(map, replacement);
            case List<?> list -> {
                var copy = new ArrayList<@Nullable Object>(list.size());
                list.forEach(element -> copy.add(replaced(element, replacement)));
                yield copy;
            }
            case null, default -> tree;
        };
    }

    private static Map<String, @Nullable Object> replacedIn(
            Map<?, ?> map, Function<String, @Nullable Object> replacement) {
        var copy = new LinkedHashMap<String, @Nullable Object>();
        map.forEach((key, value) -> copy.put(String.valueOf(key), replaced(value, replacement)));
        return copy;
    }
}
