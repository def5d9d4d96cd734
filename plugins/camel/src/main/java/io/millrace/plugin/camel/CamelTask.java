// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.camel;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskPlugin;
import java.util.Map;
import org.apache.camel.Endpoint;

/// What does one thing at an endpoint.
abstract class CamelTask<P extends Record & Target.At, O extends Record>
        implements TaskPlugin<P, O> {
    private EndpointRules rules = EndpointRules.of(new PluginSettings(Map.of()));

    @Override
    public void start(PluginSettings settings) {
        rules = EndpointRules.of(settings);
    }

    @Override
    public O run(P properties, TaskContext context) throws Exception {
        return Camel.run(
                rules,
                properties.target(),
                context,
                (camel, endpoint) -> work(camel, endpoint, properties, context));
    }

    abstract O work(Camel camel, Endpoint endpoint, P properties, TaskContext context)
            throws Exception;
}
