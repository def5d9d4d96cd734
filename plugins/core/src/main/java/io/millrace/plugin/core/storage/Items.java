// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.storage;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.ExactJson;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// A file whose lines are JSON or Amazon Ion: an item a line.
final class Items {
    private Items() {}

    /// The fields of an item, as variables.
    static Map<String, @Nullable Object> parse(String line, TaskContext context)
            throws TaskFailedException {
        @Nullable Object item;
        try {
            item = ExactJson.read(line);
        } catch (JacksonException _) {
            item = context.evaluate("{{ fromIon(line) }}", Map.of("line", line));
        }
        if (!(item instanceof Map<?, ?> map)) {
            throw new TaskFailedException(
                    "Expected an item with fields but got '%s'".formatted(abbreviated(line)));
        }
        var fields = new LinkedHashMap<String, @Nullable Object>();
        map.forEach((name, value) -> fields.put(String.valueOf(name), value));
        return fields;
    }

    static String abbreviated(String line) {
        return line.length() <= 200 ? line : line.substring(0, 200) + "…";
    }
}
