// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.identity;

/// A token that isn't one, or no more. The message says what was expected, never the token.
public final class InvalidTokenException extends Exception {
    public InvalidTokenException(String message) {
        super(message, null, false, false);
    }

    /// What the caller reads.
    public String detail() {
        var message = getMessage();
        return message == null ? "" : message;
    }
}
