// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.storage;

import io.millrace.plugin.FilePatterns;
import io.millrace.plugin.Links;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Puts files into the working directory, and stores others that lie there.
@Plugin(
        type = "io.kestra.plugin.core.storage.LocalFiles",
        aliases = "io.kestra.core.tasks.storages.LocalFiles",
        title = "Put files into the working directory, and store others")
public final class LocalFiles implements TaskPlugin<LocalFiles.Properties, LocalFiles.Outputs> {

    public record Properties(
            @Title("Contents or URIs by file name, or their JSON") @Nullable Object inputs,
            @Title("Patterns of files to store") @Nullable List<String> outputs) {}

    public record Outputs(@Title("URIs of the stored files") Map<String, URI> uris) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        var directory = context.workingDirectory();
        for (var input : inputs(properties.inputs()).entrySet()) {
            var target = directory.resolve(String.valueOf(input.getKey())).normalize();
            if (!target.startsWith(directory) || target.getParent() == null) {
                throw new TaskFailedException(
                        "Expected a file in the working directory but got '%s'"
                                .formatted(input.getKey()));
            }
            Links.refuse(directory, target);
            Files.createDirectories(target.getParent());
            try (var content = open(String.valueOf(input.getValue()), context)) {
                Files.copy(content, target, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return new Outputs(store(directory, properties.outputs(), context));
    }

    private static InputStream open(String content, TaskContext context) throws IOException {
        return content.startsWith("kestra:///") && content.indexOf('\n') < 0
                ? context.files().get(URI.create(content.strip()))
                : new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8));
    }

    private static Map<?, ?> inputs(@Nullable Object given) throws TaskFailedException {
        return switch (given) {
            case null -> Map.of();
            case Map<?, ?> map -> map;
            default -> {
                try {
                    yield JsonMapper.shared().readValue(String.valueOf(given), Map.class);
                } catch (JacksonException e) {
                    throw new TaskFailedException("Expected inputs to be a map", e);
                }
            }
        };
    }

    private static Map<String, URI> store(
            Path directory, @Nullable List<String> patterns, TaskContext context)
            throws IOException, TaskFailedException {
        var stored = new LinkedHashMap<String, URI>();
        if (patterns == null || patterns.isEmpty()) {
            return stored;
        }
        var wanted = FilePatterns.ofDirectory(patterns);
        List<Path> files;
        try (var walk = Files.walk(directory)) {
            files =
                    walk.filter(f -> Files.isRegularFile(f, LinkOption.NOFOLLOW_LINKS))
                            .sorted()
                            .toList();
        }
        for (var file : files) {
            var name = directory.relativize(file).toString();
            if (wanted.match(name)) {
                try (var content = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                    stored.put(name, context.files().put(name, content));
                }
            }
        }
        return stored;
    }
}
