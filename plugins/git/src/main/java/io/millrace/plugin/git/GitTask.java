// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.git;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskPlugin;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A task that asks a repository.
abstract class GitTask<P extends Record, O extends Record> implements TaskPlugin<P, O> {
    private PluginSettings settings = new PluginSettings(Map.of());

    @Override
    public final void start(PluginSettings given) {
        settings = given;
    }

    final PluginSettings settings() {
        return settings;
    }

    /// @param given or absent for the flow's
    static String namespace(@Nullable String given, TaskContext context) {
        return given == null ? context.taskRun().namespace() : given;
    }
}
