// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import io.millrace.model.Flow;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What came of reading a source.
public sealed interface ParsedFlow {

    /// @param flow with the plugin defaults worked into its tasks and triggers
    /// @param document the source as a tree, in its order, without the defaults
    /// @param warnings what is accepted, but will fail when it is run
    record Valid(Flow flow, Map<String, @Nullable Object> document, List<Problem> warnings)
            implements ParsedFlow {
        public Valid {
            warnings = List.copyOf(warnings);
        }
    }

    /// @param problems at least one, in the order of the source
    record Invalid(List<Problem> problems) implements ParsedFlow {
        public Invalid {
            problems = List.copyOf(problems);
        }
    }

    /// @throws IllegalArgumentException if there are problems
    default Flow orThrow() {
        return switch (this) {
            case Valid valid -> valid.flow();
            case Invalid invalid ->
                    throw new IllegalArgumentException("Invalid flow: " + invalid.problems());
        };
    }
}
