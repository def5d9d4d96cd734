// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// How the values of expressions behave: as text, in conditions, compared, calculated with.
final class Values {

    /// Beyond that many digits a number isn't written out.
    private static final int MAX_DIGITS = 1_000;

    private Values() {}

    // --- text -----------------------------------------------------------------------------------

    /// Lists and maps as JSON, nothing for null.
    static void print(@Nullable Object value, Output output) {
        switch (value) {
            case null -> {}
            case String text -> output.append(text);
            case Map<?, ?> _, Iterable<?> _ -> Json.print(value, output);
            case Map.Entry<?, ?> _ -> joined(value, output);
            case Object other when other.getClass().isArray() -> Json.print(value, output);
            case Object other -> output.append(scalar(other));
        }
    }

    /// As a part of a longer text (`~`, `+`, `join`): as Java writes it, lists as `[a, b]` and maps
    /// as `{a=1}`.
    static void joined(@Nullable Object value, Output output) {
        switch (value) {
            case null -> output.append("null");
            case String text -> output.append(text);
            case Map<?, ?> map -> {
                output.append('{');
                boolean first = true;
                for (var entry : map.entrySet()) {
                    if (!first) {
                        output.append(", ");
                    }
                    first = false;
                    joined(entry, output);
                }
                output.append('}');
            }
            case Map.Entry<?, ?> entry -> {
                joined(entry.getKey(), output);
                output.append('=');
                joined(entry.getValue(), output);
            }
            case Object all when all instanceof Iterable || all.getClass().isArray() -> {
                output.append('[');
                boolean first = true;
                for (var element : all instanceof Iterable<?> elements ? elements : list(all)) {
                    if (!first) {
                        output.append(", ");
                    }
                    first = false;
                    joined(element, output);
                }
                output.append(']');
            }
            case Object other -> output.append(other.toString());
        }
    }

    private static String scalar(Object value) {
        return switch (value) {
            case BigDecimal number ->
                    Math.abs((long) number.scale()) + number.precision() > MAX_DIGITS
                            ? number.toString()
                            : number.toPlainString();
            default -> value.toString();
        };
    }

