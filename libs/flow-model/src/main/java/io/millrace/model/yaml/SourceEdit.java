// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import io.millrace.model.yaml.YamlNode.Mapping;
import java.util.regex.Pattern;

/// Changes one property of a flow in its source; all else, comments too, stays as it is written.
public final class SourceEdit {
    private static final Pattern SCALAR =
            Pattern.compile("\\G(?:\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^']|'')*'|[^\\s,}#]+)");

    private static final Pattern LINE = Pattern.compile("\\r\\n|\\r|\\n");

    private SourceEdit() {}

    /// @param value as it is written in YAML
    /// @throws IllegalArgumentException if the source can't be read, or the property is no scalar
    public static String set(String source, String key, String value) {
        var problems = new Problems();
        var root = new YamlReader(ParserLimits.DEFAULT, problems).read(source);
        if (root.isEmpty() || !(root.get() instanceof Mapping flow)) {
            throw new IllegalArgumentException("Expected a flow but got " + problems.inOrder());
        }
        var present = flow.get(key);
        if (present == null) {
            return add(source, offset(source, flow.position()), key, value);
        }
        int at = offset(source, present.position());
        var scalar = SCALAR.matcher(source);
        if (!(present instanceof YamlNode.Scalar) || !scalar.find(at)) {
            throw new IllegalArgumentException("Expected text as `" + key + "`");
        }
        return source.substring(0, at) + value + source.substring(scalar.end());
    }

    private static String add(String source, int start, String key, String value) {
        if (source.charAt(start) == '{') {
            return source.substring(0, start + 1)
                    + "\"%s\": %s, ".formatted(key, value)
                    + source.substring(start + 1);
        }
        var separator = source.endsWith("\n") ? "" : "\n";
        return source + separator + key + ": " + value + "\n";
    }

    static int offset(String source, Position position) {
        var line = LINE.matcher(source);
        int at = 0;
        for (int i = 1; i < position.line() && line.find(); i++) {
            at = line.end();
        }
        return source.offsetByCodePoints(at, position.column() - 1);
    }
}
