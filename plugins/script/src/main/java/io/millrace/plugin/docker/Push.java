// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.docker;

import io.millrace.plugin.Inline;
import io.millrace.plugin.NoOutputs;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.container.ContainerEngine;
import java.util.List;

/// Brings images of the engine to their registries.
@Plugin(
        type = "io.kestra.plugin.docker.cli.Push",
        aliases = "io.kestra.plugin.docker.Push",
        title = "Push images to a registry")
public final class Push extends EngineTask<Push.Properties, NoOutputs> {

    public record Properties(
            @Inline Engine engine,
            @Title("Names of the images, such as registry.example.com/app:1") List<String> tags)
            implements Engine.At {}

    @Override
    NoOutputs work(ContainerEngine engine, Properties properties, TaskContext context)
            throws Exception {
        if (properties.tags().isEmpty()) {
            throw new TaskFailedException("Expected a name in `tags`");
        }
        for (var tag : properties.tags()) {
            var name = Images.named(tag);
            engines().checkRegistry(name);
            Images.push(engine, name, auth(properties), context);
        }
        return new NoOutputs();
    }
}
