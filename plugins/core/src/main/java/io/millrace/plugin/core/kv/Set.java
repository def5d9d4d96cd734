// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.kv;

import io.millrace.plugin.Default;
import io.millrace.plugin.KeyValues;
import io.millrace.plugin.Late;
import io.millrace.plugin.NoOutputs;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Sets the value of a key.
@Plugin(
        type = "io.kestra.plugin.core.kv.Set",
        aliases = "io.kestra.plugin.core.kv.Put",
        title = "Set the value of a key")
public final class Set implements TaskPlugin<Set.Properties, NoOutputs> {

    public record Properties(
            @Title("Key") String key,
            @Title("Value") @Late Object value,
            @Title("Namespace; the flow's if absent") @Nullable String namespace,
            @Title("Whether the value of a key that is there is replaced") @Default("true")
                    Boolean overwrite,
            @Title("How long the value holds") @Nullable Duration ttl,
            @Title("Type; found out from the value if absent") KeyValues.@Nullable Type kvType,
            @Title("What the key is for") @Nullable String kvDescription) {}

    @Override
    public NoOutputs run(Properties properties, TaskContext context) throws TaskFailedException {
        var typed = TypedValues.of(properties.value(), properties.kvType(), context);
        context.stores()
                .keyValues()
                .put(
                        properties.namespace() == null
                                ? context.taskRun().namespace()
                                : properties.namespace(),
                        properties.key(),
                        new KeyValues.Put(
                                typed.type(),
                                typed.value(),
                                properties.overwrite(),
                                properties.ttl(),
                                properties.kvDescription()));
        return new NoOutputs();
    }
}
