// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import io.millrace.plugin.Links;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.RowFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The files around a database that runs within the task: DuckDB, SQLite.
final class LocalDatabase {
    private final QueryProperties properties;
    private final TaskContext context;
    private final Path directory;
    private final @Nullable String url;
    private final @Nullable Path file;
    private final Map<String, String> outputs = new LinkedHashMap<>();

    private LocalDatabase(
            QueryProperties properties,
            TaskContext context,
            @Nullable String url,
            @Nullable Path file) {
        this.properties = properties;
        this.context = context;
        this.directory = context.workingDirectory();
        this.url = url;
        this.file = file;
    }

    /// Lays the files out.
    static LocalDatabase prepare(QueryProperties properties, TaskContext context)
            throws IOException, TaskFailedException {
        var url = properties.url();
        Path file = null;
        if (properties.database() != null || properties.outputDbFile()) {
            var kind = url == null ? "duckdb" : Hosts.kind(url);
            if (!kind.equals("duckdb") && !kind.equals("sqlite")) {
                throw new TaskFailedException("Only DuckDB and SQLite are databases in a file");
            }
            file = context.workingDirectory().resolve("database-" + UUID.randomUUID());
            url = "jdbc:%s:%s".formatted(kind, file.toAbsolutePath());
            if (properties.database() != null) {
                try (var content = RowFile.stream(properties.database(), context)) {
                    Files.copy(content, file);
                }
            }
        }
        var local = new LocalDatabase(properties, context, url, file);
        local.layInputs();
        if (properties.outputFiles() != null) {
            for (var name : properties.outputFiles()) {
                local.outputs.put(name, local.inside(name).toString());
            }
        }
        return local;
    }

    @Nullable String url() {
        return url;
    }

    /// What the SQL may name.
    Map<String, @Nullable Object> variables() {
        var variables = new LinkedHashMap<String, @Nullable Object>();
        variables.put("workingDir", directory.toString());
        variables.put("outputFiles", outputs);
        variables.put("inputFile", properties.inputFile());
        return variables;
    }

    private void layInputs() throws IOException, TaskFailedException {
        if (properties.inputFiles() == null) {
            return;
        }
        for (var input : properties.inputFiles().entrySet()) {
            var target = inside(input.getKey());
            Links.refuse(directory, target);
            if (target.getParent() != null) {
                Files.createDirectories(target.getParent());
            }
            try (var content = open(input.getValue())) {
                Files.copy(content, target, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private InputStream open(String content) throws IOException, TaskFailedException {
        return content.startsWith("kestra:///") && content.indexOf('\n') < 0
                ? RowFile.stream(content, context)
                : new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8));
    }

    private Path inside(String name) throws TaskFailedException {
        var path = directory.resolve(name).normalize();
        if (!path.startsWith(directory) || path.equals(directory)) {
            throw new TaskFailedException(
                    "Expected a file in the working directory but got '%s'".formatted(name));
        }
        return path;
    }

    /// Stores the files that the SQL wrote.
    @Nullable Map<String, URI> storeOutputs() throws IOException, TaskFailedException {
        if (outputs.isEmpty()) {
            return null;
        }
        var stored = new LinkedHashMap<String, URI>();
        for (var output : outputs.entrySet()) {
            var path = Path.of(output.getValue());
            if (!Links.isFile(directory, path)) {
                throw new TaskFailedException(
                        "Expected the SQL to write '%s' but it didn't".formatted(output.getKey()));
            }
            try (var content = Links.open(directory, path)) {
                stored.put(output.getKey(), context.files().put(output.getKey(), content));
            }
        }
        return stored;
    }

    /// Stores the database, once it is closed.
    @Nullable URI storeDatabase() throws IOException {
        if (file == null || !properties.outputDbFile()) {
            return null;
        }
        try (var content = Links.open(directory, file)) {
            return context.files().put(file.getFileName().toString(), content);
        }
    }
}
