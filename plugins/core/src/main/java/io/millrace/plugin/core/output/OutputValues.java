// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.output;

import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Gives values. Where no file is asked for the log, the lane does this itself.
@Plugin(type = "io.kestra.plugin.core.output.OutputValues", title = "Output one or more values")
public final class OutputValues
        implements TaskPlugin<OutputValues.Properties, OutputValues.Outputs> {

    public record Properties(@Title("Values by name") @Nullable Map<String, Object> values) {}

    public record Outputs(@Title("The rendered values") Map<String, Object> values) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) {
        return new Outputs(properties.values() == null ? Map.of() : properties.values());
    }
}
