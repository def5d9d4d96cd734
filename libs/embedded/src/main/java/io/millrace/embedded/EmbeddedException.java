// SPDX-License-Identifier: Apache-2.0
package io.millrace.embedded;

/// The embedded PostgreSQL or broker couldn't be started or stopped. The message says what to do.
public final class EmbeddedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public EmbeddedException(String message) {
        super(message);
    }

    public EmbeddedException(String message, Throwable cause) {
        super(message, cause);
    }
}