    /// As it is printed; empty for null.
    static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case String text -> text;
            case Map<?, ?> _, Iterable<?> _ -> Json.write(value);
            case Object other when other.getClass().isArray() -> Json.write(value);
            case Object other -> scalar(other);
        };
    }

    /// The text that a filter works on: lists and maps as Java writes them.
    static String text(@Nullable Object value, Evaluation e) {
        if (value instanceof String text) {
            return text;
        }
        var output = e.output();
        if (value instanceof Map<?, ?>
                || value instanceof Iterable<?>
                || (value != null && value.getClass().isArray())) {
            joined(value, output);
        } else {
            print(value, output);
        }
        return output.toString();
    }

    /// With `~` or in an interpolated text: nothing for null.
    static String concatenate(@Nullable Object left, @Nullable Object right, Evaluation e) {
        return join(left == null ? "" : left, right == null ? "" : right, e);
    }

    private static String join(@Nullable Object left, @Nullable Object right, Evaluation e) {
        e.meter().step();
        var output = e.output();
        joined(left, output);
        joined(right, output);
        return output.toString();
    }

    // --- conditions -----------------------------------------------------------------------------

    /// Of `and`, `or` and `not`: a null is no answer.
    static boolean operand(@Nullable Object value, String operator) {
        if (value == null) {
            throw new ExpressionException("null value used in '%s'".formatted(operator));
        }
        return truth(value);
    }

    /// In `if`, `and`, `or`, `not` and `? :`.
    static boolean truth(@Nullable Object value) {
        return switch (value) {
            case null -> false;
            case Boolean truth -> truth;
            case Number number -> number.doubleValue() != 0 && !Double.isNaN(number.doubleValue());
            case String text -> !text.isEmpty();
            default ->
                    throw new ExpressionException(
                            "Expected a boolean, text or number as a condition but it is a "
                                    + typeOf(value));
        };
    }

    static boolean isEmpty(@Nullable Object value) {
        return switch (value) {
            case null -> true;
            case String text -> text.isBlank();
            case Collection<?> collection -> collection.isEmpty();
            case Map<?, ?> map -> map.isEmpty();
            default -> false;
        };
    }

    static boolean isJson(@Nullable Object value) {
        if (!(value instanceof String text)) {
            return value instanceof Map || value instanceof Collection;
        }
        if (text.isBlank()) {
            return true; // as no value at all
        }
        try {
            Json.parse(text);
            return true;
        } catch (ExpressionException _) {
            return false;
        }
    }

    // --- comparison -----------------------------------------------------------------------------

    static boolean equal(@Nullable Object left, @Nullable Object right, Evaluation e) {
        if (left == right) {
            return true;
        }
        if (left == null || right == null) {
            return false;
        }
        if (left instanceof Number a && right instanceof Number b) {
            return compareNumbers(a, b) == 0;
        }
        if (left instanceof List<?> a && right instanceof List<?> b) {
            return equalLists(a, b, e);
        }
        if (left instanceof Map<?, ?> a && right instanceof Map<?, ?> b) {
            return equalMaps(a, b, e);
        }
        if (left instanceof Enum<?> a && right instanceof String b) {
            return a.name().equals(b);
        }
        if (left instanceof String a && right instanceof Enum<?> b) {
            return b.name().equals(a);
        }
        return left.equals(right);
    }

    private static boolean equalLists(List<?> a, List<?> b, Evaluation e) {
        if (a.size() != b.size()) {
            return false;
        }
        e.meter().chars(a.size());
        var other = b.iterator();
        for (var element : a) {
            if (!other.hasNext() || !equal(element, other.next(), e)) {
                return false;
            }
        }
        return true;
    }

    private static boolean equalMaps(Map<?, ?> a, Map<?, ?> b, Evaluation e) {
        if (a.size() != b.size()) {
            return false;
        }
        e.meter().chars(a.size());
        for (var entry : a.entrySet()) {
            if (!b.containsKey(entry.getKey())
                    || !equal(entry.getValue(), b.get(entry.getKey()), e)) {
                return false;
            }
        }
        return true;
    }

    static boolean compare(
            @Nullable Object left, @Nullable Object right, IntPredicate expectedSign) {
        if (left == null || right == null) {
            return false;
        }
        return expectedSign.test(compare(left, right));
    }

    /// @throws ExpressionException if they have no common order
    @SuppressWarnings("unchecked")
    static int compare(Object left, Object right) {
        if (left instanceof Number a && right instanceof Number b) {
            return compareNumbers(a, b);
        }
        if (left instanceof Comparable<?> a && left.getClass() == right.getClass()) {
            return ((Comparable<Object>) a).compareTo(right);
        }
        throw new ExpressionException(
                "A %s can't be compared with a %s".formatted(typeOf(left), typeOf(right)));
    }

    private static int compareNumbers(Number a, Number b) {
        if (isWhole(a) && isWhole(b)) {
            return Long.compare(a.longValue(), b.longValue());
        }
        if (isBig(a) || isBig(b)) {
            return big(a).compareTo(big(b));
        }
        return Double.compare(decimal(a), decimal(b));
    }

    /// A `float` as the decimal number that it is written as.
    private static double decimal(Number number) {
        return number instanceof Float single
                ? Double.parseDouble(single.toString())
                : number.doubleValue();
    }

    /// Whether a collection holds something that is written like a value, or a map has it as a key
    /// or value. Texts hold nothing.
    static boolean isIn(@Nullable Object wanted, @Nullable Object all, Evaluation e) {
        if (wanted == null) {
            return false;
        }
        return switch (all) {
            case Map<?, ?> map -> {
                e.meter().chars(map.size());
                var text = text(wanted, e);
                yield map.entrySet().stream()
                        .anyMatch(entry ->
                                text.equals(text(entry.getKey()))
                                        || text.equals(text(entry.getValue())));
            }
            case Object many when many instanceof Collection || many.getClass().isArray() -> {
                var elements = list(many);
                e.meter().chars(elements.size());
                var text = text(wanted, e);
                yield elements.stream()
                        .anyMatch(element -> element != null && text.equals(text(element)));
            }
            case null, default -> false;
        };
    }

    static boolean contains(@Nullable Object all, @Nullable Object wanted, Evaluation e) {
        return switch (all) {
            case null -> false;
            case Map<?, ?> map -> wanted != null && map.containsKey(wanted);
            case String text -> {
                var part = e.output();
                joined(wanted, part);
                yield text.contains(part.toString());
            }
            case Collection<?> collection when wanted instanceof Collection<?> several -> {
                for (var one : several) {
                    if (!containsOne(collection, one, e)) {
                        yield false;
                    }
                }
                yield true;
            }
            case Collection<?> collection -> containsOne(collection, wanted, e);
            case Object array when array.getClass().isArray() ->
                    containsOne(list(array), wanted, e);
            default ->
                    throw new ExpressionException(
                            "Expected a list, map or text to look in but it is a " + typeOf(all));
        };
    }

    private static boolean containsOne(
            Collection<?> collection, @Nullable Object wanted, Evaluation e) {
        e.meter().chars(collection.size());
        for (var element : collection) {
            if (equal(element, wanted, e)) {
                return true;
            }
        }
        return false;
    }

    // --- arithmetic -----------------------------------------------------------------------------

    static Object arithmetic(
            String symbol, @Nullable Object left, @Nullable Object right, Evaluation e) {
        if (symbol.equals("+")) {
            if (left instanceof String || right instanceof String) {
                return join(left, right, e);
            }
            if (left instanceof List<?> list) {
                var sum = new ArrayList<@Nullable Object>(list);
                if (right instanceof Collection<?> more) {
                    sum.addAll(more);
                } else {
                    sum.add(right);
                }
                return e.made(sum);
            }
        }
        if (symbol.equals("-") && left instanceof List<?> list) {
            var rest = new ArrayList<@Nullable Object>();
            for (var element : list) {
                boolean removed =
                        right instanceof Collection<?> less
                                ? containsOne(less, element, e)
                                : equal(element, right, e);
                if (!removed) {
                    rest.add(element);
                }
            }
            return e.made(rest);
        }
        return calculate(symbol, number(left), number(right));
    }

    private static Number calculate(String symbol, Number a, Number b) {
        if (isBig(a) || isBig(b)) {
            return calculate(symbol, big(a), big(b));
        }
        if ((isSingle(a) && !(b instanceof Double)) || (isSingle(b) && isWhole(a))) {
            float x = a.floatValue();
            float y = b.floatValue();
            return switch (symbol) {
                case "+" -> x + y;
                case "-" -> x - y;
                case "*" -> x * y;
                case "/" -> x / y;
                case "%" -> x % y;
                default -> throw new IllegalArgumentException(symbol);
            };
        }
        if (!isWhole(a) || !isWhole(b)) {
            double x = a.doubleValue();
            double y = b.doubleValue();
            return switch (symbol) {
                case "+" -> x + y;
                case "-" -> x - y;
                case "*" -> x * y;
                case "/" -> x / y;
                case "%" -> x % y;
                default -> throw new IllegalArgumentException(symbol);
            };
        }
        long x = a.longValue();
        long y = b.longValue();
        return switch (symbol) {
            case "+" -> x + y;
            case "-" -> x - y;
            case "*" -> x * y;
            case "/" -> x / y;
            case "%" -> x % y;
            default -> throw new IllegalArgumentException(symbol);
        };
    }

    private static BigDecimal calculate(String symbol, BigDecimal x, BigDecimal y) {
        return switch (symbol) {
            case "+" -> x.add(y, MathContext.DECIMAL128);
            case "-" -> x.subtract(y, MathContext.DECIMAL128);
            case "*" -> x.multiply(y, MathContext.DECIMAL128);
            case "/" -> x.divide(y, MathContext.DECIMAL128);
            case "%" -> x.remainder(y, MathContext.DECIMAL128);
            default -> throw new IllegalArgumentException(symbol);
        };
    }

    /// @throws ExpressionException if it is neither a number nor the text of one
    static Number number(@Nullable Object value) {
        return switch (value) {
            case Number number -> number;
            case String text -> {
                try {
                    yield text.chars().anyMatch(c -> c == '.' || c == 'e' || c == 'E')
                            ? (Number) Double.valueOf(text.trim())
                            : Long.valueOf(text.trim());
                } catch (NumberFormatException _) {
                    throw new ExpressionException("Expected a number but it is '" + text + "'");
                }
            }
            case null, default ->
                    throw new ExpressionException("Expected a number but it is a " + typeOf(value));
        };
    }

    static long integer(@Nullable Object value) {
        return number(value).longValue();
    }

    private static boolean isSingle(Number number) {
        return number instanceof Float;
    }

    private static boolean isWhole(Number number) {
        return number instanceof Integer
                || number instanceof Long
                || number instanceof Short
                || number instanceof Byte;
    }

    private static boolean isBig(Number number) {
        return number instanceof BigDecimal || number instanceof BigInteger;
    }

    private static BigDecimal big(Number number) {
        return switch (number) {
            case BigDecimal decimal -> decimal;
            case BigInteger integer -> new BigDecimal(integer);
            case Long whole -> BigDecimal.valueOf(whole);
            case Integer whole -> BigDecimal.valueOf(whole);
            default -> BigDecimal.valueOf(decimal(number));
        };
    }

    /// @throws ExpressionException if it has so many digits that calculating with it is no small
    ///   thing
    static BigDecimal bounded(BigDecimal number) {
        if (Math.abs((long) number.scale()) + number.precision() > MAX_DIGITS) {
            throw new ExpressionException(
                    "A number of more than %d digits isn't supported".formatted(MAX_DIGITS));
        }
        return number;
    }

    // --- collections ----------------------------------------------------------------------------

    /// What a loop runs over: the elements, or the entries of a map.
    static Iterable<?> iterable(Object value) {
        return switch (value) {
            case Collection<?> collection -> collection;
            case Map<?, ?> map -> map.entrySet();
            case Object array when array.getClass().isArray() -> list(array);
            default ->
                    throw new ExpressionException(
                            "Not an iterable object. Value = [%s]".formatted(text(value)));
        };
    }

    static int size(Object value) {
        return switch (value) {
            case Collection<?> collection -> collection.size();
            case Map<?, ?> map -> map.size();
            case String text -> text.length();
            case Object array when array.getClass().isArray() -> Array.getLength(array);
            default -> 0;
        };
    }

    /// A view of a collection or array.
    ///
    /// @throws ExpressionException if it is neither
    static List<?> list(@Nullable Object value) {
        return switch (value) {
            case List<?> list -> list;
            case Collection<?> collection -> new ArrayList<>(collection);
            case Object[] array -> Arrays.asList(array);
            case Object array when array.getClass().isArray() ->
                    new AbstractList<Object>() {
                        @Override
                        public Object get(int index) {
                            return Objects.requireNonNull(Array.get(array, index));
                        }

                        @Override
                        public int size() {
                            return Array.getLength(array);
                        }
                    };
            case null, default ->
                    throw new ExpressionException("Expected a list but it is a " + typeOf(value));
        };
    }

    static Map<?, ?> map(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw new ExpressionException("Expected a map but it is a " + typeOf(value));
    }

    /// Keys of maps are plain values, so that finding one costs nothing.
    static @Nullable Object key(@Nullable Object value) {
        return value instanceof Collection || value instanceof Map ? text(value) : value;
    }

    static String typeOf(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case String _ -> "text";
            case Boolean _ -> "boolean";
            case Number _ -> "number";
            case Map<?, ?> _ -> "map";
            case Collection<?> _ -> "list";
            default -> value.getClass().getSimpleName();
        };
    }
}
