// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.kv;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import org.jspecify.annotations.Nullable;

/// Deletes a key.
@Plugin(type = "io.kestra.plugin.core.kv.Delete", title = "Delete a key")
public final class Delete implements TaskPlugin<Delete.Properties, Delete.Outputs> {

    public record Properties(
            @Title("Key") String key,
            @Title("Namespace; the flow's if absent") @Nullable String namespace,
            @Title("Whether it is an error that there is none") @Default("false")
                    Boolean errorOnMissing) {}

    public record Outputs(@Title("Whether there was one") boolean deleted) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws TaskFailedException {
        var namespace =
                properties.namespace() == null
                        ? context.taskRun().namespace()
                        : properties.namespace();
        boolean deleted = context.stores().keyValues().delete(namespace, properties.key());
        if (!deleted && properties.errorOnMissing()) {
            throw Get.missing(properties.key(), namespace);
        }
        return new Outputs(deleted);
    }
}
