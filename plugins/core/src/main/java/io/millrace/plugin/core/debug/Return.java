// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.debug;

import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import org.jspecify.annotations.Nullable;

/// Gives a text. Where no file is asked for the log, the lane does this itself.
@Plugin(type = "io.kestra.plugin.core.debug.Return", title = "Return a value")
public final class Return implements TaskPlugin<Return.Properties, Return.Outputs> {

    public record Properties(@Title("The value") @Nullable String format) {}

    public record Outputs(@Title("The rendered value") @Nullable String value) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) {
        return new Outputs(properties.format());
    }
}
