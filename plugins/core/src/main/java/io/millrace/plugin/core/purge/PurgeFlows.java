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

/// Deletes former revisions of flows.
@Plugin(type = "io.kestra.plugin.core.flow.PurgeFlows", title = "Delete former revisions of flows")
public final class PurgeFlows implements TaskPlugin<PurgeFlows.Properties, Size> {

    public record Properties(
            @Title("Pattern over flow ids, with * and ?") @Nullable String flowPattern,
            @Title("Namespaces; all that the flow reaches if absent")
                    @Nullable List<String> namespaces,
            @Title("Pattern over namespaces, instead of a list") @Nullable String namespacePattern,
            @Title("Whether namespaces below them are meant, too") @Default("true")
                    Boolean includeChildNamespaces,
            @Title("Namespace, with those below it unless a flow is named")
                    @Nullable String namespace,
            @Title("Flow of the namespace") @Nullable String flowId,
            @Title("What is deleted; all but the newest revision if absent")
                    @Nullable Behavior behavior) {}

    @Override
    public Size run(Properties properties, TaskContext context) throws TaskFailedException {
        if (properties.flowId() != null && properties.namespace() == null) {
            throw new TaskFailedException("Expected `namespace` where there is `flowId`");
        }
        var range =
                properties.namespace() == null
                        ? new Purges.Range(
                                properties.namespaces(),
                                properties.namespacePattern(),
                                properties.includeChildNamespaces(),
                                properties.flowPattern())
                        : new Purges.Range(
                                List.of(properties.namespace()),
                                null,
                                properties.flowId() == null,
                                properties.flowId());
        return new Size(
                context.stores()
                        .purges()
                        .flowRevisions(range, Behavior.versions(properties.behavior())));
    }
}
