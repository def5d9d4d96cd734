// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import io.millrace.model.TaskTypes;
import io.millrace.model.yaml.YamlNode.Mapping;
import io.millrace.model.yaml.YamlNode.Scalar;
import io.millrace.model.yaml.YamlNode.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What of a flow is accepted, but has a newer spelling.
///
/// @param paths such as `listeners`, `inputs[0].name`, `tasks[1]` where the type is deprecated
/// @param renamed older names of types, each with the present one
/// @param tasks those of a deprecated type
public record Deprecations(List<String> paths, List<Renamed> renamed, List<Task> tasks) {
    public static final Deprecations NONE = new Deprecations(List.of(), List.of(), List.of());

    public Deprecations {
        paths = List.copyOf(paths);
        renamed = List.copyOf(renamed);
        tasks = List.copyOf(tasks);
    }

    /// A type that had another name.
    public record Renamed(String from, String to) {}

    /// @param replacement the type to use instead, if there is one
    public record Task(String id, String type, @Nullable String replacement) {}

    /// Core types by the local name, with what has taken their place.
    private static final Map<String, String> TYPES =
            Map.ofEntries(
                    Map.entry("flow.EachSequential", "flow.ForEach"),
                    Map.entry("flow.EachParallel", "flow.ForEach"),
                    Map.entry("flow.Template", "flow.Subflow"),
                    Map.entry("debug.Echo", "log.Log"),
                    Map.entry("state.Get", "kv.Get"),
                    Map.entry("state.Set", "kv.Set"),
                    Map.entry("state.Delete", "kv.Delete"),
                    Map.entry("storage.LocalFiles", "flow.WorkingDirectory"),
                    Map.entry("condition.MultipleCondition", "trigger.Flow"),
                    Map.entry("condition.FlowCondition", "condition.ExecutionFlow"),
                    Map.entry("condition.FlowNamespaceCondition", "condition.ExecutionNamespace"));

    /// Properties by the local name of the type.
    private static final Map<String, List<String>> PROPERTIES =
            Map.of(
                    "flow.Pause", List.of("delay", "tasks"),
                    "flow.Subflow", List.of("outputs"),
                    "trigger.Schedule", List.of("scheduleConditions", "backfill"));

    private static final List<String> FLOW = List.of("listeners", "taskDefaults");
    private static final List<String> INPUT_TYPES = List.of("BOOLEAN", "ENUM");

    /// What a type should be replaced by, if it is deprecated.
    public static @Nullable String replacement(String type) {
        var name = TaskTypes.canonical(type);
        var replacement =
                name.startsWith(TaskTypes.CORE)
                        ? TYPES.get(name.substring(TaskTypes.CORE.length()))
                        : null;
        return replacement == null ? null : TaskTypes.CORE + replacement;
    }

    static Deprecations of(Mapping flow) {
        var found = new Found();
        for (var key : FLOW) {
            if (flow.get(key) != null) {
                found.paths.add(key);
            }
        }
        if (flow.get("inputs") instanceof Sequence inputs) {
            found.inputs(inputs);
        }
        flow.entries().forEach((key, entry) -> found.look(key, entry.value()));
        return new Deprecations(found.paths, found.renamed, found.tasks);
    }

    private static final class Found {
        private final List<String> paths = new ArrayList<>();
        private final List<Renamed> renamed = new ArrayList<>();
        private final List<Task> tasks = new ArrayList<>();

        void inputs(Sequence inputs) {
            for (int i = 0; i < inputs.items().size(); i++) {
                if (!(inputs.items().get(i) instanceof Mapping input)) {
                    continue;
                }
                var at = "inputs[" + i + "]";
                if (input.get("type") instanceof Scalar type && INPUT_TYPES.contains(type.text())) {
                    paths.add(at);
                }
                for (var key : List.of("name", "options")) {
                    if (input.get(key) != null) {
                        paths.add(at + "." + key);
                    }
                }
            }
        }

        void look(String path, YamlNode node) {
            switch (node) {
                case Mapping mapping -> {
                    typed(path, mapping);
                    if (mapping.get("maxAttempt") != null && path.endsWith("retry")) {
                        paths.add(path + ".maxAttempt");
                    }
                    mapping.entries()
                            .forEach((key, entry) -> look(path + "." + key, entry.value()));
                }
                case Sequence sequence -> {
                    for (int i = 0; i < sequence.items().size(); i++) {
                        look(path + "[" + i + "]", sequence.items().get(i));
                    }
                }
                case Scalar _ -> {
                    // says nothing of itself
                }
            }
        }

        private void typed(String path, Mapping mapping) {
            if (!(mapping.get("type") instanceof Scalar written) || !written.text().contains(".")) {
                return;
            }
            var type = TaskTypes.canonical(written.text());
            if (!type.equals(written.text().strip())) {
                renamed.add(new Renamed(written.text().strip(), type));
            }
            var replacement = replacement(type);
            if (replacement != null) {
                paths.add(path);
                if (mapping.get("id") instanceof Scalar id) {
                    tasks.add(new Task(id.text(), type, replacement));
                }
            }
            if (type.startsWith(TaskTypes.CORE)) {
                var local = type.substring(TaskTypes.CORE.length());
                for (var property : PROPERTIES.getOrDefault(local, List.of())) {
                    if (mapping.get(property) != null) {
                        paths.add(path + "." + property);
                    }
                }
            }
        }
    }
}
