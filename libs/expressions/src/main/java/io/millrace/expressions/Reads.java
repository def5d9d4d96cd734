// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a template may read, found without rendering it.
///
/// @param everything whether it could not be told: then it may read all variables
/// @param paths the variables, each with all that is below it; empty if `everything`
/// @param functions the names of the functions that it calls
public record Reads(boolean everything, Set<Path> paths, Set<String> functions) {

    /// A variable or a part of it: `outputs`, `extract`, `uri`.
    public record Path(List<String> segments) {

        public Path {
            segments = List.copyOf(segments);
        }

        public static Path of(String... segments) {
            return new Path(List.of(segments));
        }

        /// Whether this path is the other or lies above or below it.
        public boolean overlaps(Path other) {
            int common = Math.min(segments.size(), other.segments.size());
            return segments.subList(0, common).equals(other.segments.subList(0, common));
        }

        @Override
        public String toString() {
            return String.join(".", segments);
        }
    }

    public static final Reads NOTHING = new Reads(false, Set.of(), Set.of());

    public Reads {
        paths = everything ? Set.of() : Set.copyOf(paths);
        functions = Set.copyOf(functions);
    }

    /// Whether a change of the variable at this path may change what is rendered.
    public boolean touches(String... path) {
        if (everything) {
            return true;
        }
        var asked = Path.of(path);
        return paths.stream().anyMatch(asked::overlaps);
    }

    public Reads and(Reads other) {
        if (equals(NOTHING)) {
            return other;
        }
        if (other.equals(NOTHING)) {
            return this;
        }
        var allPaths = new LinkedHashSet<>(paths);
        allPaths.addAll(other.paths);
        var allFunctions = new LinkedHashSet<>(functions);
        allFunctions.addAll(other.functions);
        return new Reads(everything || other.everything, allPaths, allFunctions);
    }

    public static Reads union(Collection<Reads> all) {
        return all.stream().reduce(NOTHING, Reads::and);
    }

    /// Copies the part of the variables that is read. Only maps are cut; a list is taken as a
    /// whole.
    public Map<String, @Nullable Object> prune(Map<String, ?> variables) {
        var result = new LinkedHashMap<String, @Nullable Object>();
        if (everything) {
            result.putAll(variables);
            return result;
        }
        // Shorter paths first: what lies below a path that was taken whole is there already.
        paths.stream()
                .sorted((a, b) -> Integer.compare(a.segments.size(), b.segments.size()))
                .forEach(path -> copy(variables, result, path.segments()));
        return result;
    }

    @SuppressWarnings("unchecked")
    private static void copy(Map<?, ?> from, Map<String, @Nullable Object> to, List<String> path) {
        var name = path.getFirst();
        if (!from.containsKey(name)) {
            return;
        }
        var value = from.get(name);
        if (path.size() == 1 || !(value instanceof Map<?, ?> inner)) {
            to.put(name, value);
            return;
        }
        var taken = to.get(name);
        if (taken == inner) {
            return;
        }
        if (!(taken instanceof Map)) {
            taken = new LinkedHashMap<String, @Nullable Object>();
            to.put(name, taken);
        }
        copy(inner, (Map<String, @Nullable Object>) taken, path.subList(1, path.size()));
    }
}
