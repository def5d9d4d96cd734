// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.docker;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.container.ContainerEngine;
import io.millrace.plugin.kit.HttpApi;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Lists the engine's images, which all who may use it have in common.
@Plugin(
        type = "io.kestra.plugin.docker.cli.ImageLs",
        aliases = "io.kestra.plugin.docker.ImageLs",
        title = "List images")
public final class ImageLs extends EngineTask<ImageLs.Properties, ImageLs.Outputs> {

    public record Properties(
            @Inline Engine engine,
            @Title("Whether those between others are listed, too") @Default("false")
                    Boolean showAll,
            @Title("Name, such as alpine or alpine:3, with * for any text")
                    @Nullable String imageNameFilter,
            @Title("Only what bears these labels") @Nullable Map<String, String> labelFilter)
            implements Engine.At {}

    /// @param created seconds since 1970
    public record Image(
            @Title("Its id") String id,
            @Title("Its names") List<String> repoTags,
            @Title("Its names by content") List<String> repoDigests,
            @Title("Its size in bytes") long size,
            @Title("When it was made, in seconds since 1970") long created,
            @Title("Its labels") Map<String, String> labels) {}

    public record Outputs(@Title("The images") List<Image> images, @Title("How many") int count) {}

    @Override
    Outputs work(ContainerEngine engine, Properties properties, TaskContext context)
            throws Exception {
        var filters = new LinkedHashMap<String, List<String>>();
        if (properties.imageNameFilter() != null) {
            filters.put("reference", List.of(properties.imageNameFilter().strip()));
        }
        if (properties.labelFilter() != null && !properties.labelFilter().isEmpty()) {
            filters.put(
                    "label",
                    properties.labelFilter().entrySet().stream()
                            .map(label -> label.getKey() + "=" + label.getValue())
                            .toList());
        }
        var found =
                engine.call(
                                "GET",
                                "/images/json?all=%s&filters=%s"
                                        .formatted(
                                                properties.showAll(),
                                                ContainerEngine.segment(
                                                        JsonMapper.shared()
                                                                .writeValueAsString(filters))),
                                null)
                        .orFail("Looking for images")
                        .list();
        var images = found.stream().map(ImageLs::image).toList();
        return new Outputs(images, images.size());
    }

    private static Image image(@Nullable Object found) {
        var labels = new LinkedHashMap<String, String>();
        if (HttpApi.at(found, "Labels") instanceof Map<?, ?> map) {
            map.forEach((name, value) -> labels.put(String.valueOf(name), String.valueOf(value)));
        }
        return new Image(
                String.valueOf(HttpApi.text(found, "Id")),
                texts(HttpApi.at(found, "RepoTags")),
                texts(HttpApi.at(found, "RepoDigests")),
                number(HttpApi.at(found, "Size")),
                number(HttpApi.at(found, "Created")),
                labels);
    }

    private static List<String> texts(@Nullable Object list) {
        var texts = new ArrayList<String>();
        if (list instanceof List<?> all) {
            all.forEach(one -> texts.add(String.valueOf(one)));
        }
        return texts;
    }

    private static long number(@Nullable Object value) {
        return value instanceof Number n ? n.longValue() : 0;
    }
}
