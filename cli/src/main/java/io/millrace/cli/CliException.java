// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

/// What was asked for can't be done. The message is for the user, without a stack trace.
sealed class CliException extends RuntimeException permits NotYamlException {
    private static final long serialVersionUID = 1L;

    private final ExitCode exit;

    CliException(String message) {
        this(ExitCode.NO, message);
    }

    CliException(ExitCode exit, String message) {
        super(message);
        this.exit = exit;
    }

    CliException(String message, Throwable cause) {
        this(ExitCode.NO, message, cause);
    }

    CliException(ExitCode exit, String message, Throwable cause) {
        super(message, cause);
        this.exit = exit;
    }

    ExitCode exit() {
        return exit;
    }
}
