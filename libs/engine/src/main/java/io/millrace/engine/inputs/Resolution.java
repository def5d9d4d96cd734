// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine.inputs;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What became of the inputs that were given.
public sealed interface Resolution {

    /// @param inputs as expressions see them: the dots of ids are maps (`inputs.a.b`), an input
    ///   that isn't asked for is absent, an optional one without value is null; all values are
    ///   plain JSON
    /// @param secrets ids (with dots) of the inputs whose values are secret texts
    record Resolved(Map<String, @Nullable Object> inputs, Set<String> secrets)
            implements Resolution {
        public Resolved {
            inputs = Collections.unmodifiableMap(inputs);
            secrets = Set.copyOf(secrets);
        }
    }

    /// Never empty.
    record Violations(List<Violation> all) implements Resolution {
        public Violations {
            all = List.copyOf(all);
        }

        /// Of all of them, each on its line.
        public String message() {
            return String.join("\n", all.stream().map(Violation::message).toList());
        }
    }

    /// @param input its id
    /// @param message for people, with the input's id and the value that was given, unless it is a
    ///   secret
    record Violation(String input, String message) {}
}
