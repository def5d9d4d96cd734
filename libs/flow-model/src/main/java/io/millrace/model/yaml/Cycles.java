// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Cycles among things that depend on each other by name.
final class Cycles {
    private Cycles() {}

    /// Those on a cycle, or between two: what is left when all that needs nothing left, and then
    /// all that nothing left needs, is taken away (Kahn's algorithm, in both directions). Linear in
    /// the number of dependencies; unknown names are passed over.
    static Set<String> of(Map<String, List<String>> dependencies) {
        var forward = peeled(dependencies);
        return peeled(reversed(forward)).keySet();
    }

    /// Without what depends on nothing, again and again.
    private static Map<String, List<String>> peeled(Map<String, List<String>> dependencies) {
        var dependents = reversed(dependencies);
        var open = new HashMap<String, Integer>();
        var free = new ArrayDeque<String>();
        dependencies.forEach((name, needed) -> {
            int count = (int) needed.stream().filter(dependencies::containsKey).count();
            open.put(name, count);
            if (count == 0) {
                free.add(name);
            }
        });
        var left = new LinkedHashSet<>(dependencies.keySet());
        while (!free.isEmpty()) {
            var name = free.remove();
            left.remove(name);
            for (var dependent : dependents.getOrDefault(name, List.of())) {
                if (open.merge(dependent, -1, Integer::sum) == 0) {
                    free.add(dependent);
                }
            }
        }
        var rest = new LinkedHashMap<String, List<String>>();
        for (var name : left) {
            rest.put(
                    name,
                    dependencies.getOrDefault(name, List.of()).stream()
                            .filter(left::contains)
                            .toList());
        }
        return rest;
    }

    private static Map<String, List<String>> reversed(Map<String, List<String>> dependencies) {
        var reversed = new LinkedHashMap<String, List<String>>();
        dependencies.keySet().forEach(name -> reversed.put(name, new ArrayList<>()));
        dependencies.forEach((name, needed) -> {
            for (var other : needed) {
                var dependents = reversed.get(other);
                if (dependents != null) {
                    dependents.add(name);
                }
            }
        });
        return reversed;
    }
}
