// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.docker;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.container.ContainerEngine;
import io.millrace.plugin.container.ContainerEngine.Answer;
import io.millrace.plugin.container.DockerRunner;
import io.millrace.plugin.kit.HttpApi;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What tasks with images and containers share: an engine that their tenant may use, and what of it
/// is theirs.
abstract class EngineTask<P extends Record & Engine.At, O extends Record>
        implements TaskPlugin<P, O> {
    private Engines engines = new Engines(new PluginSettings(Map.of()));

    @Override
    public void start(PluginSettings settings) {
        engines = new Engines(settings);
    }

    @Override
    public O run(P properties, TaskContext context) throws Exception {
        engines.requireTasks(context.taskRun().tenant());
        return work(engines.openAny(properties.engine().host()), properties, context);
    }

    abstract O work(ContainerEngine engine, P properties, TaskContext context) throws Exception;

    final Engines engines() {
        return engines;
    }

    static @Nullable String auth(Engine.At properties) throws TaskFailedException {
        return Engines.auth(properties.engine().credentials(), properties.engine().config());
    }

    /// The id of a container that the task may end.
    ///
    /// @param name or id
    /// @throws TaskFailedException if the tenant has none of that name
    final String container(ContainerEngine engine, String name, TaskContext context)
            throws TaskFailedException, InterruptedException {
        var found = engine.call("GET", path("containers", name) + "/json", null);
        var id = ofTenant(found, context);
        if (id == null) {
            throw new TaskFailedException(
                    "There is no container '%s' of this tenant".formatted(name));
        }
        return id;
    }

    static String path(String kind, String name) {
        return "/%s/%s".formatted(kind, ContainerEngine.segment(name.strip()));
    }

    /// @return its id, or nothing if there is none, or it is somebody else's
    final @Nullable String ofTenant(Answer found, TaskContext context) throws TaskFailedException {
        if (found.status() == 404) {
            return null;
        }
        var object = found.orFail("Looking it up").object();
        var tenant = HttpApi.text(object, "Config", "Labels", DockerRunner.TENANT);
        boolean own = context.taskRun().tenant().equals(tenant);
        return own || engines.hasAll() ? HttpApi.text(object, "Id") : null;
    }

    /// A name that is about to stand for another image: others may run what stands for it now.
    ///
    /// @throws TaskFailedException if that isn't the tenant's
    final void requireFree(ContainerEngine engine, String image, TaskContext context)
            throws TaskFailedException, InterruptedException {
        var found = engine.call("GET", path("images", image) + "/json", null);
        if (found.status() != 404 && ofTenant(found, context) == null) {
            throw new TaskFailedException(
                    "Expected a name that is free, but '%s' is an image that this tenant hasn't built"
                            .formatted(image));
        }
    }
}
