// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kit;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import java.util.Map;

/// A task that speaks to another system's API.
public abstract class ApiTask<P extends Record, O extends Record> implements TaskPlugin<P, O> {
    private PluginSettings settings = new PluginSettings(Map.of());

    @Override
    public void start(PluginSettings settings) {
        this.settings = settings;
    }

    @Override
    public O run(P properties, TaskContext context) throws Exception {
        try (var api = open(properties, settings, context)) {
            return work(api, properties, context);
        }
    }

    /// The API at the server, with the credentials, that the properties name.
    protected abstract HttpApi open(P properties, PluginSettings settings, TaskContext context)
            throws TaskFailedException;

    protected abstract O work(HttpApi api, P properties, TaskContext context) throws Exception;
}
