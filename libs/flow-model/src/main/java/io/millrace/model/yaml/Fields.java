// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import io.millrace.model.DurationValue;
import io.millrace.model.Durations;
import io.millrace.model.Input.Option;
import io.millrace.model.yaml.YamlNode.Entry;
import io.millrace.model.yaml.YamlNode.Mapping;
import io.millrace.model.yaml.YamlNode.Scalar;
import io.millrace.model.yaml.YamlNode.Sequence;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One map of the source. It remembers which keys it was asked for, so that [#done] can name those
/// that mean nothing. A value of the wrong type is a problem, and is read as if it were absent.
final class Fields {
    private final Problems problems;
    private final String path;
    private final Mapping node;
    private final Set<String> asked = new LinkedHashSet<>();
    private final Set<String> undeclared = new LinkedHashSet<>();

    Fields(Problems problems, String path, Mapping node) {
        this.problems = problems;
        this.path = path;
        this.node = node;
    }

    String path() {
        return path;
    }

    String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    Position position() {
        return node.position();
    }

    Mapping node() {
        return node;
    }

    Problems problems() {
        return problems;
    }

    /// Where the value of `key` stands, or the map itself if it has none.
    Position position(String key) {
        var value = node.get(key);
        return value == null ? node.position() : value.position();
    }

    void problem(String key, String message) {
        problems.add(path(key), position(key), message);
    }

    /// Where a text stands in the list of `key`.
    Position itemPosition(String key, String text) {
        if (node.get(key) instanceof Sequence sequence) {
            for (var item : sequence.items()) {
                if (item instanceof Scalar scalar && scalar.text().equals(text)) {
                    return scalar.position();
                }
            }
        }
        return position(key);
    }

    boolean has(String key) {
        return get(key) != null;
    }

    /// The value of `key`, unless it is absent or null.
    @Nullable YamlNode get(String key) {
        asked.add(key);
        var value = node.get(key);
        return value == null || value.isNull() ? null : value;
    }

    /// The first of these keys that is there, or the first of all: older spellings follow newer.
    String anyOf(String... keys) {
        return Arrays.stream(keys).filter(this::has).findFirst().orElse(keys[0]);
    }

    /// Keys that are known but mean nothing here.
    Fields ignore(String... keys) {
        asked.addAll(Arrays.asList(keys));
        return this;
    }

    /// Names every key that nobody asked for.
    ///
    /// @param owner what the map is, such as `a flow`
    void done(String owner) {
        for (var entry : node.entries().entrySet()) {
            if (problems.isFull()) {
                return;
            }
            var key = entry.getKey();
            if (!asked.contains(key) && !undeclared.contains(key)) {
                problems.add(
                        path(key),
                        entry.getValue().key(),
                        "Unrecognized field \"%s\" of %s%s"
                                .formatted(key, owner, Names.didYouMean(key, asked)));
            }
        }
    }

    /// All that nobody asked for so far: properties whose names aren't ours.
    Map<String, Entry> others() {
        var others = new LinkedHashMap<String, Entry>();
        node.entries()
                .forEach((key, entry) -> {
                    if (!asked.contains(key)) {
                        others.put(key, entry);
                        undeclared.add(key);
                    }
                });
        return others;
    }

    private void expected(String key, String what, YamlNode value) {
        problems.add(path(key), value.position(), "Expected " + what + " but got " + value.kind());
    }

    void required(String key) {
        if (!has(key)) {
            problem(key, "must not be null");
        }
    }

    /// Text, or a number or boolean as it is written.
    @Nullable String text(String key) {
        var value = get(key);
        if (value == null) {
            return null;
        }
        if (value instanceof Scalar scalar) {
            return scalar.text();
        }
        expected(key, "text", value);
        return null;
    }

    String text(String key, String otherwise) {
        var text = text(key);
        return text == null ? otherwise : text;
    }

    /// Text that must be there; absent, it is a problem and read as empty.
    String requiredText(String key) {
        required(key);
        return text(key, "");
    }

    /// Required text that must match as a whole.
    String requiredText(String key, Pattern pattern, int maxLength) {
        var text = requiredText(key);
        if (!has(key)) {
            return text;
        }
        if (text.isBlank()) {
            problem(key, "must not be blank");
        } else if (!pattern.matcher(text).matches()) {
            problem(key, "must match \"" + pattern.pattern() + "\" but is `" + clip(text) + "`");
        }
        if (text.length() > maxLength) {
            problem(key, "size must be between 1 and " + maxLength);
        }
        return text;
    }

    static String clip(String text) {
        return text.length() > 80 ? text.substring(0, 80) + "…" : text;
    }

    boolean flag(String key, boolean otherwise) {
        var value = get(key);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Scalar scalar) {
            if (scalar.value() instanceof Boolean flag) {
                return flag;
            }
            if (scalar.text().equals("true") || scalar.text().equals("false")) {
                return scalar.text().equals("true");
            }
        }
        expected(key, "true or false", value);
        return otherwise;
    }

    @Nullable Integer integer(String key) {
        var value = get(key);
        if (value == null) {
            return null;
        }
        if (value instanceof Scalar scalar
                && YamlReader.meaning(scalar.text()) instanceof Integer number) {
            return number;
        }
        expected(key, "an integer", value);
        return null;
    }

    int integer(String key, int least, int otherwise) {
        var number = integer(key);
        if (number == null) {
            return otherwise;
        }
        if (number < least) {
            problem(key, "must be greater than or equal to " + least);
        }
        return number;
    }

    double number(String key, double otherwise) {
        var value = get(key);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Scalar scalar
                && YamlReader.meaning(scalar.text()) instanceof Number number) {
            return number.doubleValue();
        }
        expected(key, "a number", value);
        return otherwise;
    }

    <E extends Enum<E>> @Nullable E choice(String key, Class<E> type) {
        var text = text(key);
        if (text == null) {
            return null;
        }
        var found = Names.find(type, text);
        if (found.isEmpty()) {
            problem(
                    key,
                    "Expected one of %s but got `%s`"
                            .formatted(Arrays.toString(type.getEnumConstants()), clip(text)));
        }
        return found.orElse(null);
    }

    /// Text that is one of these, in any case, as plugins read it.
    ///
    /// @param choices empty: any text
    @Nullable String choice(String key, List<String> choices) {
        var text = text(key);
        if (text != null
                && !choices.isEmpty()
                && choices.stream().noneMatch(text.strip()::equalsIgnoreCase)) {
            problem(key, "Expected one of %s but got `%s`".formatted(choices, clip(text)));
        }
        return text;
    }

    <E extends Enum<E>> E choice(String key, Class<E> type, E otherwise) {
        var choice = choice(key, type);
        return choice == null ? otherwise : choice;
    }

    /// A duration that must be known now.
    @Nullable Duration duration(String key) {
        return switch (durationValue(key)) {
            case DurationValue.Literal(var duration) -> duration;
            case DurationValue.Expression _ -> {
                problem(key, "Expected a duration such as PT10S but got an expression");
                yield null;
            }
            case null -> null;
        };
    }

    @Nullable DurationValue durationValue(String key) {
        var value = get(key);
        if (value == null) {
            return null;
        }
        if (!(value instanceof Scalar scalar)) {
            expected(key, "a duration such as PT10S", value);
            return null;
        }
        if (holdsExpression(scalar.text())) {
            return new DurationValue.Expression(scalar.text());
        }
        var duration = parseDuration(scalar.text());
        if (duration == null) {
            expected(key, "a duration such as PT10S", value);
            return null;
        }
        try {
            return new DurationValue.Literal(Durations.checked(duration));
        } catch (DateTimeException e) {
            problem(key, "%s but got `%s`".formatted(e.getMessage(), clip(scalar.text())));
            return null;
        }
    }

    /// As [#duration], longer than nothing.
    @Nullable Duration positiveDuration(String key) {
        var duration = duration(key);
        if (duration != null && !duration.isPositive()) {
            problem(key, "must be a positive duration");
        }
        return duration;
    }

    /// ISO 8601 text, or a number of seconds.
    static @Nullable Duration parseDuration(String text) {
        try {
            if (YamlReader.meaning(text) instanceof Number) {
                var millis = new BigDecimal(text).movePointRight(3);
                return Duration.ofMillis(millis.setScale(0, RoundingMode.DOWN).longValueExact());
            }
            return Duration.parse(text);
        } catch (DateTimeParseException | ArithmeticException | NumberFormatException e) {
            return null;
        }
    }

    static boolean holdsExpression(String text) {
        return text.contains("{{") || text.contains("{%");
    }

    /// A value of any type.
    @Nullable Object tree(String key) {
        var value = get(key);
        return value == null ? null : value.tree();
    }

    Map<String, @Nullable Object> map(String key) {
        var value = get(key);
        if (value instanceof Mapping mapping) {
            return mapping.tree();
        }
        if (value != null) {
            expected(key, "a map", value);
        }
        return Map.of();
    }

    /// A list of texts; a single text is a list of one.
    List<String> texts(String key) {
        var value = get(key);
        return switch (value) {
            case null -> List.of();
            case Scalar scalar -> List.of(scalar.text());
            case Sequence sequence -> {
                var texts = new ArrayList<String>();
                for (int i = 0; i < sequence.items().size(); i++) {
                    var item = sequence.items().get(i);
                    if (item instanceof Scalar scalar && !scalar.isNull()) {
                        texts.add(scalar.text());
                    } else {
                        expected(key + "[" + i + "]", "text", item);
                    }
                }
                yield texts;
            }
            case Mapping mapping -> {
                expected(key, "a list", mapping);
                yield List.of();
            }
        };
    }

    /// What can be selected: texts, or maps of a `value` and its `label`.
    List<Option> options(String key) {
        if (!(get(key) instanceof Sequence sequence)) {
            return texts(key).stream().map(Option::of).toList();
        }
        var options = new ArrayList<Option>();
        for (int i = 0; i < sequence.items().size(); i++) {
            var at = key + "[" + i + "]";
            switch (sequence.items().get(i)) {
                case Scalar scalar when !scalar.isNull() -> options.add(Option.of(scalar.text()));
                case Mapping mapping -> {
                    var option = new Fields(problems, path(at), mapping);
                    var value = option.requiredText("value");
                    options.add(new Option(value, option.text("label", value)));
                    option.done("a value that can be selected");
                }
                case YamlNode other -> expected(at, "text", other);
            }
        }
        return options;
    }

    /// Labels: a map, or a list of `key` and `value`; the later one wins.
    Map<String, String> labels(String key) {
        var labels = new LinkedHashMap<String, String>();
        labelNodes(key)
                .forEach((name, entry) -> {
                    if (entry.value() instanceof Scalar scalar && !scalar.isNull()) {
                        labels.put(name, scalar.text());
                    } else {
                        expected(key + "." + name, "text", entry.value());
                    }
                });
        return labels;
    }

    Map<String, Entry> labelNodes(String key) {
        var value = get(key);
        var labels = new LinkedHashMap<String, Entry>();
        switch (value) {
            case null -> {}
            case Mapping mapping -> labels.putAll(mapping.entries());
            case Sequence _ ->
                    maps(key)
                            .forEach(label -> {
                                var name = label.requiredText("key");
                                label.required("value");
                                var labelled = label.get("value");
                                if (labelled != null) {
                                    labels.put(name, new Entry(label.position(), labelled));
                                }
                                label.done("a label");
                            });
            case Scalar scalar -> expected(key, "a map or a list of labels", scalar);
        }
        return labels;
    }

    @Nullable Fields fields(String key) {
        var value = get(key);
        if (value instanceof Mapping mapping) {
            return new Fields(problems, path(key), mapping);
        }
        if (value != null) {
            expected(key, "a map", value);
        }
        return null;
    }

    /// A list of maps.
    List<Fields> maps(String key) {
        var value = get(key);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof Sequence sequence)) {
            expected(key, "a list", value);
            return List.of();
        }
        var maps = new ArrayList<Fields>();
        for (int i = 0; i < sequence.items().size(); i++) {
            var item = sequence.items().get(i);
            var at = key + "[" + i + "]";
            if (item instanceof Mapping mapping) {
                maps.add(new Fields(problems, path(at), mapping));
            } else {
                expected(at, "a map", item);
            }
        }
        return maps;
    }
}
