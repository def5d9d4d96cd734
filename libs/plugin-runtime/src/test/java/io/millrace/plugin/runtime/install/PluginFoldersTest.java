// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.runtime.install;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.expressions.Expressions;
import io.millrace.expressions.RenderContext;
import io.millrace.plugin.PluginCatalog;
import io.millrace.plugin.PluginDescriptor.Shape;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.runtime.PluginCall;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Plugins that are compiled here and lie in a folder, as those of others do.
class PluginFoldersTest {
    @TempDir Path directory = Path.of(".");

    /// A plugin that says which library it sees, and whether it sees Millrace's own classes.
    private static String task(String name, String alias) {
        return """
        package own;
        import io.millrace.plugin.*;
        import java.util.List;
        @Plugin(type = "test.%1$s", aliases = "%2$s", title = "Says what it sees", weight = 3)
        public class %1$s implements TaskPlugin<%1$s.Properties, %1$s.Outputs> {
            public enum Colour { RED, GREEN }
            public record Properties(String needed, @Default("RED") Colour colour, @Late List<String> lines) {}
            public record Outputs(String saw) {}
            static String started = "";
            @Override public void start(PluginSettings settings) { started = settings.text("greeting").orElse("none"); }
            @Override public Outputs run(Properties properties, TaskContext context) {
                String hidden;
                try {
                    Class.forName("io.millrace.plugin.runtime.PluginCall");
                    hidden = "seen";
                } catch (ClassNotFoundException e) {
                    hidden = "hidden";
                }
                return new Outputs(lib.Version.NAME.toString() + " " + hidden + " " + started + " "
                        + tools.jackson.databind.json.JsonMapper.shared().writeValueAsString(List.of(1)));
            }
        }
        """
                .formatted(name, alias);
    }

    private static String library(String version) {
        return "package lib; public class Version { public static final Object NAME = \"%s\"; }"
                .formatted(version);
    }

    @Test
    void eachPluginIsLoadedWithItsOwnLibrariesWhenItIsAskedFor() throws Exception {
        var folder = directory.resolve("plugins");
        plugin(folder.resolve("one"), "One", "old.One", "lib-1");
        plugin(folder.resolve("two"), "Two", "old.Two", "lib-2");
        var catalog =
                new PluginCatalog(
                        List.of(), List.of(), PluginFolders.of(folder.toString(), null).sources());
        catalog.start(new PluginSettings(Map.of("greeting", "hello")));

        assertThat(saw(catalog, "test.One")).isEqualTo("lib-1 hidden hello [1]");
        assertThat(saw(catalog, "old.Two")).isEqualTo("lib-2 hidden hello [1]");
        assertThat(catalog.descriptor("old.One").orElseThrow().weight()).isEqualTo(3);
        catalog.close();
    }

    @Test
    void aSecondStartReadsWhatTheFirstLearned() throws Exception {
        var folder = directory.resolve("plugins");
        plugin(folder.resolve("one"), "One", "old.One", "lib-1");
        var first = PluginFolders.of(folder.toString()).sources();
        var jars = folder.resolve("one");
        assertThat(folder.resolve(".index/one.json")).isRegularFile();

        // with the same jars nothing is loaded: these hold no classes any more
        var times = Files.getLastModifiedTime(jars.resolve("plugin.jar"));
        var size = Files.size(jars.resolve("plugin.jar"));
        Files.write(jars.resolve("plugin.jar"), new byte[Math.toIntExact(size)]);
        Files.setLastModifiedTime(jars.resolve("plugin.jar"), times);
        var second = PluginFolders.of(folder.toString()).sources();

        var descriptor = second.getFirst().descriptor();
        assertThat(descriptor.aliases()).isEqualTo(first.getFirst().descriptor().aliases());
        assertThat(descriptor.property("needed").orElseThrow().required()).isTrue();
        var colour = descriptor.property("colour").orElseThrow();
        assertThat(colour.shape()).isEqualTo(Shape.TEXT);
        assertThat(colour.choices()).containsExactly("RED", "GREEN");
        assertThat(colour.defaultValue()).isEqualTo("RED");
        assertThat(descriptor.property("lines").orElseThrow().late()).isTrue();
    }

