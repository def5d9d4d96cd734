// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kit;

import io.millrace.plugin.Links;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Files that a flow puts into the directory of what a task runs (`inputFiles`).
public final class InputFiles {
    private InputFiles() {}

    /// @param given as written: contents or URIs by path, or their JSON
    /// @param variables that expressions in it know beside the task's
    /// @return how many there are
    /// @throws TaskFailedException if a path leads out of the directory
    public static int put(
            @Nullable Object given,
            Path directory,
            Map<String, @Nullable Object> variables,
            TaskContext context)
            throws IOException, TaskFailedException {
        var files = files(given, variables, context);
        for (var file : files.entrySet()) {
            var name = context.render(String.valueOf(file.getKey()), variables);
            var target = directory.resolve(name).normalize();
            if (!target.startsWith(directory) || target.equals(directory)) {
                throw new TaskFailedException(
                        "Expected an input file in the working directory but got '%s'"
                                .formatted(name));
            }
            Links.refuse(directory, target);
            if (target.getParent() != null) {
                Files.createDirectories(target.getParent());
            }
            var content = context.render(String.valueOf(file.getValue()), variables);
            try (var stream =
                    content.startsWith("kestra:///") && content.indexOf('\n') < 0
                            ? context.files().get(URI.create(content.strip()))
                            : new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8))) {
                Files.copy(stream, target, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return files.size();
    }

    private static Map<?, ?> files(
            @Nullable Object given, Map<String, @Nullable Object> variables, TaskContext context)
            throws TaskFailedException {
        return switch (given) {
            case null -> Map.of();
            case Map<?, ?> map -> map;
            case String text -> {
                try {
                    yield JsonMapper.shared().readValue(context.render(text, variables), Map.class);
                } catch (JacksonException e) {
                    throw new TaskFailedException("Expected inputFiles to be a map", e);
                }
            }
            default -> throw new TaskFailedException("Expected inputFiles to be a map");
        };
    }
}
