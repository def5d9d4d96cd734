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

/// Deletes files of a namespace.
@Plugin(type = "io.kestra.plugin.core.namespace.DeleteFiles", title = "Delete files of a namespace")
public final class DeleteFiles implements TaskPlugin<DeleteFiles.Properties, DeleteFiles.Outputs> {

    public record Properties(
            @Title("Namespace; the flow's if absent") @Nullable String namespace,
            @Title("Pattern, or list of patterns, of files") Object files,
            @Title("Without effect: folders that become empty always go, too") @Default("true")
                    Boolean deleteParentFolder) {}

    public record Outputs(@Title("URIs of what was deleted, by path") Map<String, URI> files) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        var namespace = Patterns.namespace(properties.namespace(), context);
        var deleted = new LinkedHashMap<String, URI>();
        for (var file : Patterns.matching(namespace, properties.files(), context)) {
            if (context.stores().namespaceFiles().delete(namespace, file.path())) {
                deleted.put("/" + file.path(), file.uri());
            }
        }
        context.count("deleted", deleted.size(), Map.of());
        return new Outputs(deleted);
    }
}
