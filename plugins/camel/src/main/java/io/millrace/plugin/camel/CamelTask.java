// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.camel;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.kit.Cancelling;
import java.util.Map;
import org.apache.camel.CamelException;
import org.apache.camel.Endpoint;
import org.apache.camel.RuntimeCamelException;

/// What tasks share: Camel for the time of the task, which a kill ends, and errors in words.
abstract class CamelTask<P extends Record & Target.At, O extends Record>
        implements TaskPlugin<P, O> {
    private EndpointRules rules = EndpointRules.of(new PluginSettings(Map.of()));

    @Override
    public void start(PluginSettings settings) {
        rules = EndpointRules.of(settings);
    }

    @Override
    public O run(P properties, TaskContext context) throws Exception {
        try (var camel = Camel.start(rules);
                var _ = Cancelling.closes(camel.context(), context)) {
            return work(camel, camel.endpoint(properties.target()), properties, context);
        } catch (CamelException | RuntimeCamelException e) {
            throw failure(e);
        }
    }

    static Exception failure(Exception e) {
        if (Thread.interrupted() || e.getCause() instanceof InterruptedException) {
            return new InterruptedException();
        }
        return e.getCause() instanceof TaskFailedException said
                ? said
                : new TaskFailedException("The endpoint fails: " + Camel.words(e), e);
    }

    abstract O work(Camel camel, Endpoint endpoint, P properties, TaskContext context)
            throws Exception;
}
