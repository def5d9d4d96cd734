// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import io.millrace.model.yaml.YamlNode.Entry;
import io.millrace.model.yaml.YamlNode.Mapping;
import io.millrace.model.yaml.YamlNode.Scalar;
import io.millrace.model.yaml.YamlNode.Sequence;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Builds nodes from the events of the YAML 1.2 parser, without recursion, so that depth, aliases
/// and size are bounded before anything is built from them. Scalars mean what the core schema says.
final class YamlReader {
    private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]+");
    private static final Pattern OCTAL = Pattern.compile("0o[0-7]+");
    private static final Pattern HEX = Pattern.compile("0x[0-9a-fA-F]+");
    private static final Pattern DECIMAL =
            Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
    private static final String TAGS = "tag:yaml.org,2002:";

    private final ParserLimits limits;
    private final Problems problems;
    private final Map<Anchor, Anchored> anchors = new HashMap<>();
    private final Deque<Open> open = new ArrayDeque<>();
    private @Nullable YamlNode root;
    private int nodes;
    private int aliases;

    YamlReader(ParserLimits limits, Problems problems) {
        this.limits = limits;
        this.problems = problems;
    }

    /// The document, unless it can't be read or is empty; then the problems say why.
    Optional<YamlNode> read(String source) {
        if (source.length() > limits.maxChars()) {
            problems.add(
                    "",
                    Position.START,
                    "Expected at most %d characters but the document has %d"
                            .formatted(limits.maxChars(), source.length()));
            return Optional.empty();
        }
        var settings =
                LoadSettings.builder()
                        .setLabel("flow")
                        .setCodePointLimit(limits.maxChars())
                        .build();
        try {
            int documents = 0;
            for (var event : new Parse(settings).parseString(source)) {
                if (event instanceof DocumentStartEvent && ++documents > 1) {
                    throw new Refused(at(event), "Expected one YAML document but there are more");
                }
                accept(event);
            }
        } catch (Refused e) {
            problems.add(path(), e.position, e.reason);
            return Optional.empty();
        } catch (MarkedYamlEngineException e) {
            var mark = e.getProblemMark().or(e::getContextMark);
            problems.add(path(), position(mark), "Invalid YAML: " + reason(e));
            return Optional.empty();
        } catch (ReaderException e) {
            problems.add(
                    "",
                    positionOf(source, e.getPosition()),
                    "Invalid YAML: the character U+%04X is not allowed"
                            .formatted(e.getCodePoint()));
            return Optional.empty();
        } catch (YamlEngineException e) {
            problems.add(path(), Position.START, "Invalid YAML: " + e.getMessage());
            return Optional.empty();
        }
        if (root == null || root.isNull()) {
            problems.add("", Position.START, "Expected a flow but the document is empty");
            return Optional.empty();
        }
        return Optional.of(root);
    }

    private void accept(Event event) {
        switch (event) {
            case ScalarEvent scalar -> {
                var node = scalar(scalar);
                count(1, node.position());
                scalar.getAnchor()
                        .ifPresent(anchor -> anchors.put(anchor, new Anchored(node, 1, 0)));
                add(node, 0);
            }
            case CollectionStartEvent start -> {
                count(1, at(start));
                checkDepth(1, at(start));
                start.getAnchor().ifPresent(anchor -> anchors.put(anchor, Anchored.UNFINISHED));
                open.push(
                        new Open(
                                start instanceof MappingStartEvent,
                                at(start),
                                start.getAnchor().orElse(null),
                                nodes - 1));
            }
            case MappingEndEvent _, SequenceEndEvent _ -> close();
            case AliasEvent alias -> alias(alias);
            default -> {}
        }
    }

    private void close() {
        var done = open.pop();
        var node = done.node();
        if (done.anchor != null) {
            anchors.put(done.anchor, new Anchored(node, nodes - done.firstNode, done.height));
        }
        add(node, done.height);
    }

    private void alias(AliasEvent alias) {
        var anchored = anchors.get(alias.getAlias());
        if (anchored == null) {
            throw new Refused(at(alias), "Unknown alias `*" + alias.getAlias() + "`");
        }
        if (anchored.node == null) {
            throw new Refused(at(alias), "Alias `*" + alias.getAlias() + "` contains itself");
        }
        if (++aliases > limits.maxAliases()) {
            throw new Refused(at(alias), "Expected at most " + limits.maxAliases() + " aliases");
        }
        count(anchored.size, at(alias));
        checkDepth(anchored.height, at(alias));
        add(anchored.node, anchored.height);
    }

    private void checkDepth(int more, Position position) {
        if (open.size() + more > limits.maxDepth()) {
            throw new Refused(
                    position, "Expected at most " + limits.maxDepth() + " levels of nesting");
        }
    }

    private void count(int more, Position position) {
        nodes += more;
        if (nodes > limits.maxNodes() || nodes < 0) {
            throw new Refused(
                    position,
                    "Expected at most %d values, aliases written out".formatted(limits.maxNodes()));
        }
    }

    private void add(YamlNode node, int height) {
        var parent = open.peek();
        if (parent == null) {
            root = node;
            return;
        }
        parent.height = Math.max(parent.height, height + 1);
        if (!parent.mapping) {
            parent.items.add(node);
        } else if (parent.key == null) {
            parent.key = key(node);
            parent.keyPosition = node.position();
        } else {
            put(parent, parent.key, node);
            parent.key = null;
        }
    }

    private static String key(YamlNode node) {
        if (node instanceof Scalar scalar) {
            return scalar.text();
        }
        throw new Refused(node.position(), "Expected a name as key but got " + node.kind());
    }

    private void put(Open parent, String key, YamlNode value) {
        if (key.equals("<<")) {
            mergeInto(parent, value);
            return;
        }
        var before = parent.own.putIfAbsent(key, parent.keyPosition);
        if (before != null) {
            problems.add(
                    join(path(), key),
                    parent.keyPosition,
                    "Duplicate field '%s', first in line %d, column %d"
                            .formatted(key, before.line(), before.column()));
            return;
        }
        parent.entries.put(key, new Entry(parent.keyPosition, value));
    }

    private void mergeInto(Open parent, YamlNode value) {
        switch (value) {
            case Mapping mapping ->
                    mapping.entries()
                            .forEach((key, entry) -> {
                                if (!parent.own.containsKey(key)) {
                                    parent.entries.putIfAbsent(key, entry);
                                }
                            });
            case Sequence sequence -> sequence.items().forEach(item -> mergeInto(parent, item));
            case Scalar _ ->
                    throw new Refused(
                            value.position(),
                            "Expected a map to merge (`<<`) but got " + value.kind());
        }
    }

    private static Scalar scalar(ScalarEvent event) {
        var text = event.getValue();
        var position = at(event);
        boolean block = event.isLiteral() || event.isFolded();
        checkCharacters(text, position);
        var tag = event.getTag().orElse("");
        if (tag.isEmpty() || tag.equals("!")) {
            boolean plain = event.isPlain() && tag.isEmpty();
            return new Scalar(text, plain ? meaning(text) : text, position, block);
        }
        if (!tag.startsWith(TAGS)) {
            throw new Refused(position, "Unknown tag `" + tag + "`");
        }
        return switch (tag.substring(TAGS.length())) {
            case "str" -> new Scalar(text, text, position, block);
            case "null" -> new Scalar(text, null, position, block);
            case "int", "float", "bool" -> new Scalar(text, meaning(text), position, block);
            default -> throw new Refused(position, "Unknown tag `" + tag + "`");
        };
    }

    /// Escapes can write what neither JSON nor a database takes.
    private static void checkCharacters(String text, Position position) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean paired =
                    Character.isHighSurrogate(c)
                            && i + 1 < text.length()
                            && Character.isLowSurrogate(text.charAt(i + 1));
            if (c == 0 || (Character.isSurrogate(c) && !paired)) {
                throw new Refused(
                        position, "The character U+%04X is not allowed".formatted((int) c));
            }
            if (paired) {
                i++;
            }
        }
    }

    /// The core schema of YAML 1.2 (section 10.3.2). Dates, `yes` and `1_000` are text.
    static @Nullable Object meaning(String text) {
        return switch (text) {
            case "", "~", "null", "Null", "NULL" -> null;
            case "true", "True", "TRUE" -> true;
            case "false", "False", "FALSE" -> false;
            case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF" -> Double.POSITIVE_INFINITY;
            case "-.inf", "-.Inf", "-.INF" -> Double.NEGATIVE_INFINITY;
            case ".nan", ".NaN", ".NAN" -> Double.NaN;
            default -> number(text);
        };
    }

    private static Object number(String text) {
        char first = text.charAt(0);
        if (first > '9' || text.length() > 400) {
            return text;
        }
        if (INTEGER.matcher(text).matches()) {
            return integer(new BigInteger(first == '+' ? text.substring(1) : text));
        }
        if (OCTAL.matcher(text).matches()) {
            return integer(new BigInteger(text.substring(2), 8));
        }
        if (HEX.matcher(text).matches()) {
            return integer(new BigInteger(text.substring(2), 16));
        }
        return DECIMAL.matcher(text).matches() ? (Object) Double.valueOf(text) : text;
    }

    private static Number integer(BigInteger value) {
        if (value.bitLength() < 32) {
            return value.intValueExact();
        }
        return value.bitLength() < 64 ? (Number) value.longValueExact() : value;
    }

    /// Where the reading is, as a path.
    private String path() {
        var path = new StringBuilder();
        open.descendingIterator()
                .forEachRemaining(level -> {
                    if (!level.mapping) {
                        path.append('[').append(level.items.size()).append(']');
                    } else if (level.key != null) {
                        path.append(path.isEmpty() ? "" : ".").append(level.key);
                    }
                });
        return path.toString();
    }

    /// `path`, which ends in the key that is being read, without doubling that key.
    private static String join(String path, String key) {
        return path.isEmpty() ? key : path;
    }

    private static String reason(MarkedYamlEngineException e) {
        var context = e.getContext();
        var problem = e.getProblem();
        return context == null || context.isEmpty() ? problem : context + ": " + problem;
    }

    private static Position at(Event event) {
        return position(event.getStartMark());
    }

    private static Position position(Optional<Mark> mark) {
        return mark.map(m -> new Position(m.getLine() + 1, m.getColumn() + 1))
                .orElse(Position.START);
    }

    private static Position positionOf(String source, int codePoints) {
        int line = 1;
        int column = 1;
        int end = Math.min(codePoints, source.codePointCount(0, source.length()));
        for (int i = 0, index = 0; i < end; i++) {
            int c = source.codePointAt(index);
            index += Character.charCount(c);
            if (c == '\n') {
                line++;
                column = 1;
            } else {
                column++;
            }
        }
        return new Position(line, column);
    }

    /// @param node absent while it is being read
    /// @param size how many nodes it stands for
    /// @param height how many levels of maps and lists it has
    private record Anchored(@Nullable YamlNode node, int size, int height) {
        static final Anchored UNFINISHED = new Anchored(null, 0, 0);
    }

    /// A map or list whose end hasn't been read yet.
    private static final class Open {
        final boolean mapping;
        final Position position;
        final @Nullable Anchor anchor;
        final int firstNode;
        final List<YamlNode> items = new ArrayList<>();
        final Map<String, Entry> entries = new LinkedHashMap<>();
        final Map<String, Position> own = new HashMap<>();
        int height = 1;
        @Nullable String key;
        Position keyPosition = Position.START;

        Open(boolean mapping, Position position, @Nullable Anchor anchor, int firstNode) {
            this.mapping = mapping;
            this.position = position;
            this.anchor = anchor;
            this.firstNode = firstNode;
        }

        YamlNode node() {
            return mapping ? new Mapping(entries, position) : new Sequence(items, position);
        }
    }

    /// Reading stops here. Never leaves this class.
    private static final class Refused extends RuntimeException {
        final transient Position position;
        final String reason;

        Refused(Position position, String reason) {
            super(reason, null, false, false);
            this.position = position;
            this.reason = reason;
        }
    }
}
