// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.cron;

/// A text is no cron expression; the message says which part and why.
public final class CronSyntaxException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    CronSyntaxException(String message) {
        super(message);
    }
}
