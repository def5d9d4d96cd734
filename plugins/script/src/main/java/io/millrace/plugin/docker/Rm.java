// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.docker;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.NoOutputs;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.container.ContainerEngine;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Removes containers and images of the tenant.
@Plugin(
        type = "io.kestra.plugin.docker.cli.Rm",
        aliases = "io.kestra.plugin.docker.Rm",
        title = "Remove containers and images")
public final class Rm extends EngineTask<Rm.Properties, NoOutputs> {

    public record Properties(
            @Inline Engine engine,
            @Title("Ids or names of containers") @Nullable List<String> containerIds,
            @Title("Ids or names of images") @Nullable List<String> imageIds,
            @Title("Whether the volumes of the containers are removed, too") @Default("false")
                    Boolean removeVolumes,
            @Title("Whether those that run or are used are removed, too") @Default("false")
                    Boolean force)
            implements Engine.At {}

    @Override
    NoOutputs work(ContainerEngine engine, Properties properties, TaskContext context)
            throws Exception {
        var containers = properties.containerIds();
        var images = properties.imageIds();
        if ((containers == null || containers.isEmpty()) && (images == null || images.isEmpty())) {
            throw new TaskFailedException("Expected `containerIds` or `imageIds`");
        }
        for (var name : containers == null ? List.<String>of() : containers) {
            engine.call(
                            "DELETE",
                            path("containers", container(engine, name, context))
                                    + "?force=%s&v=%s"
                                            .formatted(
                                                    properties.force(), properties.removeVolumes()),
                            null)
                    .orFail("Removing container " + name);
        }
        for (var given : images == null ? List.<String>of() : images) {
            var image = path("images", Images.named(given));
            if (ofTenant(engine.call("GET", image + "/json", null), context) == null) {
                throw new TaskFailedException(
                        "There is no image '%s' that this tenant has built".formatted(given));
            }
            engine.call("DELETE", image + "?force=" + properties.force(), null)
                    .orFail("Removing image " + given);
        }
        return new NoOutputs();
    }
}
