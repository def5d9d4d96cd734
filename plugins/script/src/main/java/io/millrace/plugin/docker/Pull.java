// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.docker;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.container.ContainerEngine;
import io.millrace.plugin.container.DockerRunner;

/// Fetches an image from its registry.
@Plugin(
        type = "io.kestra.plugin.docker.cli.Pull",
        aliases = "io.kestra.plugin.docker.Pull",
        title = "Pull an image from a registry")
public final class Pull extends EngineTask<Pull.Properties, Pull.Outputs> {

    public record Properties(
            @Inline Engine engine,
            @Title("Name of the image, such as registry.example.com/app:1") String image)
            implements Engine.At {}

    public record Outputs(@Title("Id of the image") String imageId) {}

    @Override
    Outputs work(ContainerEngine engine, Properties properties, TaskContext context)
            throws Exception {
        var image = Images.named(properties.image());
        engines().checkRegistry(image);
        DockerRunner.pull(engine, image, auth(properties), context);
        var found =
                engine.call("GET", path("images", image) + "/json", null)
                        .orFail("Looking the image up")
                        .object();
        return new Outputs(String.valueOf(found.get("Id")));
    }
}
