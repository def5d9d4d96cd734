// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.kv;

import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Lists keys.
@Plugin(type = "io.kestra.plugin.core.kv.GetKeys", title = "List the keys of a namespace")
public final class GetKeys implements TaskPlugin<GetKeys.Properties, GetKeys.Outputs> {

    public record Properties(
            @Title("What the keys begin with") @Nullable String prefix,
            @Title("Namespace; the flow's if absent") @Nullable String namespace) {}

    public record Outputs(@Title("Keys, in order") List<String> keys) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws TaskFailedException {
        var namespace =
                properties.namespace() == null
                        ? context.taskRun().namespace()
                        : properties.namespace();
        return new Outputs(context.stores().keyValues().keys(namespace, properties.prefix()));
    }
}
