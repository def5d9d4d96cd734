// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.question;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The call of a function.
///
/// @param function as expressions have it, or [#SECRET_DEFAULT]
public record Question(String function, Map<String, @Nullable Object> arguments) {
    /// The default of the secret input `input`, encrypted; `inputs` are those that it may read.
    public static final String SECRET_DEFAULT = "secretDefault";

    public Question {
        arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
    }
}
