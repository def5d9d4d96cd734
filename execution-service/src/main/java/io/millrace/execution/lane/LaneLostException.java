// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

/// A row, or a lane, has moved on: another instance holds the lane. Nothing was applied.
final class LaneLostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LaneLostException(String message) {
        super(message);
    }
}
