// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.execution;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What counts as true among rendered values.
final class Truth {
    private static final Set<String> FALSY = Set.of("", "0", "-0", "false");

    private Truth() {}

    static boolean of(@Nullable Object value) {
        return value != null && !FALSY.contains(String.valueOf(value));
    }
}
