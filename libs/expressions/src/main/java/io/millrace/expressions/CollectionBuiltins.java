// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Filters and functions of lists and maps.
final class CollectionBuiltins {

    private static final int MAX_RANGE = 1_000_000;

    private CollectionBuiltins() {}

    static List<Builtin> filters() {
        return List.of(
                Builtin.of(
                        "default",
                        (input, a, _) -> Values.isEmpty(input) ? a.get("default") : input,
                        "default"),
                Builtin.of("first", (input, _, _) -> edge(input, true)),
                Builtin.of("last", (input, _, _) -> edge(input, false)),
                Builtin.of("length", (input, _, _) -> input == null ? 0 : Values.size(input)),
                Builtin.of("reverse", CollectionBuiltins::reverse),
                Builtin.of("sort", (input, _, e) -> sorted(input, Values::compare, e)),
                Builtin.of(
                        "rsort", (input, _, e) -> sorted(input, (a, b) -> Values.compare(b, a), e)),
                Builtin.of("join", CollectionBuiltins::join, "separator"),
                Builtin.of("slice", CollectionBuiltins::slice, "fromIndex", "toIndex"),
                Builtin.of("merge", (input, a, e) -> merge(input, a.get("items"), e), "items"),
                Builtin.of("keys", (input, _, e) -> keys(input, e)),
                Builtin.of(
                        "values",
                        (input, _, e) -> {
                            if (input == null) {
                                return null;
                            }
                            e.meter().elements(Values.size(input));
                            return new ArrayList<>(Values.map(input).values());
                        }),
                Builtin.of("chunk", CollectionBuiltins::chunk, "size"),
                Builtin.of("flatten", CollectionBuiltins::flatten),
                Builtin.of("distinct", (input, _, e) -> distinct(input, e)),
                Builtin.of("uniq", (input, _, e) -> distinct(input, e)));
    }

    static List<Builtin> functions() {
        return List.of(
                Builtin.of("max", (_, a, _) -> extreme(a, (x, y) -> Values.compare(x, y))),
                Builtin.of("min", (_, a, _) -> extreme(a, (x, y) -> Values.compare(y, x))),
                Builtin.of(
                                "range",
                                (_, a, e) ->
                                        range(
                                                a.required("start"),
                                                a.required("end"),
                                                a.has("increment") ? a.integer("increment") : 1,
                                                e.meter()),
                                "start",
                                "end",
                                "increment")
                        .onLane(Builtin.Lane.UNSAFE));
    }

    private static @Nullable Object extreme(Arguments arguments, Comparator<Object> order) {
        Object extreme = null;
        for (var value : arguments.all()) {
            if (value != null && (extreme == null || order.compare(value, extreme) > 0)) {
                extreme = value;
            }
        }
        return extreme;
    }

    /// From start to end, both included.
    static List<Object> range(
            @Nullable Object start, @Nullable Object end, long increment, Meter meter) {
        if (increment == 0) {
            throw new ExpressionException(
                    "The increment of the range function must be different than 0");
        }
        boolean characters =
                start instanceof String from
                        && end instanceof String to
                        && from.length() == 1
                        && to.length() == 1;
        if (!characters && !(start instanceof Number && end instanceof Number)) {
            throw new ExpressionException(
                    "Arguments of range function must be of type Number or String with a length of"
                            + " 1");
        }
        long from = characters ? Values.text(start).charAt(0) : Values.integer(start);
        long to = characters ? Values.text(end).charAt(0) : Values.integer(end);
        if (increment > 0 ? from > to : from < to) {
            return new ArrayList<>();
        }
        long count = Math.addExact(Math.subtractExact(to, from) / increment, 1);
        if (count > MAX_RANGE) {
            throw new BudgetExceededException(
                    "The range function cannot produce more than %d elements, but these are %d"
                            .formatted(MAX_RANGE, count));
        }
        meter.elements(count);
        var all = new ArrayList<Object>((int) count);
        for (long i = 0; i < count; i++) {
            long value = from + i * increment;
            all.add(characters ? (Object) String.valueOf((char) value) : value);
        }
        return all;
    }

    private static @Nullable Object edge(@Nullable Object input, boolean first) {
        if (input == null) {
            return null;
        }
        if (input instanceof String text) {
            return text.isEmpty()
                    ? text
                    : text.substring(first ? 0 : text.length() - 1).substring(0, 1);
        }
        var list = Values.list(input);
        if (list.isEmpty()) {
            return null;
        }
        return first ? list.getFirst() : list.getLast();
    }

