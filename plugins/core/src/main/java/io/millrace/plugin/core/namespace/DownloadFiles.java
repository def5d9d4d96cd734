// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.namespace;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Copies files of a namespace to the execution.
@Plugin(
        type = "io.kestra.plugin.core.namespace.DownloadFiles",
        title = "Copy files of a namespace to the execution")
public final class DownloadFiles
        implements TaskPlugin<DownloadFiles.Properties, DownloadFiles.Outputs> {

    public record Properties(
            @Title("Namespace; the flow's if absent") @Nullable String namespace,
            @Title("Pattern, or list of patterns, of files") Object files,
            @Title("Folder to put them into") @Default("") String destination) {}

    public record Outputs(@Title("URIs of the copies, by path") Map<String, URI> files) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        var namespace = Patterns.namespace(properties.namespace(), context);
        var copies = new LinkedHashMap<String, URI>();
        for (var file : Patterns.matching(namespace, properties.files(), context)) {
            var name =
                    (properties.destination() + "/" + file.path())
                            .replaceAll("/{2,}", "/")
                            .substring(properties.destination().isEmpty() ? 1 : 0);
            try (var content = context.stores().namespaceFiles().open(file)) {
                copies.put(
                        "/" + file.path(),
                        context.files()
                                .put(name.startsWith("/") ? name.substring(1) : name, content));
            }
        }
        context.count("downloaded", copies.size(), Map.of());
        return new Outputs(copies);
    }
}
