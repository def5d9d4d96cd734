// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.Inline;
import io.millrace.plugin.KeyValues;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.PollingTrigger;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Runs a script at each look; an execution starts if it ends as the flow wants it.
///
/// What the last look has found is kept in the namespace's key-value store, for as long as the
/// condition is met: another worker may be the next that looks.
///
/// @param <P> what the script is, as the task of its language takes it
abstract class WatchingTrigger<P extends Record, W extends Record & WatchingTrigger.Watch<P>>
        implements PollingTrigger<W, WatchingTrigger.Outputs> {
    private final TaskPlugin<P, ScriptOutputs> task;

    WatchingTrigger(TaskPlugin<P, ScriptOutputs> task) {
        this.task = task;
    }

    /// What all of them take.
    interface Watch<P extends Record> {
        P what();

        ExitCondition condition();
    }

    public record OfScript(@Inline ScriptProperties what, @Inline ExitCondition condition)
            implements Watch<ScriptProperties> {}

    public record OfCommands(@Inline CommandsProperties what, @Inline ExitCondition condition)
            implements Watch<CommandsProperties> {}

    public record Outputs(
            @Title("When it was looked") Instant timestamp,
            @Title("What was wanted") String condition,
            @Title("Exit code of the script") int exitCode,
            @Title("What the script printed as `::{\"outputs\":{…}}::`")
                    Map<String, @Nullable Object> vars) {}

    @Override
    public void start(PluginSettings settings) {
        task.start(settings);
    }

    @Override
    public void close() {
        task.close();
    }

    @Override
    public Optional<Outputs> poll(W properties, TaskContext context) throws Exception {
        var condition = properties.condition();
        var said = said(properties.what(), context);
        boolean met = condition.isMet(said.exitCode(), said.vars());
        boolean counts = condition.edge() ? remember(met, context) : met;
        return counts
                ? Optional.of(
                        new Outputs(
                                Instant.now(),
                                condition.exitCondition(),
                                said.exitCode(),
                                said.vars()))
                : Optional.empty();
    }

    private record Said(int exitCode, Map<String, @Nullable Object> vars) {}

    /// A script that fails has said something, too; one that doesn't start hasn't.
    private Said said(P properties, TaskContext context) throws Exception {
        try {
            var outputs = task.run(properties, context);
            return new Said(outputs.exitCode(), outputs.vars());
        } catch (TaskFailedException e) {
            if (!(e.outputs().get("exitCode") instanceof Integer exitCode)) {
                throw e;
            }
            var vars = new LinkedHashMap<String, @Nullable Object>();
            if (e.outputs().get("vars") instanceof Map<?, ?> said) {
                said.forEach((name, value) -> vars.put(String.valueOf(name), value));
            }
            return new Said(exitCode, vars);
        }
    }

    /// @return whether it is met now and wasn't before; the same for the same moment
    private static boolean remember(boolean met, TaskContext context) throws TaskFailedException {
        var run = context.taskRun();
        var key = "trigger_%s_%s_met".formatted(run.flowId(), run.taskId());
        var store = context.stores().keyValues();
        var since = store.get(run.namespace(), key).map(KeyValues.Typed::value);
        if (!met) {
            if (since.isPresent()) {
                store.delete(run.namespace(), key);
            }
            return false;
        }
        if (since.isEmpty()) {
            store.put(
                    run.namespace(),
                    key,
                    new KeyValues.Put(
                            KeyValues.Type.STRING, run.executionId(), true, null, "since when"));
        }
        return since.map(run.executionId()::equals).orElse(true);
    }
}
