// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.start;

import io.millrace.platform.problem.ServiceException;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Tasks that an execution stops before: `id`, or `id.value` for one iteration of a loop, divided
/// by commas.
final class Breakpoints {
    private static final Pattern ONE = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_-]*(\\..+)?");
    private static final int MOST = 1_000;

    private Breakpoints() {}

    /// @throws ServiceException.Invalid if it is none of that
    static List<String> of(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return List.of();
        }
        var all = Stream.of(text.split(",")).map(String::strip).filter(s -> !s.isEmpty()).toList();
        if (all.size() > MOST) {
            throw new ServiceException.Invalid(
                    "breakpoints", "Expected at most " + MOST + " breakpoints");
        }
        for (var one : all) {
            if (!ONE.matcher(one).matches()) {
                throw new ServiceException.Invalid(
                        "breakpoints", "Expected the id of a task, or `id.value`, but got " + one);
            }
        }
        return all;
    }
}
