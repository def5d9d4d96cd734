// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import io.millrace.model.TestSuite;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What came of reading the source of a test suite.
public sealed interface ParsedSuite {

    /// @param document the source as a tree, in its order
    record Valid(TestSuite suite, Map<String, @Nullable Object> document) implements ParsedSuite {}

    /// @param problems at least one, in the order of the source
    record Invalid(List<Problem> problems) implements ParsedSuite {
        public Invalid {
            problems = List.copyOf(problems);
        }
    }
}
