// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.redis;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.RowFile;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One value, several, or those of a file.
final class Many {
    private Many() {}

    /// @return how many
    static int each(Object from, TaskContext context, Consumer<@Nullable Object> action)
            throws IOException, TaskFailedException {
        int count = 0;
        if (from instanceof List<?> list) {
            for (var value : list) {
                action.accept(value);
                count++;
            }
        } else if (from instanceof String text && text.startsWith("kestra:///")) {
            try (var rows = RowFile.open(text, context)) {
                for (var row = rows.next(); row != null; row = rows.next()) {
                    action.accept(row.value());
                    count++;
                }
            }
        } else {
            action.accept(from);
            count++;
        }
        return count;
    }
}
