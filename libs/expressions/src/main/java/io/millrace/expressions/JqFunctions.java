// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The operators of jq, and its functions of values.
final class JqFunctions {

    /// The results of a function that gives any number of them.
    record Several(List<@Nullable Object> all) {}

    /// An element and what it is ordered by.
    record Keyed(List<@Nullable Object> key, @Nullable Object value) {}

    private JqFunctions() {}

    static boolean truth(@Nullable Object value) {
        return value != null && !Boolean.FALSE.equals(value);
    }

    static String type(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case Boolean _ -> "boolean";
            case Number _ -> "number";
            case Map<?, ?> _ -> "object";
            case List<?> _ -> "array";
            default -> "string";
        };
    }

    /// Whole if it is.
    static Number number(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1L << 53) {
            long whole = (long) value;
            return whole == (int) whole ? (Number) (int) whole : (Number) whole;
        }
        return value;
    }

    static String text(@Nullable Object value) {
        return value instanceof String text ? text : Json.write(value);
    }

    private static String text(@Nullable Object value, Meter meter) {
        if (value instanceof String text) {
            return text;
        }
        var output = new Output(meter);
        Json.write(value, output);
        return output.toString();
    }

    // --- order ----------------------------------------------------------------------------------

    private static int rank(@Nullable Object value) {
        return switch (value) {
            case null -> 0;
            case Boolean truth -> truth ? 2 : 1;
            case Number _ -> 3;
            case String _ -> 4;
            case List<?> _ -> 5;
            case Map<?, ?> _ -> 6;
            default -> 4;
        };
    }

    /// jq's order of all values.
    static int compare(@Nullable Object a, @Nullable Object b, Meter meter) {
        meter.step();
        int ranks = Integer.compare(rank(a), rank(b));
        if (ranks != 0 || a == null || b == null) {
            return ranks;
        }
        return switch (a) {
            case Boolean _ -> 0;
            case List<?> list -> {
                var other = (List<?>) b;
                for (int i = 0; i < Math.min(list.size(), other.size()); i++) {
                    int order = compare(list.get(i), other.get(i), meter);
                    if (order != 0) {
                        yield order;
                    }
                }
                yield Integer.compare(list.size(), other.size());
            }
            case Map<?, ?> map -> {
                var keys = sortedKeys(map);
                var otherKeys = sortedKeys((Map<?, ?>) b);
                int order = compare(keys, otherKeys, meter);
                for (int i = 0; order == 0 && i < keys.size(); i++) {
                    order =
                            compare(
                                    map.get(keys.get(i)),
                                    ((Map<?, ?>) b).get(otherKeys.get(i)),
                                    meter);
                }
                yield order;
            }
            case Number number when b instanceof Number -> Values.compare(number, b);
            default -> text(a).compareTo(text(b));
        };
    }

    private static List<Object> sortedKeys(Map<?, ?> map) {
        return map.keySet().stream().map(Values::text).sorted().collect(Collectors.toList());
    }

    // --- operators ------------------------------------------------------------------------------

    static @Nullable Object binary(
            String operator, @Nullable Object a, @Nullable Object b, Meter meter) {
        return switch (operator) {
            case "==" -> compare(a, b, meter) == 0;
            case "!=" -> compare(a, b, meter) != 0;
            case "<" -> compare(a, b, meter) < 0;
            case "<=" -> compare(a, b, meter) <= 0;
            case ">" -> compare(a, b, meter) > 0;
            case ">=" -> compare(a, b, meter) >= 0;
            default -> arithmetic(operator, a, b, meter);
        };
    }

    static @Nullable Object arithmetic(
            String operator, @Nullable Object a, @Nullable Object b, Meter meter) {
        meter.step();
        if (operator.equals("+")) {
            if (a == null || b == null) {
                return a == null ? b : a;
            }
            if (a instanceof String x && b instanceof String y) {
                meter.chars((long) x.length() + y.length());
                return x + y;
            }
            if (a instanceof List<?> x && b instanceof List<?> y) {
                meter.elements((long) x.size() + y.size());
                var sum = new ArrayList<@Nullable Object>(x);
                sum.addAll(y);
                return sum;
            }
            if (a instanceof Map<?, ?> x && b instanceof Map<?, ?> y) {
                meter.elements((long) x.size() + y.size());
                var sum = new LinkedHashMap<@Nullable Object, @Nullable Object>(x);
                sum.putAll(y);
                return sum;
            }
        }
        if (operator.equals("-") && a instanceof List<?> x && b instanceof List<?> y) {
            var rest = new ArrayList<@Nullable Object>();
            for (var element : x) {
                if (y.stream().noneMatch(less -> compare(element, less, meter) == 0)) {
                    rest.add(element);
                }
            }
            return rest;
        }
        if (operator.equals("*")) {
            if (a instanceof String text && b instanceof Number times) {
                return repeat(text, times.doubleValue(), meter);
            }
            if (a instanceof Map<?, ?> x && b instanceof Map<?, ?> y) {
                return deepMerge(x, y, meter);
            }
        }
        if (operator.equals("/") && a instanceof String x && b instanceof String y) {
            return split(x, y, meter);
        }
        if (a instanceof Number x && b instanceof Number y) {
            return calculate(operator, x.doubleValue(), y.doubleValue());
        }
        throw new JqError(
                "%s and %s cannot be combined with %s".formatted(type(a), type(b), operator));
    }

    private static Number calculate(String operator, double x, double y) {
        if ((operator.equals("/") && y == 0) || (operator.equals("%") && (long) y == 0)) {
            throw new JqError("%s cannot be divided by zero".formatted(number(x)));
        }
        return number(
                switch (operator) {
                    case "+" -> x + y;
                    case "-" -> x - y;
                    case "*" -> x * y;
                    case "/" -> x / y;
                    case "%" -> (long) x % (long) y;
                    default -> throw new JqError("unknown operator " + operator);
                });
    }

    private static @Nullable Object repeat(String text, double times, Meter meter) {
        if (times <= 0) {
            return null;
        }
        meter.chars((long) Math.min(text.length() * Math.ceil(times), Long.MAX_VALUE / 4.0));
        return text.repeat((int) Math.max(1, times));
    }

    private static Object deepMerge(Map<?, ?> a, Map<?, ?> b, Meter meter) {
        meter.elements((long) a.size() + b.size());
        var merged = new LinkedHashMap<@Nullable Object, @Nullable Object>(a);
        for (var entry : b.entrySet()) {
            var old = merged.get(entry.getKey());
            merged.put(
                    entry.getKey(),
                    old instanceof Map<?, ?> x && entry.getValue() instanceof Map<?, ?> y
                            ? deepMerge(x, y, meter)
                            : entry.getValue());
        }
        return merged;
    }

    private static List<@Nullable Object> split(String text, String separator, Meter meter) {
        meter.chars(text.length());
        var parts = new ArrayList<@Nullable Object>();
        if (text.isEmpty()) {
            return parts;
        }
        if (separator.isEmpty()) {
            text.codePoints().forEach(c -> parts.add(Character.toString(c)));
            return parts;
        }
        int from = 0;
        for (int at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, from)) {
            parts.add(text.substring(from, at));
            from = at + separator.length();
        }
        parts.add(text.substring(from));
        return parts;
    }

    // --- functions ------------------------------------------------------------------------------

    static @Nullable Object by(String function, List<Keyed> keyed, Meter meter) {
        var order = Comparator.<Keyed, Object>comparing(Keyed::key, (a, b) -> compare(a, b, meter));
        if (function.equals("min_by") || function.equals("max_by")) {
            if (keyed.isEmpty()) {
                return null;
            }
            return function.equals("min_by")
                    ? keyed.stream().min(order).orElseThrow().value()
                    : keyed.stream()
                            .reduce((a, b) -> order.compare(a, b) > 0 ? a : b)
                            .orElseThrow()
                            .value();
        }
        var sorted = keyed.stream().sorted(order).toList();
        var results = new ArrayList<@Nullable Object>();
        List<@Nullable Object> group = new ArrayList<>();
        Keyed previous = null;
        for (var element : sorted) {
            boolean same = previous != null && order.compare(previous, element) == 0;
            switch (function) {
                case "sort_by" -> results.add(element.value());
                case "unique_by" -> {
                    if (!same) {
                        results.add(element.value());
                    }
                }
                default -> {
                    if (!same) {
                        group = new ArrayList<>();
                        results.add(group);
                    }
                    group.add(element.value());
                }
            }
            previous = element;
        }
        return results;
    }

    /// @throws ExpressionException if there is no such function
    static @Nullable Object value(
            String name, @Nullable Object input, List<@Nullable Object> arguments, Meter meter) {
        return switch (name + "/" + arguments.size()) {
            case "length/0" -> length(input);
            case "utf8bytelength/0" -> string(input, name).getBytes(StandardCharsets.UTF_8).length;
            case "keys/0" -> keys(input, true);
            case "keys_unsorted/0" -> keys(input, false);
            case "values/0" ->
                    input == null ? new Several(new ArrayList<@Nullable Object>()) : input;
            case "nulls/0" -> only(input, input == null);
            case "strings/0" -> only(input, input instanceof String);
            case "numbers/0" -> only(input, input instanceof Number);
            case "booleans/0" -> only(input, input instanceof Boolean);
            case "arrays/0" -> only(input, input instanceof List);
            case "objects/0" -> only(input, input instanceof Map);
            case "scalars/0" -> only(input, !(input instanceof List) && !(input instanceof Map));
            case "iterables/0" -> only(input, input instanceof List || input instanceof Map);
            case "has/1" -> has(input, arguments.get(0));
            case "in/1" -> has(arguments.get(0), input);
            case "contains/1" -> contains(input, arguments.get(0), meter);
            case "inside/1" -> contains(arguments.get(0), input, meter);
            case "add/0" -> add(input, meter);
            case "any/0" -> array(input, name).stream().anyMatch(JqFunctions::truth);
            case "all/0" -> array(input, name).stream().allMatch(JqFunctions::truth);
            case "flatten/0" -> flatten(array(input, name), Integer.MAX_VALUE, meter);
            case "flatten/1" ->
                    flatten(array(input, name), (int) Values.integer(arguments.get(0)), meter);
            case "first/0" -> array(input, name).isEmpty() ? null : array(input, name).getFirst();
            case "last/0" -> array(input, name).isEmpty() ? null : array(input, name).getLast();
            case "nth/1" -> array(input, name).get((int) Values.integer(arguments.get(0)));
            case "reverse/0" -> reverse(input, meter);
            case "sort/0" -> by("sort_by", keyed(input, name), meter);
            case "group_by/0" -> by("group_by", keyed(input, name), meter);
            case "unique/0" -> by("unique_by", keyed(input, name), meter);
            case "min/0" -> by("min_by", keyed(input, name), meter);
            case "max/0" -> by("max_by", keyed(input, name), meter);
            case "to_entries/0" -> toEntries(input, meter);
            case "from_entries/0" -> fromEntries(input, meter);
            case "floor/0" -> number(Math.floor(num(input, name)));
            case "ceil/0" -> number(Math.ceil(num(input, name)));
            case "round/0" -> number(Math.floor(num(input, name) + 0.5));
            case "fabs/0", "abs/0" -> number(Math.abs(num(input, name)));
            case "sqrt/0" -> number(Math.sqrt(num(input, name)));
            case "log/0" -> number(Math.log(num(input, name)));
            case "exp/0" -> number(Math.exp(num(input, name)));
            case "pow/2" ->
                    number(Math.pow(num(arguments.get(0), name), num(arguments.get(1), name)));
            case "infinite/0" -> Double.POSITIVE_INFINITY;
            case "nan/0" -> Double.NaN;
            case "isnan/0" -> Double.isNaN(num(input, name));
            case "isinfinite/0" -> Double.isInfinite(num(input, name));
            case "tostring/0" -> text(input, meter);
            case "tonumber/0" -> toNumber(input);
            case "tojson/0" -> {
                var output = new Output(meter);
                Json.write(input, output);
                yield output.toString();
            }
            case "fromjson/0" -> Json.parse(string(input, name));
            case "type/0" -> type(input);
            case "startswith/1" -> string(input, name).startsWith(string(arguments.get(0), name));
            case "endswith/1" -> string(input, name).endsWith(string(arguments.get(0), name));
            case "ltrimstr/1" -> trimmed(input, arguments.get(0), true);
            case "rtrimstr/1" -> trimmed(input, arguments.get(0), false);
            case "trim/0" -> string(input, name).strip();
            case "ltrim/0" -> string(input, name).stripLeading();
            case "rtrim/0" -> string(input, name).stripTrailing();
            case "ascii_downcase/0" -> string(input, name).toLowerCase(Locale.ROOT);
            case "ascii_upcase/0" -> string(input, name).toUpperCase(Locale.ROOT);
            case "explode/0" -> {
                meter.elements(string(input, name).length());
                yield string(input, name).codePoints().boxed().collect(Collectors.toList());
            }
            case "implode/0" ->
                    array(input, name).stream()
                            .map(c -> Character.toString((int) Values.integer(c)))
                            .collect(Collectors.joining());
            case "split/1" -> split(string(input, name), string(arguments.get(0), name), meter);
            case "split/2", "splits/1" ->
                    new ArrayList<>(
                            Regex.split(
                                    string(input, name),
                                    string(arguments.get(0), name),
                                    -1,
                                    meter));
            case "join/1" -> join(array(input, name), string(arguments.get(0), name), meter);
            case "test/1", "test/2" -> regex(input, arguments, name, meter).find();
            case "match/1", "match/2" -> matches(regex(input, arguments, name, meter), arguments);
            case "capture/1", "capture/2" -> capture(regex(input, arguments, name, meter));
            case "scan/1", "scan/2" -> scan(regex(input, arguments, name, meter));
            case "sub/2", "sub/3" -> replaced(input, arguments, false, meter);
            case "gsub/2", "gsub/3" -> replaced(input, arguments, true, meter);
            case "index/1" -> indexOf(input, arguments.get(0), false);
            case "rindex/1" -> indexOf(input, arguments.get(0), true);
            case "todate/0" -> Instant.ofEpochSecond((long) num(input, name)).toString();
            case "fromdate/0", "fromdateiso8601/0" -> fromDate(string(input, name));
            case "ascii/0" -> Character.toString((int) num(input, name));
            case String format when format.startsWith("@") && arguments.isEmpty() ->
                    format(name, input, meter);
            default ->
                    throw new ExpressionException(
                            "jq: %s/%d is not defined".formatted(name, arguments.size()));
        };
    }

    private static @Nullable Object only(@Nullable Object input, boolean kept) {
        return kept ? input : new Several(new ArrayList<@Nullable Object>());
    }

    private static List<?> array(@Nullable Object input, String function) {
        if (input instanceof List<?> list) {
            return list;
        }
        throw new JqError("%s cannot be used with %s".formatted(type(input), function));
    }

    private static String string(@Nullable Object input, String function) {
        if (input instanceof String text) {
            return text;
        }
        throw new JqError("%s cannot be used with %s".formatted(type(input), function));
    }

    private static double num(@Nullable Object input, String function) {
        if (input instanceof Number number) {
            return number.doubleValue();
        }
        throw new JqError("%s cannot be used with %s".formatted(type(input), function));
    }

    private static Object length(@Nullable Object input) {
        return switch (input) {
            case null -> 0;
            case String text -> text.codePointCount(0, text.length());
            case Number number -> number(Math.abs(number.doubleValue()));
            case Boolean _ -> throw new JqError("boolean has no length");
            case Object all -> Values.size(all);
        };
    }

    private static Object keys(@Nullable Object input, boolean sorted) {
        if (input instanceof Map<?, ?> map) {
            return sorted ? sortedKeys(map) : new ArrayList<>(map.keySet());
        }
        var indexes = new ArrayList<Object>();
        int size = array(input, "keys").size();
        for (int i = 0; i < size; i++) {
            indexes.add(i);
        }
        return indexes;
    }

    private static boolean has(@Nullable Object input, @Nullable Object key) {
        if (input instanceof Map<?, ?> map && key instanceof String) {
            return map.containsKey(key);
        }
        if (input instanceof List<?> list && key instanceof Number index) {
            return index.intValue() >= 0 && index.intValue() < list.size();
        }
        throw new JqError("Cannot check whether %s has a %s key".formatted(type(input), type(key)));
    }

    private static boolean contains(@Nullable Object a, @Nullable Object b, Meter meter) {
        meter.step();
        if (a instanceof Map<?, ?> x && b instanceof Map<?, ?> y) {
            return y.entrySet().stream()
                    .allMatch(e ->
                            x.containsKey(e.getKey())
                                    && contains(x.get(e.getKey()), e.getValue(), meter));
        }
        if (a instanceof List<?> x && b instanceof List<?> y) {
            return y.stream().allMatch(one -> x.stream().anyMatch(e -> contains(e, one, meter)));
        }
        if (a instanceof String x && b instanceof String y) {
            return x.contains(y);
        }
        return compare(a, b, meter) == 0;
    }

    private static @Nullable Object add(@Nullable Object input, Meter meter) {
        var all = input instanceof Map<?, ?> map ? map.values() : array(input, "add");
        Object sum = null;
        for (var element : all) {
            sum = arithmetic("+", sum, JqPath.plain(element), meter);
        }
        return sum;
    }

    private static List<@Nullable Object> flatten(List<?> list, int depth, Meter meter) {
        var flat = new ArrayList<@Nullable Object>();
        for (var element : list) {
            meter.step();
            if (element instanceof List<?> inner && depth > 0) {
                flat.addAll(flatten(inner, depth - 1, meter));
                meter.elements(flat.size());
            } else {
                flat.add(element);
            }
        }
        return flat;
    }

    private static Object reverse(@Nullable Object input, Meter meter) {
        if (input instanceof String text) {
            return new StringBuilder(text).reverse().toString();
        }
        var list = input == null ? List.of() : array(input, "reverse");
        meter.elements(list.size());
        return new ArrayList<>(list.reversed());
    }

    private static List<Keyed> keyed(@Nullable Object input, String function) {
        var keyed = new ArrayList<Keyed>();
        for (var element : array(input, function)) {
            var key = new ArrayList<@Nullable Object>();
            key.add(element);
            keyed.add(new Keyed(key, element));
        }
        return keyed;
    }

    private static Object toEntries(@Nullable Object input, Meter meter) {
        var entries = new ArrayList<Object>();
        switch (input) {
            case Map<?, ?> map -> {
                meter.elements(map.size());
                map.forEach((key, value) -> entries.add(entry(key, value)));
            }
            case List<?> list -> {
                meter.elements(list.size());
                for (var value : list) {
                    entries.add(entry(entries.size(), value));
                }
            }
            case null, default -> throw new JqError(type(input) + " has no keys");
        }
        return entries;
    }

    private static Map<String, @Nullable Object> entry(Object key, @Nullable Object value) {
        var entry = new LinkedHashMap<String, @Nullable Object>();
        entry.put("key", key);
        entry.put("value", value);
        return entry;
    }

    private static Object fromEntries(@Nullable Object input, Meter meter) {
        var entries = array(input, "from_entries");
        meter.elements(entries.size());
        var map = new LinkedHashMap<String, @Nullable Object>();
        for (var entry : entries) {
            if (!(entry instanceof Map<?, ?> one)) {
                throw new JqError("Cannot index %s with \"key\"".formatted(type(entry)));
            }
            Object key = null;
            for (var name : List.of("key", "k", "name", "Key", "Name", "K")) {
                key = key == null ? one.get(name) : key;
            }
            var value =
                    one.containsKey("value")
                            ? one.get("value")
                            : one.containsKey("v") ? one.get("v") : one.get("Value");
            map.put(key == null ? "null" : text(key), value);
        }
        return map;
    }

    private static Object toNumber(@Nullable Object input) {
        if (input instanceof Number number) {
            return number;
        }
        try {
            return number(Double.parseDouble(string(input, "tonumber")));
        } catch (NumberFormatException _) {
            throw new JqError("Cannot parse '%s' as a number".formatted(input));
        }
    }

    private static @Nullable Object trimmed(
            @Nullable Object input, @Nullable Object part, boolean left) {
        if (input instanceof String text && part instanceof String edge) {
            if (left && text.startsWith(edge)) {
                return text.substring(edge.length());
            }
            if (!left && text.endsWith(edge)) {
                return text.substring(0, text.length() - edge.length());
            }
        }
        return input;
    }

    private static String join(List<?> list, String separator, Meter meter) {
        var output = new Output(meter);
        boolean first = true;
        for (var element : list) {
            if (!first) {
                output.append(separator);
            }
            first = false;
            switch (element) {
                case null -> {}
                case String text -> output.append(text);
                case Number _, Boolean _ -> output.append(text(element));
                default -> throw new JqError("Cannot join with " + type(element));
            }
        }
        return output.toString();
    }

    private static @Nullable Object indexOf(
            @Nullable Object input, @Nullable Object wanted, boolean last) {
        if (input == null) {
            return null;
        }
        int at;
        if (input instanceof String text && wanted instanceof String part) {
            at = last ? text.lastIndexOf(part) : text.indexOf(part);
        } else {
            var list = array(input, "index");
            at = last ? list.lastIndexOf(wanted) : list.indexOf(wanted);
        }
        return at < 0 ? null : at;
    }

    private static Object fromDate(String text) {
        try {
            return number((double) Instant.parse(text).getEpochSecond());
        } catch (DateTimeException _) {
            throw new JqError("date \"%s\" does not match format".formatted(text));
        }
    }

    // --- regular expressions --------------------------------------------------------------------

    private static java.util.regex.Matcher regex(
            @Nullable Object input, List<@Nullable Object> arguments, String name, Meter meter) {
        var pattern = arguments.getFirst();
        var flags = arguments.size() > 1 ? string(arguments.get(1), name) : "";
        var options =
                flags.chars()
                        .filter(c -> c == 'i' || c == 'x' || c == 's')
                        .mapToObj(Character::toString)
                        .collect(Collectors.joining());
        return Regex.matcher(
                (options.isEmpty() ? "" : "(?" + options + ")") + string(pattern, name),
                string(input, name),
                meter);
    }

    private static Object matches(
            java.util.regex.Matcher matcher, List<@Nullable Object> arguments) {
        boolean all = arguments.size() > 1 && text(arguments.get(1)).contains("g");
        var matches = new ArrayList<@Nullable Object>();
        while (matcher.find() && (all || matches.isEmpty())) {
            var match = new LinkedHashMap<String, @Nullable Object>();
            match.put("offset", matcher.start());
            match.put("length", matcher.end() - matcher.start());
            match.put("string", matcher.group());
            var captures = new ArrayList<@Nullable Object>();
            for (int i = 1; i <= matcher.groupCount(); i++) {
                var capture = new LinkedHashMap<String, @Nullable Object>();
                capture.put("offset", matcher.start(i));
                capture.put(
                        "length", matcher.group(i) == null ? 0 : matcher.end(i) - matcher.start(i));
                capture.put("string", matcher.group(i));
                capture.put("name", null);
                captures.add(capture);
            }
            match.put("captures", captures);
            matches.add(match);
        }
        return new Several(matches);
    }

    private static Object capture(java.util.regex.Matcher matcher) {
        if (!matcher.find()) {
            return new Several(new ArrayList<@Nullable Object>());
        }
        var groups = new LinkedHashMap<String, @Nullable Object>();
        matcher.namedGroups().entrySet().stream()
                .sorted(Map.Entry.comparingByValue())
                .forEach(group -> groups.put(group.getKey(), matcher.group(group.getValue())));
        return groups;
    }

    private static Object scan(java.util.regex.Matcher matcher) {
        var found = new ArrayList<@Nullable Object>();
        while (matcher.find()) {
            if (matcher.groupCount() == 0) {
                found.add(matcher.group());
                continue;
            }
            var groups = new ArrayList<@Nullable Object>();
            for (int i = 1; i <= matcher.groupCount(); i++) {
                groups.add(matcher.group(i));
            }
            found.add(groups);
        }
        return new Several(found);
    }

    private static String replaced(
            @Nullable Object input, List<@Nullable Object> arguments, boolean all, Meter meter) {
        var pattern = string(arguments.get(0), "sub");
        var replacement = java.util.regex.Matcher.quoteReplacement(string(arguments.get(1), "sub"));
        var text = string(input, "sub");
        if (all) {
            return Regex.replaceAll(text, pattern, replacement, meter);
        }
        meter.chars((long) text.length() + replacement.length());
        return Regex.matcher(pattern, text, meter).replaceFirst(replacement);
    }

    // --- formats --------------------------------------------------------------------------------

    static String format(String format, @Nullable Object value, Meter meter) {
        return switch (format) {
            case "@text" -> text(value, meter);
            case "@json" -> {
                var output = new Output(meter);
                Json.write(value, output);
                yield output.toString();
            }
            case "@base64" ->
                    Base64.getEncoder()
                            .encodeToString(text(value, meter).getBytes(StandardCharsets.UTF_8));
            case "@base64d" ->
                    new String(
                            Base64.getDecoder().decode(text(value, meter)), StandardCharsets.UTF_8);
            case "@uri" ->
                    URLEncoder.encode(text(value, meter), StandardCharsets.UTF_8)
                            .replace("+", "%20");
            case "@html" ->
                    text(value, meter)
                            .replace("&", "&amp;")
                            .replace("<", "&lt;")
                            .replace(">", "&gt;")
                            .replace("'", "&#39;")
                            .replace("\"", "&quot;");
            case "@sh" ->
                    (value instanceof List<?> list ? list : List.of(text(value, meter)))
                            .stream()
                                    .map(one -> "'" + text(one).replace("'", "'\\''") + "'")
                                    .collect(Collectors.joining(" "));
            case "@csv" ->
                    array(value, format).stream()
                            .map(one ->
                                    one instanceof String text
                                            ? "\"" + text.replace("\"", "\"\"") + "\""
                                            : one == null ? "" : text(one))
                            .collect(Collectors.joining(","));
            case "@tsv" ->
                    array(value, format).stream()
                            .map(one ->
                                    one == null
                                            ? ""
                                            : text(one)
                                                    .replace("\\", "\\\\")
                                                    .replace("\t", "\\t")
                                                    .replace("\n", "\\n")
                                                    .replace("\r", "\\r"))
                            .collect(Collectors.joining("\t"));
            default -> throw new JqError("%s is not a valid format".formatted(format.substring(1)));
        };
    }
}