    @Test
    void aLibraryOfAnotherFolderBelongsToThePluginOfThatName() throws Exception {
        var bundled = directory.resolve("bundled");
        var own = directory.resolve("own");
        plugin(bundled.resolve("one"), "One", "old.One", "lib-1");
        Files.createDirectories(own.resolve("one"));
        Files.move(bundled.resolve("one/library.jar"), own.resolve("one/driver.jar"));

        var sources = PluginFolders.of(bundled + "," + own).sources();

        var catalog = new PluginCatalog(List.of(), List.of(), sources);
        assertThat(saw(catalog, "test.One")).startsWith("lib-1");
    }

    @Test
    void oneThatDoesntLoadIsLeftOut() throws Exception {
        var folder = directory.resolve("plugins");
        plugin(folder.resolve("one"), "One", "old.One", "lib-1");
        Files.writeString(folder.resolve("broken.jar"), "no jar");
        jar(
                folder.resolve("missing.jar"),
                Map.of("META-INF/services/io.millrace.plugin.TaskPlugin", bytes("no.Such")));

        var sources = PluginFolders.of(folder.toString()).sources();

        assertThat(sources).hasSize(1);
        assertThat(PluginFolders.of("/no/such/folder", "").sources()).isEmpty();
    }

    private static String saw(PluginCatalog catalog, String type) throws Exception {
        var plugin = catalog.plugin(type).orElseThrow();
        var call = new PluginCall(new Expressions());
        var context =
                (TaskContext)
                        Proxy.newProxyInstance(
                                PluginFoldersTest.class.getClassLoader(),
                                new Class<?>[] {TaskContext.class},
                                (_, _, _) -> null);
        var outputs =
                call.run(
                        plugin,
                        Map.of("needed", "x", "lines", List.of()),
                        RenderContext.of(Map.of()),
                        context);
        return String.valueOf(requireNonNull(outputs.get("saw")));
    }

    private void plugin(Path into, String name, String alias, String version) throws IOException {
        Files.createDirectories(into);
        var classes =
                compile(Map.of("own/" + name, task(name, alias), "lib/Version", library(version)));
        var own = new HashMap<String, byte[]>();
        var libraries = new HashMap<String, byte[]>();
        classes.forEach(
                (file, content) -> (file.startsWith("lib/") ? libraries : own).put(file, content));
        own.put(
                "META-INF/services/io.millrace.plugin.TaskPlugin",
                bytes("own." + name + " # it\n"));
        jar(into.resolve("plugin.jar"), own);
        jar(into.resolve("library.jar"), libraries);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Map<String, byte[]> compile(Map<String, String> sources) throws IOException {
        var from = Files.createTempDirectory(directory, "source");
        var to = Files.createTempDirectory(directory, "classes");
        var arguments = new ArrayList<>(List.of("-proc:none", "-d", to.toString()));
        arguments.add("-cp");
        arguments.add(
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path")));
        for (var source : sources.entrySet()) {
            var file = from.resolve(source.getKey() + ".java");
            Files.createDirectories(requireNonNull(file.getParent()));
            Files.writeString(file, source.getValue());
            arguments.add(file.toString());
        }
        var compiler = ToolProvider.getSystemJavaCompiler();
        int code =
                compiler.run(
                        null,
                        null,
                        OutputStream.nullOutputStream(),
                        arguments.toArray(String[]::new));
        assertThat(code).isZero();
        var classes = new HashMap<String, byte[]>();
        try (var files = Files.walk(to)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                classes.put(to.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return classes;
    }

    private static void jar(Path file, Map<String, byte[]> entries) throws IOException {
        try (var jar = new JarOutputStream(Files.newOutputStream(file))) {
            for (var entry : entries.entrySet()) {
                jar.putNextEntry(new JarEntry(entry.getKey()));
                jar.write(entry.getValue());
                jar.closeEntry();
            }
        }
    }
}
