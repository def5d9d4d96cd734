// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.docker;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.container.ContainerEngine;
import io.millrace.plugin.container.DockerRunner;
import io.millrace.plugin.kit.HttpApi;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Removes what isn't used any more: of the tenant, or of the whole engine where the operator says
/// so.
@Plugin(
        type = "io.kestra.plugin.docker.cli.Prune",
        aliases = "io.kestra.plugin.docker.Prune",
        title = "Remove containers and images that aren't used")
public final class Prune extends EngineTask<Prune.Properties, Prune.Outputs> {
    private static final int IN_USE = 409;

    public record Properties(
            @Inline Engine engine,
            @Title("CONTAINERS, IMAGES, NETWORKS, VOLUMES or BUILD") Kind pruneType,
            @Title("IMAGES: whether only those without a name are removed") @Default("false")
                    Boolean dangling,
            @Title("CONTAINERS, IMAGES: only those from before, such as 24h or a moment")
                    @Nullable String until,
            @Title("Only what bears these labels: name, or name=value")
                    @Nullable List<String> labelFilters)
            implements Engine.At {}

    /// What is removed.
    public enum Kind {
        CONTAINERS,
        IMAGES,
        NETWORKS,
        VOLUMES,
        BUILD
    }

    public record Outputs(@Title("How many bytes are free then") long bytes) {}

    @Override
    Outputs work(ContainerEngine engine, Properties properties, TaskContext context)
            throws Exception {
        var kind = properties.pruneType();
        boolean labelled = kind == Kind.CONTAINERS || kind == Kind.IMAGES;
        var labels = new ArrayList<String>();
        if (!engines().hasAll()) {
            if (!labelled) {
                throw new TaskFailedException(
                        "Expected CONTAINERS or IMAGES: whose %s are isn't known, and `docker.all` isn't set"
                                .formatted(kind));
            }
            labels.add(DockerRunner.TENANT + "=" + context.taskRun().tenant());
        }
        if (properties.labelFilters() != null) {
            labels.addAll(properties.labelFilters());
        }
        var filters = new LinkedHashMap<String, List<String>>();
        if (!labels.isEmpty()) {
            filters.put("label", labels);
        }
        if (properties.until() != null && labelled) {
            filters.put("until", List.of(properties.until()));
        }
        long bytes =
                kind == Kind.IMAGES && !properties.dangling()
                        ? removeImages(engine, filters)
                        : prune(engine, kind, filters);
        context.count("bytes", (double) bytes, Map.of());
        return new Outputs(bytes);
    }

    private static long prune(ContainerEngine engine, Kind kind, Map<String, List<String>> filters)
            throws TaskFailedException, InterruptedException {
        var answer =
                engine.call(
                                "POST",
                                "/%s/prune?filters=%s"
                                        .formatted(
                                                kind.name().toLowerCase(Locale.ROOT),
                                                encoded(filters)),
                                null)
                        .orFail("Removing what isn't used")
                        .object();
        return answer.get("SpaceReclaimed") instanceof Number n ? n.longValue() : 0;
    }

    /// One by one: Podman removes by its `prune` only those without a name.
    private static long removeImages(ContainerEngine engine, Map<String, List<String>> filters)
            throws TaskFailedException, InterruptedException {
        long bytes = 0;
        for (var image :
                engine.call("GET", "/images/json?filters=" + encoded(filters), null)
                        .orFail("Looking for images")
                        .list()) {
            var names = HttpApi.at(image, "RepoTags") instanceof List<?> tags ? tags : List.of();
            boolean gone = true;
            for (var name :
                    names.isEmpty() ? List.of(String.valueOf(HttpApi.text(image, "Id"))) : names) {
                var removed = engine.call("DELETE", path("images", name.toString()), null);
                gone &= removed.isGood();
                if (removed.status() != IN_USE) {
                    removed.orFail("Removing image " + name);
                }
            }
            bytes += gone && HttpApi.at(image, "Size") instanceof Number n ? n.longValue() : 0;
        }
        return bytes;
    }

    private static String encoded(Map<String, List<String>> filters) {
        return ContainerEngine.segment(JsonMapper.shared().writeValueAsString(filters));
    }
}
