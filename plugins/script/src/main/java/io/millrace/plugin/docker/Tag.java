// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.docker;

import io.millrace.plugin.Inline;
import io.millrace.plugin.NoOutputs;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.container.ContainerEngine;

/// Gives an image one more name.
@Plugin(
        type = "io.kestra.plugin.docker.cli.Tag",
        aliases = "io.kestra.plugin.docker.Tag",
        title = "Give an image one more name")
public final class Tag extends EngineTask<Tag.Properties, NoOutputs> {

    public record Properties(
            @Inline Engine engine,
            @Title("Name or id of the image") String sourceImage,
            @Title("Its new name; without a tag it is `latest`") String targetImage)
            implements Engine.At {}

    @Override
    NoOutputs work(ContainerEngine engine, Properties properties, TaskContext context)
            throws Exception {
        var name = Images.Name.of(properties.targetImage());
        requireFree(engine, name.repository() + ":" + name.tag(), context);
        engine.call(
                        "POST",
                        path("images", Images.named(properties.sourceImage()))
                                + "/tag?repo=%s&tag=%s"
                                        .formatted(
                                                ContainerEngine.segment(name.repository()),
                                                ContainerEngine.segment(name.tag())),
                        null)
                .orFail("Naming the image");
        return new NoOutputs();
    }
}
