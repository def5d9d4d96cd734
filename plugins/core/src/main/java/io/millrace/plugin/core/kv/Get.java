// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.kv;

import io.millrace.plugin.Default;
import io.millrace.plugin.KeyValues;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import org.jspecify.annotations.Nullable;

/// Gets the value of a key.
@Plugin(type = "io.kestra.plugin.core.kv.Get", title = "Get the value of a key")
public final class Get implements TaskPlugin<Get.Properties, Get.Outputs> {

    public record Properties(
            @Title("Key") String key,
            @Title("Namespace; if absent the flow's, else the nearest above it that has the key")
                    @Nullable String namespace,
            @Title("Whether it is an error that there is none") @Default("false")
                    Boolean errorOnMissing) {}

    public record Outputs(@Title("Value") @Nullable Object value) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws TaskFailedException {
        var own = context.taskRun().namespace();
        var namespace = properties.namespace() == null ? own : properties.namespace();
        var found =
                context.stores()
                        .keyValues()
                        .get(namespace.equals(own) ? null : namespace, properties.key());
        if (found.isEmpty() && properties.errorOnMissing()) {
            throw missing(properties.key(), namespace);
        }
        return new Outputs(found.map(KeyValues.Typed::value).orElse(null));
    }

    static TaskFailedException missing(String key, String namespace) {
        return new TaskFailedException(
                "No value found for key '%s' in namespace '%s' and `errorOnMissing` is set to true"
                        .formatted(key, namespace));
    }
}
