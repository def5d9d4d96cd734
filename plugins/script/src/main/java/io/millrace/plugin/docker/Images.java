// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.docker;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.container.ContainerEngine;
import io.millrace.plugin.container.DockerRunner;
import io.millrace.plugin.container.Progress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Names of images, and their way to a registry.
final class Images {
    private Images() {}

    /// @param repository with its registry, if it is named
    record Name(String repository, String tag) {
        /// @param text such as `registry.example.com/app:1`; without a tag it is `latest`
        static Name of(String text) throws TaskFailedException {
            var named = named(text);
            int colon = named.lastIndexOf(':');
            return colon > named.lastIndexOf('/')
                    ? new Name(named.substring(0, colon), named.substring(colon + 1))
                    : new Name(named, "latest");
        }
    }

    /// Without the scheme that some write before a registry.
    static String named(String text) throws TaskFailedException {
        var name = text.strip().replaceFirst("^[a-z]+://", "");
        if (name.isEmpty() || name.chars().anyMatch(Character::isWhitespace)) {
            throw new TaskFailedException(
                    "Expected the name of an image but got '%s'".formatted(text));
        }
        return name;
    }

    /// @param auth as [DockerRunner.Options#auth] makes it, or absent
    static void push(
            ContainerEngine engine, String image, @Nullable String auth, TaskContext context)
            throws TaskFailedException, InterruptedException {
        var name = Name.of(image);
        var doing = "Pushing image " + image;
        engine.follow(
                "POST",
                EngineTask.path("images", name.repository())
                        + "/push?tag="
                        + ContainerEngine.segment(name.tag()),
                // the engine wants the header though nobody is named
                Map.of(
                        "X-Registry-Auth",
                        auth == null ? DockerRunner.Options.auth(Map.of()) : auth),
                doing,
                content -> Progress.read(content, doing, context.log()::debug));
        context.log().info("Image %s is pushed".formatted(image));
    }
}
