// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.storage;

import static java.util.Objects.requireNonNull;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Scanner;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// Splits a file by lines, by size or into so many parts.
@Plugin(
        type = "io.kestra.plugin.core.storage.Split",
        aliases = "io.kestra.core.tasks.storages.Split",
        title = "Split a file")
public final class Split implements TaskPlugin<Split.Properties, Split.Outputs> {
    private static final Pattern BYTES = Pattern.compile("(\\d+)\\s*(B|KB|MB|GB)?");
    private static final int MAX_PARTS = 10_000;
    private static final int MAX_OPEN = 1_000;

    public record Properties(
            @Title("URI of the file") String from,
            @Title("Most bytes of a part, such as `10MB`") @Nullable String bytes,
            @Title("Number of parts; lines are dealt out in turn") @Nullable Integer partitions,
            @Title("Lines of a part") @Nullable Integer rows,
            @Title("What ends a line") @Default("\n") String separator,
            @Title(
                            "Regular expression: lines go to a part for each value of its first"
                                    + " group, others are left out")
                    @Nullable String regexPattern) {}

    public record Outputs(@Title("URIs of the parts") List<URI> uris) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        var extension = StoredFiles.extensionOf(properties.from());
        List<Path> parts;
        try (var content = StoredFiles.open(context, properties.from());
                var lines =
                        new Scanner(content, StandardCharsets.UTF_8)
                                .useDelimiter(Pattern.quote(properties.separator()))) {
            parts =
                    properties.regexPattern() != null
                            ? group(properties, lines, context, properties.regexPattern())
                            : properties.partitions() != null
                                    ? deal(properties, lines, context, properties.partitions())
                                    : cut(properties, lines, context);
            if (lines.ioException() != null) {
                throw lines.ioException();
            }
        }
        var uris = new ArrayList<URI>();
        for (var part : parts) {
            if (Files.size(part) > 0) {
                uris.add(StoredFiles.put(context, part, extension));
            }
        }
        return new Outputs(uris);
    }

    private static List<Path> deal(
            Properties properties, Scanner lines, TaskContext context, int partitions)
            throws IOException, TaskFailedException {
        if (partitions < 1 || partitions > MAX_OPEN) {
            throw new TaskFailedException("Expected 1 to 1000 partitions but got " + partitions);
        }
        var parts = new ArrayList<Path>();
        var writers = new ArrayList<BufferedWriter>();
        try {
            for (int i = 0; i < partitions; i++) {
                parts.add(newPart(context));
                writers.add(Files.newBufferedWriter(parts.getLast()));
            }
            for (int i = 0; lines.hasNext(); i++) {
                writers.get(i % partitions).write(lines.next() + properties.separator());
            }
        } finally {
            for (var writer : writers) {
                writer.close();
            }
        }
        return parts;
    }

    private static List<Path> group(
            Properties properties, Scanner lines, TaskContext context, String regex)
            throws IOException, TaskFailedException {
        Pattern pattern;
        try {
            pattern = Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new TaskFailedException("Expected a regular expression: " + e.getMessage(), e);
        }
        if (pattern.matcher("").groupCount() < 1) {
            throw new TaskFailedException("Expected a group in `regexPattern`");
        }
        var parts = new LinkedHashMap<String, Path>();
        var writers = new HashMap<String, BufferedWriter>();
        try {
            while (lines.hasNext()) {
                var line = lines.next();
                var found = pattern.matcher(line);
                if (!found.find() || found.group(1) == null) {
                    continue;
                }
                var key = found.group(1);
                if (!parts.containsKey(key)) {
                    if (parts.size() == MAX_OPEN) {
                        throw new TaskFailedException("More than %d parts".formatted(MAX_OPEN));
                    }
                    parts.put(key, newPart(context));
                    writers.put(key, Files.newBufferedWriter(parts.get(key)));
                }
                requireNonNull(writers.get(key)).write(line + properties.separator());
            }
        } finally {
            for (var writer : writers.values()) {
                writer.close();
            }
        }
        return List.copyOf(parts.values());
    }

    private static List<Path> cut(Properties properties, Scanner lines, TaskContext context)
            throws IOException, TaskFailedException {
        long maxBytes =
                properties.bytes() == null ? Long.MAX_VALUE : parseBytes(properties.bytes());
        long maxRows =
                properties.rows() != null
                        ? properties.rows()
                        : properties.bytes() == null ? 1 : Long.MAX_VALUE;
        if (maxRows < 1) {
            throw new TaskFailedException("Expected at least one row but got " + maxRows);
        }
        var parts = new ArrayList<Path>();
        while (lines.hasNext()) {
            if (parts.size() == MAX_PARTS) {
                throw new TaskFailedException("More than %d parts".formatted(MAX_PARTS));
            }
            var part = newPart(context);
            parts.add(part);
            writePart(properties, lines, part, maxRows, maxBytes);
        }
        return parts;
    }

    private static void writePart(
            Properties properties, Scanner lines, Path part, long maxRows, long maxBytes)
            throws IOException {
        try (var writer = Files.newOutputStream(part)) {
            long bytes = 0;
            for (long row = 0; row < maxRows && bytes < maxBytes && lines.hasNext(); row++) {
                var line = (lines.next() + properties.separator()).getBytes(StandardCharsets.UTF_8);
                writer.write(line);
                bytes += line.length;
            }
        }
    }

    private static Path newPart(TaskContext context) throws IOException {
        return Files.createTempFile(context.workingDirectory(), "split", null);
    }

    private static long parseBytes(String text) throws TaskFailedException {
        var parsed = BYTES.matcher(text.strip().toUpperCase(Locale.ROOT));
        if (!parsed.matches()) {
            throw new TaskFailedException("Expected bytes like 10MB but got " + text);
        }
        long unit =
                switch (parsed.group(2)) {
                    case "KB" -> 1L << 10;
                    case "MB" -> 1L << 20;
                    case "GB" -> 1L << 30;
                    case null, default -> 1;
                };
        return Long.parseLong(parsed.group(1)) * unit;
    }
}
