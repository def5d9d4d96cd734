// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import io.millrace.model.Flow;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Finds `{{ inputs.my-key }}` and `{{ outputs.my-task.value }}`, which subtract: a name with
/// dashes has to stand in brackets.
final class DashedReferences {
    private static final Pattern INPUT = Pattern.compile("\\{\\{\\s*inputs\\.([^\\s{}|]+)\\s*}}");
    private static final Pattern OUTPUT =
            Pattern.compile("\\{\\{\\s*outputs\\.([A-Za-z0-9_-]+)\\.[^}]+}}");
    private static final Set<String> NOT_RENDERED = Set.of("variables", "description");

    private final Set<String> inputs = new HashSet<>();
    private final Set<String> tasks = new HashSet<>();
    private final Problems problems;

    DashedReferences(Flow flow, Problems problems) {
        flow.inputs().stream()
                .filter(input -> input.id().contains("-"))
                .forEach(input -> inputs.add(input.id()));
        flow.allTasks().stream()
                .filter(task -> task.id().contains("-"))
                .forEach(task -> tasks.add(task.id()));
        this.problems = problems;
    }

    void report(YamlNode.Mapping document) {
        if (inputs.isEmpty() && tasks.isEmpty()) {
            return;
        }
        document.entries()
                .forEach((key, entry) -> {
                    if (!NOT_RENDERED.contains(key)) {
                        var kind = key.equals("outputs") ? "outputs" : "tasks";
                        look(key, entry.value(), kind, null);
                    }
                });
    }

    private void look(String path, YamlNode node, String kind, @Nullable String owner) {
        switch (node) {
            case YamlNode.Mapping mapping -> {
                var id =
                        mapping.get("id") instanceof YamlNode.Scalar scalar ? scalar.text() : owner;
                mapping.entries()
                        .forEach((key, entry) -> look(path + "." + key, entry.value(), kind, id));
            }
            case YamlNode.Sequence sequence -> {
                for (int i = 0; i < sequence.items().size(); i++) {
                    look(path + "[" + i + "]", sequence.items().get(i), kind, owner);
                }
            }
            case YamlNode.Scalar scalar -> {
                if (owner != null && Fields.holdsExpression(scalar.text())) {
                    look(INPUT, inputs, "input", path, scalar, kind, owner);
                    look(OUTPUT, tasks, "output", path, scalar, kind, owner);
                }
            }
        }
    }

    private void look(
            Pattern reference,
            Set<String> dashed,
            String what,
            String path,
            YamlNode.Scalar scalar,
            String kind,
            String owner) {
        var found = reference.matcher(scalar.text());
        while (found.find()) {
            if (dashed.contains(found.group(1))) {
                int line = (int) scalar.text().substring(0, found.start()).lines().count();
                problems.add(
                        path,
                        scalar.position(Math.max(1, line)),
                        ("Invalid Flow: Invalid %1$s reference: use %1$ss[key-name] instead of"
                                        + " %1$ss.key-name — keys with dashes require bracket"
                                        + " notation, offending %2$s: [%3$s]")
                                .formatted(what, kind, owner));
                return;
            }
        }
    }
}