    private static @Nullable Object reverse(
            @Nullable Object input, Arguments arguments, Evaluation e) {
        if (input == null) {
            return null;
        }
        if (input instanceof String text) {
            return new StringBuilder(text).reverse().toString();
        }
        e.meter().elements(Values.size(input));
        return new ArrayList<>(Values.list(input).reversed());
    }

    private static @Nullable Object sorted(
            @Nullable Object input, Comparator<Object> order, Evaluation e) {
        if (input == null) {
            return null;
        }
        e.meter().elements(Values.size(input));
        var sorted = new ArrayList<Object>(Values.list(input));
        sorted.sort((a, b) -> {
            e.meter().step();
            return order.compare(a, b);
        });
        return sorted;
    }

    private static @Nullable Object join(
            @Nullable Object input, Arguments arguments, Evaluation e) {
        if (input == null) {
            return null;
        }
        var separator = arguments.optionalText("separator");
        var output = e.output();
        boolean first = true;
        for (var element : Values.list(input)) {
            if (!first && separator != null) {
                output.append(separator);
            }
            first = false;
            Values.joined(element, output);
        }
        return output.toString();
    }

    private static @Nullable Object slice(
            @Nullable Object input, Arguments arguments, Evaluation e) {
        if (input == null) {
            return null;
        }
        int length = Values.size(input);
        long from = arguments.get("fromIndex") == null ? 0 : arguments.integer("fromIndex");
        long to = arguments.get("toIndex") == null ? length : arguments.integer("toIndex");
        if (from < 0) {
            throw new ExpressionException("fromIndex must be greater than 0");
        }
        if (to > length) {
            throw new ExpressionException("toIndex must be smaller than input size: " + length);
        }
        if (from > to || (from == to && arguments.has("toIndex"))) {
            throw new ExpressionException("toIndex must be greater than fromIndex");
        }
        if (input instanceof String text) {
            return text.substring((int) from, (int) to);
        }
        e.meter().elements(to - from);
        return new ArrayList<>(Values.list(input).subList((int) from, (int) to));
    }

    private static @Nullable Object merge(
            @Nullable Object input, @Nullable Object items, Evaluation e) {
        if (input == null && items == null) {
            throw new ExpressionException("The two arguments to be merged are null");
        }
        if (input == null || items == null) {
            return input == null ? items : input;
        }
        e.meter().elements((long) Values.size(input) + Values.size(items));
        if (input instanceof Map<?, ?> map) {
            var merged = new LinkedHashMap<@Nullable Object, @Nullable Object>(map);
            if (items instanceof Map<?, ?> more) {
                merged.putAll(more);
            } else {
                for (var element : Values.list(items)) {
                    merged.put(Values.key(element), element);
                }
            }
            return merged;
        }
        var merged = new ArrayList<@Nullable Object>(Values.list(input));
        if (items instanceof Map<?, ?> more) {
            merged.addAll(more.entrySet());
        } else {
            merged.addAll(Values.list(items));
        }
        return merged;
    }

    private static @Nullable Object keys(@Nullable Object input, Evaluation e) {
        if (input == null) {
            return null;
        }
        if (input instanceof Map<?, ?> map) {
            e.meter().elements(map.size());
            return new ArrayList<>(map.keySet());
        }
        int size = Values.list(input).size();
        e.meter().elements(size);
        var indexes = new ArrayList<Integer>(size);
        for (int i = 0; i < size; i++) {
            indexes.add(i);
        }
        return indexes;
    }

    private static @Nullable Object chunk(
            @Nullable Object input, Arguments arguments, Evaluation e) {
        if (input == null) {
            return null;
        }
        long size = arguments.integer("size");
        if (size < 1) {
            throw new ExpressionException("'chunk' expects a size of at least 1");
        }
        var all = Values.list(input);
        e.meter().elements(all.size());
        var chunks = new ArrayList<Object>();
        for (int from = 0; from < all.size(); from += (int) Math.min(size, all.size())) {
            int to = (int) Math.min(all.size(), from + size);
            chunks.add(e.made(new ArrayList<>(all.subList(from, to))));
        }
        return chunks;
    }

    private static @Nullable Object flatten(
            @Nullable Object input, Arguments arguments, Evaluation e) {
        if (input == null) {
            return null;
        }
        var flat = new ArrayList<@Nullable Object>();
        for (var element : Values.list(input)) {
            if (element instanceof Collection<?> inner) {
                e.meter().elements((long) flat.size() + inner.size());
                flat.addAll(inner);
            } else {
                flat.add(element);
            }
        }
        return flat;
    }

    private static Object distinct(@Nullable Object input, Evaluation e) {
        if (input == null) {
            return "null";
        }
        var all = Values.list(input);
        e.meter().elements(all.size());
        return new ArrayList<Object>(new LinkedHashSet<>(all));
    }
}
