// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import io.millrace.model.Input;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What became of the source of a blueprint.
///
/// @param template what flows are made from; absent if the source is one itself
/// @param problems all that is wrong with the template, in the order of the source
public record ParsedBlueprint(@Nullable Template template, List<Problem> problems) {
    public ParsedBlueprint {
        problems = List.copyOf(problems);
    }

    /// @param source of a flow, with `<< expressions >>` and `<% tags %>` over `arg`
    /// @param arguments what `arg` has
    /// @param written the arguments as they were written, by their ids
    public record Template(
            String source,
            List<Input> arguments,
            Map<String, Map<String, @Nullable Object>> written) {
        public Template {
            arguments = List.copyOf(arguments);
        }
    }
}
