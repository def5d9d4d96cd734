// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.flows;

/// A flow that is not there, is disabled, or can't be compiled; the message is for the user.
public final class FlowUnusableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean missing;

    private FlowUnusableException(String message, boolean missing) {
        super(message, null, false, false);
        this.missing = missing;
    }

    public static FlowUnusableException missing(String message) {
        return new FlowUnusableException(message, true);
    }

    public static FlowUnusableException refused(String message) {
        return new FlowUnusableException(message, false);
    }

    /// Whether there is no such flow, or no such revision.
    public boolean isMissing() {
        return missing;
    }

    public String detail() {
        var message = getMessage();
        return message == null ? "" : message;
    }
}
