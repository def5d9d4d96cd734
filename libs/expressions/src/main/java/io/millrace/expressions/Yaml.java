// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/// YAML text to values and back.
final class Yaml {

    private static final int MAX_CHARS = 16 << 20;

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

    static String write(@Nullable Object value, Evaluation e) {
        var settings =
                DumpSettings.builder()
                        .setSchema(new CoreSchema())
                        .setDefaultFlowStyle(FlowStyle.BLOCK)
                        .setWidth(Integer.MAX_VALUE)
                        .setSplitLines(false)
                        .setDereferenceAliases(true)
                        .build();
        return new Dump(settings).dumpToString(plain(value, e.meter()));
    }

    /// Of the types that YAML has.
    private static @Nullable Object plain(@Nullable Object value, Meter meter) {
        meter.step();
        return switch (value) {
            case null -> null;
            case String text -> {
                meter.chars(text.length());
                yield text;
            }
            case Boolean truth -> truth;
            // As it is written: the nearest double has more digits.
            case Float number -> Double.valueOf(number.toString());
            case Number number -> number;
            case Map<?, ?> map -> {
                var copy = new LinkedHashMap<@Nullable Object, @Nullable Object>();
                for (var entry : map.entrySet()) {
                    copy.put(Values.text(entry.getKey()), plain(entry.getValue(), meter));
                }
                yield copy;
            }
            case Object all when all instanceof Collection || all.getClass().isArray() -> {
                var copy = new ArrayList<@Nullable Object>();
                for (var element : Values.list(all)) {
                    copy.add(plain(element, meter));
                }
                yield copy;
            }
            default -> Json.scalar(value);
        };
    }
}
