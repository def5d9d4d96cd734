// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.flows;

import org.jspecify.annotations.Nullable;

/// The flow-service can't be asked for now.
public final class FlowServiceUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FlowServiceUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
