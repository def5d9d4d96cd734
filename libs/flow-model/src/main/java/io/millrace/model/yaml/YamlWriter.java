// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/// Trees as YAML that people read: texts of several lines stand as they are, keys keep their order.
public final class YamlWriter {
    private static final int NO_FOLDING = 100_000;

    private YamlWriter() {}

    /// A flow that came as JSON, as its authors would write it.
    ///
    /// @return absent if the source isn't a JSON object that can be read
    public static @Nullable String ofJson(String source) {
        if (!source.stripLeading().startsWith("{")) {
            return null;
        }
        var node = new YamlReader(ParserLimits.DEFAULT, new Problems()).read(source);
        return node.isPresent() && node.get() instanceof YamlNode.Mapping map
                ? block(map.tree())
                : null;
    }

    static String block(Map<String, @Nullable Object> tree) {
        return dump(tree, FlowStyle.BLOCK);
    }

    static String inline(Map<String, @Nullable Object> tree) {
        return dump(tree, FlowStyle.FLOW).strip();
    }

    private static String dump(Map<String, @Nullable Object> tree, FlowStyle style) {
        var settings =
                DumpSettings.builder()
                        .setDefaultFlowStyle(style)
                        .setDefaultScalarStyle(ScalarStyle.PLAIN)
                        .setSchema(new CoreSchema())
                        .setIndicatorIndent(2)
                        .setIndentWithIndicator(true)
                        .setWidth(NO_FOLDING)
                        .setDereferenceAliases(true)
                        .build();
        return new Dump(settings).dumpToString(tree);
    }
}
