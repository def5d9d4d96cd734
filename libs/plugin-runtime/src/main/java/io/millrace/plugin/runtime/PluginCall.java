// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.runtime;

import static java.util.Objects.requireNonNull;

import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.Expressions;
import io.millrace.expressions.RenderContext;
import io.millrace.plugin.PluginDescriptor;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Renders the properties of a task, hands them to its plugin, and takes the outputs.
public final class PluginCall {
    private final Expressions expressions;
    private final PropertyBinder binder = new PropertyBinder();

    public PluginCall(Expressions expressions) {
        this.expressions = expressions;
    }

    /// @param properties as written; those that the plugin renders itself stay so
    /// @return the outputs
    /// @throws ExpressionException if a property can't be rendered
    /// @throws TaskFailedException if a property doesn't fit, or the task says so
    /// @throws Exception what else the task fails with
    public Map<String, @Nullable Object> run(
            TaskPlugin<?, ?> plugin,
            Map<String, @Nullable Object> properties,
            RenderContext rendering,
            TaskContext context)
            throws Exception {
        return outputs(invoke(plugin, essence(plugin, properties, rendering), context));
    }

    /// @param rendered properties as values: nothing in them is an expression
    /// @return the outputs
    /// @throws Exception what the task fails with
    public Map<String, @Nullable Object> runRendered(
            TaskPlugin<?, ?> plugin, Map<String, @Nullable Object> rendered, TaskContext context)
            throws Exception {
        return outputs(invoke(plugin, rendered, context));
    }

    /// Outputs by name, without those that are absent.
    public Map<String, @Nullable Object> outputs(Record outputs) {
        return binder.toMap(outputs);
    }

    private <P extends Record> Record invoke(
            TaskPlugin<P, ?> plugin, Map<String, @Nullable Object> rendered, TaskContext context)
            throws Exception {
        var descriptor = PluginDescriptor.of(plugin);
        @SuppressWarnings("unchecked") // the descriptor found it as this plugin's P
        var type = (Class<P>) PluginDescriptor.propertiesType(plugin);
        var bound = binder.bind(rendered, descriptor.properties(), type);
        // libraries that look for their parts by name look in the plugin's jars
        var thread = Thread.currentThread();
        var before = thread.getContextClassLoader();
        thread.setContextClassLoader(plugin.getClass().getClassLoader());
        try {
            return plugin.run(bound, context);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /// The properties as the plugin gets them: rendered, but for those that it renders itself.
    public Map<String, @Nullable Object> essence(
            TaskPlugin<?, ?> plugin,
            Map<String, @Nullable Object> properties,
            RenderContext rendering) {
        var early = new LinkedHashMap<String, @Nullable Object>(properties);
        var late = new LinkedHashMap<String, @Nullable Object>();
        for (var property : PluginDescriptor.of(plugin).properties()) {
            if (property.late() && early.containsKey(property.name())) {
                late.put(property.name(), early.remove(property.name()));
            }
        }
        var rendered = render(early, rendering);
        rendered.putAll(late);
        return rendered;
    }

    /// What two runs of a plugin have in common if they do the same: its properties, those that it
    /// renders itself rendered, too, or, where that takes variables of its own, all that they read.
    public Map<String, @Nullable Object> identity(
            TaskPlugin<?, ?> plugin,
            Map<String, @Nullable Object> properties,
            RenderContext rendering) {
        var identity = essence(plugin, properties, rendering);
        var known = new LinkedHashMap<String, @Nullable Object>(rendering.variables());
        known.putIfAbsent("workingDir", "");
        for (var property : PluginDescriptor.of(plugin).properties()) {
            var name = property.name();
            var written = identity.get(name);
            if (!property.late() || written == null) {
                continue;
            }
            try {
                var alone = Map.<String, @Nullable Object>of(name, written);
                identity.putAll(render(alone, rendering.withVariables(known)));
            } catch (ExpressionException _) {
                identity.put(name + ".reads", rendering.variables());
            }
        }
        return identity;
    }

    /// @throws ExpressionException if one of them can't be rendered
    @SuppressWarnings("unchecked") // what is a map is rendered to a map of texts to values
    public Map<String, @Nullable Object> render(
            Map<String, @Nullable Object> source, RenderContext rendering) {
        var rendered = expressions.compileTree(source).render(rendering);
        return new LinkedHashMap<String, @Nullable Object>(
                (Map<String, @Nullable Object>) requireNonNull(rendered));
    }
}
