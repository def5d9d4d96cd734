// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.question;

import io.millrace.expressions.UnansweredException;
import io.millrace.platform.problem.ServiceException;
import java.time.Duration;

/// A store can't be asked now: what depends on its answer waits, and is tried again.
public final class StoreAwayException extends UnansweredException {
    private static final long serialVersionUID = 1;

    public StoreAwayException(String message) {
        super(message);
    }

    /// For a caller who has to try again.
    public ServiceException.Unavailable unavailable() {
        return new ServiceException.Unavailable(
                String.valueOf(getMessage()), Duration.ofSeconds(1), this);
    }
}
