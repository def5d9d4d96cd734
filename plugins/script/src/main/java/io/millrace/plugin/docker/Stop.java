// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.docker;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.NoOutputs;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.container.ContainerEngine;

/// Ends a container that a task of the tenant has left running.
@Plugin(
        type = "io.kestra.plugin.docker.cli.Stop",
        aliases = "io.kestra.plugin.docker.Stop",
        title = "Stop a container")
public final class Stop extends EngineTask<Stop.Properties, NoOutputs> {

    public record Properties(
            @Inline Engine engine,
            @Title("Id or name of the container") String containerId,
            @Title("Whether it is ended at once rather than asked to end") @Default("false")
                    Boolean kill,
            @Title("Whether it is removed then") @Default("true") Boolean delete)
            implements Engine.At {}

    @Override
    NoOutputs work(ContainerEngine engine, Properties properties, TaskContext context)
            throws Exception {
        var container = path("containers", container(engine, properties.containerId(), context));
        var stopped =
                engine.call("POST", container + (properties.kill() ? "/kill" : "/stop"), null);
        // it may have ended by itself
        if (stopped.status() != 304 && stopped.status() != 409) {
            stopped.orFail("Stopping the container");
        }
        if (properties.delete()) {
            engine.call("DELETE", container + "?force=true", null).orFail("Removing the container");
        }
        return new NoOutputs();
    }
}
