// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.debug;

import io.millrace.plugin.Default;
import io.millrace.plugin.NoOutputs;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskLog;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;

/// Deprecated form of [io.millrace.plugin.core.log.Log].
@Plugin(type = "io.kestra.plugin.core.debug.Echo", title = "Log a message (deprecated: use Log)")
public final class Echo implements TaskPlugin<Echo.Properties, NoOutputs> {

    public record Properties(
            @Title("The message") String format,
            @Title("Level") @Default("INFO") TaskLog.Level level) {}

    @Override
    public NoOutputs run(Properties properties, TaskContext context) {
        context.log().write(properties.level(), properties.format());
        return new NoOutputs();
    }
}
