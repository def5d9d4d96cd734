// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.purge;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.Purges;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Deletes former revisions of namespace files.
@Plugin(
        type = "io.kestra.plugin.core.namespace.PurgeFiles",
        title = "Delete former revisions of namespace files")
public final class PurgeFiles implements TaskPlugin<PurgeFiles.Properties, Size> {

    public record Properties(
            @Title("Pattern over paths, with * and ?") @Nullable String filePattern,
            @Title("Namespaces; all that the flow reaches if absent")
                    @Nullable List<String> namespaces,
            @Title("Pattern over namespaces, instead of a list") @Nullable String namespacePattern,
            @Title("Whether namespaces below them are meant, too") @Default("true")
                    Boolean includeChildNamespaces,
            @Title("What is deleted; all but the newest revision if absent")
                    @Nullable Behavior behavior) {}

    @Override
    public Size run(Properties properties, TaskContext context) throws TaskFailedException {
        return new Size(
                context.stores()
                        .purges()
                        .fileRevisions(
                                new Purges.Range(
                                        properties.namespaces(),
                                        properties.namespacePattern(),
                                        properties.includeChildNamespaces(),
                                        properties.filePattern()),
                                Behavior.versions(properties.behavior())));
    }
}
