// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.route;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.PathContainer;
import org.springframework.util.StringUtils;

/// Which of many routes a path may be meant for, without asking each. Nearly all paths here have
/// variables, and Spring asks every such pattern in turn.
///
/// @param <T> what stands for a route
public final class PathIndex<T> {
    private final Node<T> root = new Node<>();

    /// A place in the tree of segments.
    private static final class Node<T> {
        final Map<String, Node<T>> literals = new HashMap<>();
        @Nullable Node<T> variable;

        /// What ends here.
        final List<T> ends = new ArrayList<>();

        /// What takes anything from here on.
        final List<T> open = new ArrayList<>();
    }

    /// @param pattern as [org.springframework.web.util.pattern.PathPattern] has it
    public void add(String pattern, T route) {
        var node = root;
        for (var part : StringUtils.tokenizeToStringArray(pattern, "/")) {
            if (part.startsWith("{*") || part.equals("**")) {
                node.open.add(route);
                return;
            }
            if (!isVariable(part)) {
                node = node.literals.computeIfAbsent(part, _ -> new Node<>());
                continue;
            }
            if (node.variable == null) {
                node.variable = new Node<>();
            }
            node = node.variable;
        }
        node.ends.add(route);
    }

    private static boolean isVariable(String segment) {
        return segment.contains("{") || segment.contains("*") || segment.contains("?");
    }

    /// All routes whose pattern may match, and perhaps some whose pattern doesn't.
    public List<T> candidates(PathContainer path) {
        var segments = new ArrayList<String>();
        for (var element : path.elements()) {
            if (element instanceof PathContainer.PathSegment segment) {
                segments.add(segment.valueToMatch());
            }
        }
        var found = new ArrayList<T>();
        collect(root, segments, 0, found);
        return found;
    }

    private static <T> void collect(Node<T> node, List<String> segments, int from, List<T> found) {
        found.addAll(node.open);
        if (from == segments.size()) {
            found.addAll(node.ends);
            if (node.variable != null) {
                // a star is content with nothing, behind a slash
                found.addAll(node.variable.ends);
            }
            return;
        }
        var literal = node.literals.get(segments.get(from));
        if (literal != null) {
            collect(literal, segments, from + 1, found);
        }
        if (node.variable != null) {
            collect(node.variable, segments, from + 1, found);
        }
    }
}
