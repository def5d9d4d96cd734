// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.start;

import io.millrace.engine.FlowPlan;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Inputs as given become the typed inputs of an execution.
public final class InputTyping {

    /// Inputs that the flow does not take; the message is for the user.
    public static final class InvalidInputsException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        InvalidInputsException(String message) {
            super(message, null, false, false);
        }

        public String detail() {
            var message = getMessage();
            return message == null ? "" : message;
        }
    }

    /// @param given by input id, text or typed
    /// @throws InvalidInputsException if they don't fit
    public Map<String, @Nullable Object> ofValues(
            FlowPlan plan, String tenant, String executionId, Map<String, @Nullable Object> given) {
        return given;
    }
}
