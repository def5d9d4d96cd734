// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import org.jspecify.annotations.Nullable;

/// What counts as true where a flow asks a question of a rendered text (`runIf`, conditions of
/// `If`).
public final class Truthiness {

    private Truthiness() {}

    /// False for nothing, `""`, `"0"`, `"-0"` and `"false"`, whatever white space is around them;
    /// else true.
    public static boolean isTruthy(@Nullable String rendered) {
        return switch (rendered == null ? "" : rendered.strip()) {
            case "", "0", "-0", "false" -> false;
            default -> true;
        };
    }
}
