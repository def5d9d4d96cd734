// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import io.millrace.model.Flow;
import io.millrace.model.Task;
import io.millrace.model.TaskTypes;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds expressions of a flow that can't resolve: outputs and states of tasks that aren't there,
/// inputs and variables that nobody declares, and misspelled names of the context. What may come
/// from elsewhere (the installation, a template, a task that sets variables) isn't judged.
final class ReferenceCheck {
    private static final Set<String> CONTEXT =
            Set.of(
                    "flow",
                    "execution",
                    "task",
                    "tasks",
                    "taskrun",
                    "workerTaskrun",
                    "parent",
                    "parents",
                    "outputs",
                    "inputs",
                    "vars",
                    "labels",
                    "trigger",
                    "schedule",
                    "envs",
                    "globals",
                    "kestra",
                    "namespace",
                    "error");

    /// Properties whose expressions see more than the context: the item that is looked at, the
    /// answer of a request.
    private static final Set<String> OWN_VARIABLES =
            Set.of("filterCondition", "expr", "expression", "responseCondition", "spec");

    private final Set<String> tasks = new LinkedHashSet<>();
    private final Set<String> inputs = new LinkedHashSet<>();
    private final Set<String> variables;
    private final boolean judgesTasks;
    private final boolean judgesVariables;

    ReferenceCheck(Flow flow) {
        var types = new HashSet<String>();
        for (var task : flow.allTasks()) {
            tasks.add(task.id());
            types.add(task.type());
            if (task instanceof Task.ForEachItem) {
                for (var part : List.of("_items", "_split", "_merge")) {
                    tasks.add(task.id() + part);
                }
            }
        }
        flow.inputs().forEach(input -> inputs.add(input.id()));
        variables = flow.variables().keySet();
        judgesTasks = !types.contains(TaskTypes.TEMPLATE);
        judgesVariables = !types.contains(TaskTypes.CORE + "execution.SetVariables");
    }

    /// What is wrong with a path that an expression needs.
    ///
    /// @param place path of the expression in the document, such as `tasks[0].message`
    /// @param key of the property that holds the expression
    @Nullable String fault(String place, String key, List<String> path) {
        if (place.startsWith("triggers") || place.startsWith("listeners")) {
            return null; // these see another execution's variables, too
        }
        var name = path.getFirst();
        if (path.size() == 1) {
            return unknownName(key, name);
        }
        var second = path.get(1);
        return switch (name) {
            case "outputs", "tasks" ->
                    !judgesTasks
                                    || !place.matches(
                                            "(tasks|errors|finally|afterExecution|outputs)\\b.*")
                            ? null
                            : unknown(tasks, path, "no task `%s` in the flow".formatted(second));
            case "inputs" ->
                    declares(inputs, path)
                            ? null
                            : unknown(path, "no input `%s`".formatted(second), inputs);
            case "vars" ->
                    !judgesVariables
                            ? null
                            : unknown(variables, path, "no variable `%s`".formatted(second));
            default -> unknownName(key, name);
        };
    }

    /// An input with dots in its id is read as a path.
    private static boolean declares(Collection<String> ids, List<String> path) {
        var id = new StringBuilder(path.get(1));
        for (int i = 2; ; i++) {
            var prefix = id.toString();
            if (ids.contains(prefix)) {
                return true;
            }
            if (i == path.size()) {
                return ids.stream().anyMatch(other -> other.startsWith(prefix + "."));
            }
            id.append('.').append(path.get(i));
        }
    }

    /// Names that are close to one of the context; others may be known where the flow runs.
    private static @Nullable String unknownName(String key, String name) {
        if (CONTEXT.contains(name) || OWN_VARIABLES.contains(key) || name.length() < 4) {
            return null;
        }
        var meant = Names.didYouMean(name, CONTEXT);
        return meant.isEmpty() ? null : "Unable to find `" + name + "`" + meant;
    }

    private static @Nullable String unknown(Set<String> known, List<String> path, String why) {
        return known.contains(path.get(1)) ? null : unknown(path, why, known);
    }

    private static String unknown(List<String> path, String why, Collection<String> candidates) {
        return "Unable to find `%s`: there is %s%s"
                .formatted(String.join(".", path), why, Names.didYouMean(path.get(1), candidates));
    }

    /// Notes what is wrong with the expressions of one text.
    void check(
            String place,
            String key,
            YamlNode.Scalar text,
            Map<List<String>, Integer> needs,
            Problems problems) {
        needs.forEach((path, line) -> {
            var fault = fault(place, key, path);
            if (fault != null) {
                problems.add(place, text.position(line), fault);
            }
        });
    }
}
