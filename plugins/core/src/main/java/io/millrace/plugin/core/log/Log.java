// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.log;

import io.millrace.plugin.Default;
import io.millrace.plugin.NoOutputs;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskLog;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import java.util.List;

/// Writes lines into the log. Where no file is asked for the log, the lane does this itself.
@Plugin(type = "io.kestra.plugin.core.log.Log", title = "Log a message")
public final class Log implements TaskPlugin<Log.Properties, NoOutputs> {

    public record Properties(
            @Title("A text, or a list of texts with a line for each") Object message,
            @Title("Level") @Default("INFO") TaskLog.Level level) {}

    @Override
    public NoOutputs run(Properties properties, TaskContext context) {
        var lines = properties.message() instanceof List<?> l ? l : List.of(properties.message());
        lines.forEach(line -> context.log().write(properties.level(), String.valueOf(line)));
        return new NoOutputs();
    }
}
