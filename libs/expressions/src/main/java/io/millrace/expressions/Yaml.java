// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.StreamDataWriter;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.emitter.Emitter;
import org.snakeyaml.engine.v2.events.DocumentEndEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.ImplicitTuple;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.events.StreamEndEvent;
import org.snakeyaml.engine.v2.events.StreamStartEvent;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/// YAML text to values and back.
final class Yaml {

    private static final int MAX_CHARS = 16 << 20;

    /// Read as something else than a text, in YAML 1.1 at least.
    private static final Set<String> RESERVED =
            Set.of(
                    "~", "y", "Y", "yes", "Yes", "YES", "n", "N", "no", "No", "NO", "true", "True",
                    "TRUE", "false", "False", "FALSE", "on", "On", "ON", "off", "Off", "OFF",
                    "null", "Null", "NULL");

    private static final Pattern HEXADECIMAL = Pattern.compile("[+-]?0[xX][0-9a-fA-F]+");

    /// Parts of a text that may mean a collection, a comment or a key.
    private static final Pattern AMBIGUOUS = Pattern.compile("[\\[\\]{},]|[ \\t]#|:[ \\t]");

    private static final DumpSettings WRITING =
            DumpSettings.builder()
                    .setIndent(2)
                    .setIndicatorIndent(1)
                    .setWidth(Integer.MAX_VALUE)
                    .setSplitLines(false)
                    .build();

    private Yaml() {}

    /// @throws ExpressionException if it isn't YAML
    static @Nullable Object parse(String text, Meter meter) {
        var settings =
                LoadSettings.builder()
                        .setSchema(new CoreSchema())
                        .setCodePointLimit(MAX_CHARS)
                        .setMaxAliasesForCollections(50)
                        .build();
        try {
            var value = new Load(settings).loadFromString(text);
            if (text.indexOf('*') >= 0) {
                // An alias repeats a structure without a trace in the size of the text.
                unfold(value, meter);
            }
            return value;
        } catch (YamlEngineException ex) {
            throw new ExpressionException("Not YAML: " + ex.getMessage(), ex);
        }
    }

    private static void unfold(@Nullable Object value, Meter meter) {
        meter.step();
        if (value instanceof Map<?, ?> map) {
            map.values().forEach(inner -> unfold(inner, meter));
        } else if (value instanceof Collection<?> all) {
            all.forEach(inner -> unfold(inner, meter));
        }
    }

    /// In blocks, lists indented by one; texts are quoted only where they would be read as
    /// something else, and those of several lines are literal blocks.
    static String write(@Nullable Object value, Evaluation e) {
        var text = new Text(e.output());
        var emitter = new Emitter(WRITING, text);
        emitter.emit(new StreamStartEvent());
        emitter.emit(new DocumentStartEvent(false, Optional.empty(), Map.of()));
        write(value, emitter, e.meter());
        emitter.emit(new DocumentEndEvent(false));
        emitter.emit(new StreamEndEvent());
        return text.output().toString();
    }

    private static void write(@Nullable Object value, Emitter emitter, Meter meter) {
        meter.step();
        switch (value) {
            case null -> scalar("null", ScalarStyle.PLAIN, emitter);
            case Boolean truth -> scalar(truth.toString(), ScalarStyle.PLAIN, emitter);
            case Number number -> scalar(number.toString(), ScalarStyle.PLAIN, emitter);
            case Map<?, ?> map -> {
                emitter.emit(
                        new MappingStartEvent(
                                Optional.empty(), Optional.empty(), true, FlowStyle.BLOCK));
                for (var entry : map.entrySet()) {
                    var name = entry.getKey() == null ? "" : Values.text(entry.getKey());
                    scalar(
                            name,
                            name.isEmpty()
                                            || isReserved(name)
                                            || HEXADECIMAL.matcher(name).matches()
                                    ? ScalarStyle.DOUBLE_QUOTED
                                    : ScalarStyle.PLAIN,
                            emitter);
                    write(entry.getValue(), emitter, meter);
                }
                emitter.emit(new MappingEndEvent());
            }
            case Object all when all instanceof Collection || all.getClass().isArray() -> {
                emitter.emit(
                        new SequenceStartEvent(
                                Optional.empty(), Optional.empty(), true, FlowStyle.BLOCK));
                for (var element : Values.list(all)) {
                    write(element, emitter, meter);
                }
                emitter.emit(new SequenceEndEvent());
            }
            default -> {
                var text = value instanceof String string ? string : Json.scalar(value);
                scalar(text, style(text), emitter);
            }
        }
    }

    private static void scalar(String text, ScalarStyle style, Emitter emitter) {
        emitter.emit(
                new ScalarEvent(
                        Optional.empty(),
                        Optional.empty(),
                        new ImplicitTuple(true, true),
                        text,
                        style));
    }

    private static ScalarStyle style(String text) {
        if (text.indexOf('\n') >= 0) {
            return ScalarStyle.LITERAL;
        }
        return text.isEmpty() || isReserved(text) || AMBIGUOUS.matcher(text).find()
                ? ScalarStyle.DOUBLE_QUOTED
                : ScalarStyle.PLAIN;
    }

    private static boolean isReserved(String text) {
        return RESERVED.contains(text);
    }

    /// What the emitter writes, metered.
    private record Text(Output output) implements StreamDataWriter {

        @Override
        public void write(String part) {
            output.append(part);
        }

        @Override
        public void write(String part, int offset, int length) {
            output.append(part.substring(offset, offset + length));
        }
    }
}
