// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

/// Millrace can't start as asked. The message is one line for the user that says what to do.
final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StartException(String message) {
        super(message);
    }

    StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
