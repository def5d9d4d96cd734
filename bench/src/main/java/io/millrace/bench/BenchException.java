// SPDX-License-Identifier: Apache-2.0
package io.millrace.bench;

import org.jspecify.annotations.Nullable;

/// The installation didn't do what was asked of it, so that there is nothing to measure.
public final class BenchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BenchException(String message) {
        super(message);
    }

    public BenchException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
