// SPDX-License-Identifier: Apache-2.0
package io.millrace.test;

import io.millrace.expressions.Expressions;
import io.millrace.expressions.RenderContext;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.runtime.PluginCall;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Runs a task of a plugin with properties as a flow has them.
public final class Tasks {
    private static final PluginCall CALL = new PluginCall(new Expressions());

    private Tasks() {}

    /// @return its outputs by name
    public static Map<String, @Nullable Object> run(
            TaskPlugin<?, ?> task, TaskContext context, Map<String, @Nullable Object> properties)
            throws Exception {
        return CALL.run(task, properties, RenderContext.of(Map.of()), context);
    }
}
