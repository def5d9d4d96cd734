// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// A flow or a test suite in a file.
///
/// @param linesBefore in its file, of the documents before it
/// @param source its text, byte for byte, but for the end of its last line
record Document(Path file, int linesBefore, Kind kind, String namespace, String id, String source) {
    private static final Pattern SEPARATOR = Pattern.compile("(?m)^---[ \\t]*$\\R?");

    enum Kind {
        FLOW("flow", "/flows"),
        TEST("test", "/tests");

        private final String title;
        private final String path;

        Kind(String title, String path) {
            this.title = title;
            this.path = path;
        }

        /// As people call it.
        String title() {
            return title;
        }

        /// Where the API has it.
        String path() {
            return path;
        }
    }

    /// `flow company.team/nightly`.
    String name() {
        return kind.title() + " " + namespace + "/" + id;
    }

    String path() {
        return kind.path() + "/" + Api.encode(namespace) + "/" + Api.encode(id);
    }

    /// All flows and suites in files and directories (those below them, too); files that hold
    /// something else are left out, unless they are named.
    ///
    /// @throws NotYamlException if a file isn't YAML
    /// @throws CliException if a path isn't there, or two documents have one name
    static List<Document> read(List<Path> paths) {
        return read(
                paths,
                e -> {
                    throw e;
                });
    }

    /// The same, with all files that aren't YAML.
    static List<Document> read(List<Path> paths, Consumer<NotYamlException> broken) {
        var found = new LinkedHashMap<String, Document>();
        for (var path : paths) {
            for (var file : files(path)) {
                for (var document : documents(file, file.equals(path), broken)) {
                    var other = found.putIfAbsent(document.name(), document);
                    if (other != null) {
                        throw new CliException(
                                "Expected one %s but %s and %s hold one"
                                        .formatted(document.name(), other.file(), document.file()));
                    }
                }
            }
        }
        return List.copyOf(found.values());
    }

    private static List<Path> files(Path path) {
        if (Files.isRegularFile(path)) {
            return List.of(path);
        }
        if (Files.notExists(path)) {
            throw new CliException(
                    ExitCode.USAGE, "Expected a file or a directory but there is no " + path);
        }
        try (var all = Files.walk(path)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> file.toString().matches(".*\\.ya?ml"))
                    .filter(file -> !path.relativize(file).toString().matches("(.*/)?\\..*"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new CliException("The path " + path + " can't be read: " + e.getMessage(), e);
        }
    }

    private static List<Document> documents(
            Path file, boolean named, Consumer<NotYamlException> broken) {
        var documents = new ArrayList<Document>();
        var text = text(file);
        int begin = 0;
        for (var separator = SEPARATOR.matcher(text); begin <= text.length(); ) {
            int end = separator.find() ? separator.start() : text.length();
            var source = text.substring(begin, end);
            if (!source.isBlank()) {
                int lines = (int) text.substring(0, begin).chars().filter(c -> c == '\n').count();
                // with a last line that ends, so that nothing changes when documents are joined
                try {
                    var document =
                            parse(file, lines, source.endsWith("\n") ? source : source + "\n");
                    if (document != null) {
                        documents.add(document);
                    } else if (named) {
                        throw new CliException(
                                "Expected flows or tests, with id and namespace, in " + file);
                    }
                } catch (NotYamlException e) {
                    broken.accept(e);
                }
            }
            begin = end == text.length() ? end + 1 : separator.end();
        }
        return documents;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new CliException("The file " + file + " can't be read: " + e.getMessage(), e);
        }
    }

    private static @Nullable Document parse(Path file, int linesBefore, String source) {
        try {
            var settings = LoadSettings.builder().setLabel(file.toString()).build();
            if (new Load(settings).loadFromString(source) instanceof Map<?, ?> map
                    && map.get("namespace") instanceof String namespace
                    && map.get("id") instanceof String id) {
                boolean test = map.containsKey("testCases") && map.containsKey("flowId");
                return test || map.containsKey("tasks")
                        ? new Document(
                                file,
                                linesBefore,
                                test ? Kind.TEST : Kind.FLOW,
                                namespace,
                                id,
                                source)
                        : null;
            }
            return null;
        } catch (YamlEngineException e) {
            throw new NotYamlException(file, linesBefore, e);
        }
    }
}
