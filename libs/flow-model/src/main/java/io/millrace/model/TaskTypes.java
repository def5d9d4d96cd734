// SPDX-License-Identifier: Apache-2.0
package io.millrace.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// One name for each type, whichever of its older names the flow uses.
public final class TaskTypes {
    /// Package of the core plugins.
    public static final String CORE = "io.kestra.plugin.core.";

    public static final String SEQUENTIAL = CORE + "flow.Sequential";
    public static final String PARALLEL = CORE + "flow.Parallel";
    public static final String DAG = CORE + "flow.Dag";
    public static final String IF = CORE + "flow.If";
    public static final String SWITCH = CORE + "flow.Switch";
    public static final String FOR_EACH = CORE + "flow.ForEach";
    public static final String EACH_SEQUENTIAL = CORE + "flow.EachSequential";
    public static final String EACH_PARALLEL = CORE + "flow.EachParallel";
    public static final String LOOP = CORE + "flow.Loop";

    /// A [Task.Loop] over targets, in waves.
    public static final String ROLLOUT = "io.millrace.flow.Rollout";

    public static final String ALLOW_FAILURE = CORE + "flow.AllowFailure";
    public static final String PAUSE = CORE + "flow.Pause";
    public static final String APPROVAL = CORE + "flow.Approval";
    public static final String LOOP_UNTIL = CORE + "flow.LoopUntil";
    public static final String WORKING_DIRECTORY = CORE + "flow.WorkingDirectory";
    public static final String SUBFLOW = CORE + "flow.Subflow";
    public static final String FOR_EACH_ITEM = CORE + "flow.ForEachItem";
    public static final String FOR_EACH_ITEM_SPLIT = FOR_EACH_ITEM + "$ForEachItemSplit";
    public static final String FOR_EACH_ITEM_EXECUTABLE = FOR_EACH_ITEM + "$ForEachItemExecutable";
    public static final String FOR_EACH_ITEM_MERGE_OUTPUTS =
            FOR_EACH_ITEM + "$ForEachItemMergeOutputs";
    public static final String TEMPLATE = CORE + "flow.Template";

    /// A [#PAUSE] that certain people have to end.
    private static final String HUMAN_TASK = "io.kestra.plugin.ee.flow.HumanTask";

    private static final String OLD_TASKS = "io.kestra.core.tasks.";
    private static final String OLD_SCRIPTS = OLD_TASKS + "scripts.";
    private static final String OLD_TRIGGERS = "io.kestra.core.models.triggers.types.";
    private static final String OLD_CONDITIONS = "io.kestra.core.models.conditions.types.";

    /// Packages that were renamed after `io.kestra.core.tasks.`.
    private static final Map<String, String> OLD_PACKAGES =
            Map.of(
                    "flows.", "flow.",
                    "debugs.", "debug.",
                    "executions.", "execution.",
                    "states.", "state.",
                    "storages.", "storage.");

    /// Types that were renamed within the core plugins, or moved to another package.
    private static final Map<String, String> RENAMED =
            Map.ofEntries(
                    Map.entry("flow.Flow", "flow.Subflow"),
                    Map.entry("flow.WaitFor", "flow.LoopUntil"),
                    Map.entry("flow.Worker", "flow.WorkingDirectory"),
                    Map.entry("execution.Counts", "execution.Count"),
                    Map.entry("log.Echo", "debug.Echo"),
                    Map.entry("storage.Purge", "execution.PurgeExecutions"),
                    Map.entry("storage.PurgeExecution", "storage.PurgeCurrentExecutionFiles"),
                    Map.entry("execution.PurgeExecution", "execution.PurgeExecutions"),
                    Map.entry("debug.Log", "log.Log"),
                    Map.entry("flow.Log", "log.Log"),
                    Map.entry("condition.Variable", "condition.Expression"));

    private TaskTypes() {}

    /// The present full name of a task, trigger or condition type; names of unknown types are their
    /// own.
    public static String canonical(String type) {
        var name = type.strip();
        if (name.startsWith(OLD_SCRIPTS)) {
            return name; // an alias that the plugin knows
        }
        if (name.startsWith(OLD_TASKS)) {
            name = CORE + oldTask(name.substring(OLD_TASKS.length()));
        } else if (name.startsWith(OLD_TRIGGERS)) {
            name = CORE + "trigger." + name.substring(OLD_TRIGGERS.length());
        } else if (name.startsWith(OLD_CONDITIONS)) {
            name = CORE + "condition." + name.substring(OLD_CONDITIONS.length());
        }
        if (name.equals(HUMAN_TASK)) {
            return PAUSE;
        }
        if (!name.startsWith(CORE)) {
            return name;
        }
        var local = name.substring(CORE.length());
        if (local.startsWith("condition.")) {
            local = canonicalCondition(local);
        }
        return CORE + RENAMED.getOrDefault(local, local);
    }

    /// The names that mean the same as a present name: what [#canonical] turns into it.
    public static List<String> olderNames(String type) {
        if (!type.startsWith(CORE)) {
            return List.of();
        }
        var locals = new ArrayList<String>();
        locals.add(type.substring(CORE.length()));
        RENAMED.forEach((old, present) -> {
            if (type.equals(CORE + present)) {
                locals.add(old);
            }
        });
        var names = new TreeSet<String>();
        for (var local : locals) {
            names.add(CORE + local);
            if (local.startsWith("condition.")) {
                var simple = local.substring("condition.".length());
                names.add(CORE + local + "Condition");
                names.add(OLD_CONDITIONS + simple);
                names.add(OLD_CONDITIONS + simple + "Condition");
            } else if (local.startsWith("trigger.")) {
                names.add(OLD_TRIGGERS + local.substring("trigger.".length()));
            }
            names.add(OLD_TASKS + local);
            OLD_PACKAGES.forEach((old, present) -> {
                if (local.startsWith(present)) {
                    names.add(OLD_TASKS + old + local.substring(present.length()));
                }
            });
        }
        names.remove(type);
        names.removeIf(name -> !canonical(name).equals(type));
        return List.copyOf(names);
    }

    private static String oldTask(String local) {
        for (var moved : OLD_PACKAGES.entrySet()) {
            if (local.startsWith(moved.getKey())) {
                return moved.getValue() + local.substring(moved.getKey().length());
            }
        }
        return local;
    }

    private static String canonicalCondition(String local) {
        boolean keepsSuffix =
                local.equals("condition.FlowCondition")
                        || local.equals("condition.FlowNamespaceCondition")
                        || local.equals("condition.MultipleCondition");
        if (keepsSuffix || !local.endsWith("Condition")) {
            return local;
        }
        return local.substring(0, local.length() - "Condition".length());
    }
}
