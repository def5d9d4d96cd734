// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.state;

import io.millrace.plugin.Default;
import io.millrace.plugin.KeyValues;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Adds to a state, over what it has.
@Plugin(
        type = "io.kestra.plugin.core.state.Set",
        aliases = "io.kestra.core.tasks.states.Set",
        title = "Set a state")
public final class Set implements TaskPlugin<Set.Properties, Set.Outputs> {

    public record Properties(
            @Title("Name of the state") @Default("default") String name,
            @Title("Whether all flows of the namespace share it") @Default("false")
                    Boolean namespace,
            @Title("Whether each value of a loop has its own") @Default("true")
                    Boolean taskrunValue,
            @Title("Flow whose state it is; this one if absent") @Nullable String flowId,
            @Title("What to set") @Nullable Map<String, @Nullable Object> data)
            implements StateProperties {}

    public record Outputs(
            @Title("Number of entries") int count, @Title("Key of the state") String key) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws TaskFailedException {
        var state = merged(properties.load(context).orElse(Map.of()), properties.data());
        context.stores()
                .keyValues()
                .put(
                        context.taskRun().namespace(),
                        properties.key(context),
                        new KeyValues.Put(KeyValues.Type.JSON, state, true, null, null));
        return new Outputs(state.size(), properties.key(context));
    }

    /// Maps in maps are merged, too.
    private static Map<String, @Nullable Object> merged(Map<?, ?> base, @Nullable Map<?, ?> over) {
        var merged = new LinkedHashMap<String, @Nullable Object>();
        base.forEach((name, value) -> merged.put(String.valueOf(name), value));
        if (over != null) {
            for (var entry : over.entrySet()) {
                var name = String.valueOf(entry.getKey());
                merged.put(
                        name,
                        merged.get(name) instanceof Map<?, ?> inner
                                        && entry.getValue() instanceof Map<?, ?> more
                                ? merged(inner, more)
                                : entry.getValue());
            }
        }
        return merged;
    }
}
