// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

/// What was asked for can't be done. The message is for the user, without a stack trace.
final class CliException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CliException(String message) {
        super(message);
    }

    CliException(String message, Throwable cause) {
        super(message, cause);
    }
}
