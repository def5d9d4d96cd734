// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import io.millrace.plugin.PluginCatalog;
import io.millrace.plugin.runtime.install.PluginFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/// The plugins of this installation, as its next start finds them.
@Command(
        name = "plugins",
        description = "Lists and installs the plugins of this machine.",
        subcommands = {PluginsCommand.ListCommand.class, PluginsCommand.InstallCommand.class})
final class PluginsCommand {
    private static final String BUNDLED = "MILLRACE_PLUGINS_BUNDLED";
    private static final String FOLDER = "MILLRACE_PLUGINS_FOLDER";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][\\w.-]{0,63}");

    private PluginsCommand() {}

    @Command(name = "list", description = "the types that plugins bring")
    static final class ListCommand implements Runnable {
        @Spec private CommandSpec spec = CommandSpec.create();

        @Option(names = "--markdown", description = "as the page docs/connectors.md")
        private boolean markdown;

        @Override
        public void run() {
            var millrace = Root.of(spec);
            var table = table(millrace.environment());
            var output = millrace.output(spec);
            var out = output.writer();
            if (markdown) {
                out.print(table.page());
            } else if (!output.isTable()) {
                output.tree(JsonMapper.shared().valueToTree(table.rows()));
            } else {
                for (var row : table.rows()) {
                    var types = new ArrayList<>(row.tasks());
                    types.addAll(row.triggers());
                    out.println(row.family() + ": " + String.join(", ", types));
                }
            }
            out.flush();
        }
    }

    static ConnectorTable table(Map<String, String> environment) {
        var folders = PluginFolders.of(environment.get(BUNDLED), environment.get(FOLDER));
        return ConnectorTable.of(PluginCatalog.load(folders.sources()).descriptors());
    }

    @Command(
            name = "install",
            description = {
                "Puts jars into the plugin folder. With the name of a plugin that is there,",
                "such as jdbc, they belong to that one: a driver."
            })
    static final class InstallCommand implements Runnable {
        @Spec private CommandSpec spec = CommandSpec.create();

        @Parameters(index = "0", paramLabel = "PATH", description = "a jar, or a directory of jars")
        private Path from = Path.of(".");

        @Parameters(
                index = "1",
                arity = "0..1",
                paramLabel = "NAME",
                description = "the plugin (default: the name of the jar without its version)")
        private @Nullable String name;

        @Override
        public void run() {
            var folder = Root.of(spec).environment().get(FOLDER);
            if (folder == null) {
                throw new CliException("Expected the plugin folder in " + FOLDER);
            }
            try {
                var jars = jars(from);
                var target = Files.createDirectories(Path.of(folder, name(jars)));
                for (var jar : jars) {
                    Files.copy(
                            jar,
                            target.resolve(String.valueOf(jar.getFileName())),
                            StandardCopyOption.REPLACE_EXISTING);
                }
                spec.commandLine()
                        .getOut()
                        .printf(
                                jars.size() == 1
                                        ? "%d jar is in %s: the next start finds it.%n"
                                        : "%d jars are in %s: the next start finds them.%n",
                                jars.size(),
                                target);
            } catch (IOException e) {
                throw new CliException("The jars can't be copied: " + e.getMessage(), e);
            }
        }

        private static List<Path> jars(Path from) throws IOException {
            if (Files.isRegularFile(from)) {
                return List.of(from);
            }
            if (!Files.isDirectory(from)) {
                throw new CliException("Expected a jar, or a directory of jars, but got " + from);
            }
            try (var files = Files.list(from)) {
                var jars = files.filter(f -> f.toString().endsWith(".jar")).sorted().toList();
                if (jars.isEmpty()) {
                    throw new CliException("There is no jar in " + from);
                }
                return jars;
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }

        private String name(List<Path> jars) {
            var plain = String.valueOf(jars.getFirst().getFileName());
            var chosen = name == null ? plain.replaceFirst("(-\\d[\\w.-]*)?\\.jar$", "") : name;
            if (!NAME.matcher(chosen).matches()) {
                throw new CliException("Expected the name of a plugin but got " + chosen);
            }
            return chosen;
        }
    }
}
