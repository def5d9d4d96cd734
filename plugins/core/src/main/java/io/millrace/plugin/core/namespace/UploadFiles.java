// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.namespace;

import io.millrace.plugin.Default;
import io.millrace.plugin.FilePatterns;
import io.millrace.plugin.NamespaceFiles;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Puts files into a namespace: from the working directory, or by their URIs.
@Plugin(type = "io.kestra.plugin.core.namespace.UploadFiles", title = "Put files into a namespace")
public final class UploadFiles implements TaskPlugin<UploadFiles.Properties, UploadFiles.Outputs> {

    public record Properties(
            @Title("Namespace; the flow's if absent") @Nullable String namespace,
            @Title(
                            "Patterns of files of the working directory, or URIs by path, or the"
                                    + " JSON of either")
                    @Nullable Object files,
            @Title("URIs by path, or their JSON") @Nullable Object filesMap,
            @Title("Folder to put them into") @Default("/") String destination,
            @Title("What happens to a file that is there already") @Default("OVERWRITE")
                    NamespaceFiles.Conflict conflict) {}

    public record Outputs(@Title("URIs of the files, by path") Map<String, URI> files) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        if (properties.files() == null && properties.filesMap() == null) {
            throw new TaskFailedException("files or filesMap is required");
        }
        var stored = new LinkedHashMap<String, URI>();
        for (var given : new Object[] {properties.files(), properties.filesMap()}) {
            switch (parsed(given)) {
                case null -> {
                    // the other one is given
                }
                case List<?> patterns -> uploadMatching(patterns, properties, context, stored);
                case Map<?, ?> map -> uploadMap(map, properties, context, stored);
                default ->
                        throw new TaskFailedException(
                                "Expected patterns of files, or a map of URIs");
            }
        }
        context.count("uploaded", stored.size(), Map.of());
        return new Outputs(stored);
    }

    private static @Nullable Object parsed(@Nullable Object given) throws TaskFailedException {
        if (!(given instanceof String text)) {
            return given;
        }
        if (!text.strip().startsWith("{") && !text.strip().startsWith("[")) {
            return List.of(text);
        }
        try {
            return JsonMapper.shared().readValue(text, Object.class);
        } catch (JacksonException e) {
            throw new TaskFailedException("Expected files as JSON", e);
        }
    }

    private static void uploadMatching(
            List<?> patterns, Properties properties, TaskContext context, Map<String, URI> stored)
            throws IOException, TaskFailedException {
        var wanted = FilePatterns.of(patterns.stream().map(String::valueOf).toList());
        var directory = context.workingDirectory();
        List<Path> files;
        try (var walk = Files.walk(directory)) {
            files =
                    walk.filter(f -> Files.isRegularFile(f, LinkOption.NOFOLLOW_LINKS))
                            .sorted()
                            .toList();
        }
        for (var file : files) {
            var name = directory.relativize(file).toString();
            if (wanted.match(name) || wanted.match(file.toString())) {
                put(
                        name,
                        () -> Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS),
                        properties,
                        context,
                        stored);
            }
        }
    }

    private static void uploadMap(
            Map<?, ?> map, Properties properties, TaskContext context, Map<String, URI> stored)
            throws IOException, TaskFailedException {
        for (var entry : map.entrySet()) {
            URI uri;
            try {
                uri = URI.create(String.valueOf(entry.getValue()).strip());
            } catch (IllegalArgumentException e) {
                throw new TaskFailedException(
                        "Expected a URI but got '%s'".formatted(entry.getValue()), e);
            }
            put(
                    String.valueOf(entry.getKey()),
                    () -> context.files().get(uri),
                    properties,
                    context,
                    stored);
        }
    }

    private static void put(
            String name,
            NamespaceFiles.Content content,
            Properties properties,
            TaskContext context,
            Map<String, URI> stored)
            throws IOException, TaskFailedException {
        var path = (properties.destination() + "/" + name).replaceAll("/{2,}", "/");
        var uri =
                context.stores()
                        .namespaceFiles()
                        .put(
                                Patterns.namespace(properties.namespace(), context),
                                path,
                                content,
                                properties.conflict());
        stored.put(path, uri);
    }
}
