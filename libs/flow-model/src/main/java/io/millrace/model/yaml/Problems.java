// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What was found so far; of very many problems only the first are kept.
final class Problems {
    private static final int MAX = 200;

    private final Set<Problem> found = new LinkedHashSet<>();

    void add(String path, Position position, String message) {
        if (found.size() < MAX) {
            found.add(new Problem(path, position.line(), position.column(), message));
        }
    }

    /// Whether more are not kept.
    boolean isFull() {
        return found.size() == MAX;
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    List<Problem> inOrder() {
        var list = new ArrayList<>(found);
        list.sort(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column));
        return list;
    }
}
