// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.docker;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Late;
import io.millrace.plugin.Links;
import io.millrace.plugin.NamespaceFilesOptions;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.container.ContainerEngine;
import io.millrace.plugin.container.DockerRunner;
import io.millrace.plugin.container.Progress;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.plugin.kit.InputFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Builds an image of a Dockerfile and the files beside it, and pushes it if it should. The image
/// bears the tenant's name as a label.
@Plugin(
        type = "io.kestra.plugin.docker.cli.Build",
        aliases = "io.kestra.plugin.docker.Build",
        title = "Build an image")
public final class Build extends EngineTask<Build.Properties, Build.Outputs> {
    private static final int READABLE = 0755;
    private static final String DOCKERFILE = "Dockerfile.millrace";

    public record Properties(
            @Inline Engine engine,
            @Title("The Dockerfile: its content, its path among the files, or its URI") @Late
                    String dockerfile,
            @Title("Names that the image gets, such as registry.example.com/app:1")
                    List<String> tags,
            @Title("Platform, such as linux/amd64; the last one counts")
                    @Nullable List<String> platforms,
            @Title("Whether it is pushed") @Default("false") Boolean push,
            @Title("Whether the images that it is made from are looked for anew") @Default("true")
                    Boolean pull,
            @Title("Arguments of the build; whoever has the image can read them")
                    @Nullable Map<String, String> buildArgs,
            @Title("Labels of the image") @Nullable Map<String, String> labels,
            @Title("Stage to end at") @Nullable String target,
            @Title("Files beside the Dockerfile: their contents or URIs") @Late
                    @Nullable Object inputFiles,
            @Title("Namespace files beside it") @Nullable NamespaceFilesOptions namespaceFiles)
            implements Engine.At {}

    public record Outputs(@Title("Id of the image") String imageId) {}

    @Override
    Outputs work(ContainerEngine engine, Properties properties, TaskContext context)
            throws Exception {
        if (properties.tags().isEmpty()) {
            throw new TaskFailedException("Expected a name in `tags`");
        }
        var tags = new ArrayList<String>();
        for (var tag : properties.tags()) {
            var name = Images.named(tag);
            requireFree(engine, name, context);
            if (properties.push()) {
                engines().checkRegistry(name);
            }
            tags.add(name);
        }
        var directory =
                context.sharesDirectory()
                        ? context.workingDirectory()
                        : Files.createDirectories(context.ownDirectory().resolve("image"));
        var dockerfile = dockerfile(properties, directory, context);
        var archive = context.ownDirectory().resolve("image.tar");
        try {
            io.millrace.plugin.container.Tar.pack(archive, directory, READABLE);
            engine.send(
                    "/build?" + query(properties, dockerfile, tags, context),
                    registries(properties),
                    archive,
                    "Building the image",
                    content -> Progress.read(content, "Building the image", context.log()::info));
        } finally {
            Files.deleteIfExists(archive);
            Files.deleteIfExists(directory.resolve(DOCKERFILE));
        }
        var made =
                engine.call("GET", path("images", tags.getFirst()) + "/json", null)
                        .orFail("Looking the image up")
                        .object();
        if (properties.push()) {
            for (var tag : tags) {
                Images.push(engine, tag, auth(properties), context);
            }
        }
        return new Outputs(String.valueOf(made.get("Id")));
    }

    /// @return its path among the files
    private static String dockerfile(Properties properties, Path directory, TaskContext context)
            throws IOException, TaskFailedException {
        Map<String, @Nullable Object> variables = Map.of("workingDir", directory.toString());
        if (properties.namespaceFiles() != null) {
            properties.namespaceFiles().copyTo(directory, context);
        }
        InputFiles.put(properties.inputFiles(), directory, variables, context);
        var given = context.render(properties.dockerfile(), variables);
        if (given.startsWith("kestra:///") && given.indexOf('\n') < 0) {
            try (var content = context.files().get(URI.create(given.strip()))) {
                given = new String(content.readAllBytes(), StandardCharsets.UTF_8);
            }
        } else if (given.strip().chars().noneMatch(Character::isWhitespace)) {
            var path = directory.resolve(given.strip()).normalize();
            if (path.startsWith(directory) && Links.isFile(directory, path)) {
                return directory.relativize(path).toString();
            }
        }
        Links.write(directory, directory.resolve(DOCKERFILE), given);
        return DOCKERFILE;
    }

    private static String query(
            Properties properties, String dockerfile, List<String> tags, TaskContext context) {
        var labels = new LinkedHashMap<String, String>();
        if (properties.labels() != null) {
            labels.putAll(properties.labels());
        }
        labels.put(DockerRunner.TENANT, context.taskRun().tenant());
        var query = new LinkedHashMap<String, Object>();
        query.put("dockerfile", dockerfile);
        query.put("pull", properties.pull());
        query.put("labels", JsonMapper.shared().writeValueAsString(labels));
        query.put("rm", true);
        query.put("forcerm", true);
        if (properties.buildArgs() != null) {
            query.put("buildargs", JsonMapper.shared().writeValueAsString(properties.buildArgs()));
        }
        if (properties.platforms() != null && !properties.platforms().isEmpty()) {
            query.put("platform", properties.platforms().getLast());
        }
        if (properties.target() != null) {
            query.put("target", properties.target());
        }
        var text = new StringBuilder(HttpApi.encoded(query));
        tags.forEach(tag -> text.append("&t=").append(HttpApi.segment(tag)));
        return text.toString();
    }

    /// Who asks the registries of the images that it is made from.
    private static Map<String, String> registries(Properties properties)
            throws TaskFailedException {
        var all = Engines.registries(properties.engine());
        return all.isEmpty()
                ? Map.of()
                : Map.of("X-Registry-Config", DockerRunner.Options.encoded(all));
    }
}
