// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.run;

import java.util.Optional;

/// Where secrets come from.
public interface Secrets {

    /// @param token the task's token, which says what it may read
    /// @return empty if there is no such secret
    /// @throws io.millrace.expressions.ExpressionException if it can't be read now
    Optional<String> read(String token, String namespace, String name);
}
