// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.schedule;

import java.util.List;

/// A trigger says something that can't be a schedule.
public final class InvalidTriggerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final List<String> errors;

    InvalidTriggerException(List<String> errors) {
        super(String.join("; ", errors));
        this.errors = List.copyOf(errors);
    }

    public String detail() {
        return String.join("; ", errors);
    }

    public List<String> errors() {
        return errors;
    }
}
