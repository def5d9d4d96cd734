// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

/// A lane did not answer in time, or has too much to do. The event may take effect all the same.
public final class LaneUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean busy;

    LaneUnavailableException(String message, boolean busy) {
        super(message);
        this.busy = busy;
    }

    /// Whether there was too much to do, and nothing was taken.
    public boolean busy() {
        return busy;
    }
}
