// SPDX-License-Identifier: Apache-2.0
package io.millrace.bench.chaos;

import org.jspecify.annotations.Nullable;

/// The drill can't be held, or the suite didn't come up.
final class ChaosException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ChaosException(String message) {
        super(message);
    }

    ChaosException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
