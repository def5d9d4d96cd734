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

/// Deletes keys that have expired, keys by their names, or former values of keys.
@Plugin(type = "io.kestra.plugin.core.kv.PurgeKV", title = "Delete old keys and values")
public final class PurgeKv implements TaskPlugin<PurgeKv.Properties, Size> {

    public record Properties(
            @Title("Pattern over keys, with * and ?") @Nullable String keyPattern,
            @Title("Namespaces; all that the flow reaches if absent")
                    @Nullable List<String> namespaces,
            @Title("Pattern over namespaces, instead of a list") @Nullable String namespacePattern,
            @Title("Whether namespaces below them are meant, too") @Default("true")
                    Boolean includeChildNamespaces,
            @Title("What is deleted") @Nullable Behavior behavior,
            @Title("The older way to say whether only what has expired is deleted")
                    @Nullable Boolean expiredOnly) {}

    @Override
    public Size run(Properties properties, TaskContext context) throws TaskFailedException {
        var range =
                new Purges.Range(
                        properties.namespaces(),
                        properties.namespacePattern(),
                        properties.includeChildNamespaces(),
                        properties.keyPattern());
        var purges = context.stores().purges();
        var behavior = properties.behavior();
        if (properties.expiredOnly() != null) {
            return new Size(purges.keys(range, properties.expiredOnly()));
        }
        return new Size(
                behavior != null && behavior.ofVersions()
                        ? purges.keyVersions(range, Behavior.versions(behavior))
                        : purges.keys(range, behavior == null || behavior.expiredOnly()));
    }
}
