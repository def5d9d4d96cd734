// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.start;

import io.millrace.contracts.LaneEvent;
import io.millrace.platform.problem.ServiceException;

/// Labels that users may set.
final class Labels {
    private static final String SYSTEM = "system.";

    private Labels() {}

    /// @throws ServiceException.Invalid if it is one that only the system sets
    static LaneEvent.Label user(LaneEvent.Label label) {
        if (label.key().startsWith(SYSTEM) && !label.key().equals("system.correlationId")) {
            throw new ServiceException.Invalid(
                    "labels",
                    "System labels can only be set by Kestra itself, offending label: "
                            + label.key()
                            + "="
                            + label.value());
        }
        if (label.key().isBlank()) {
            throw new ServiceException.Invalid("labels", "Expected a key of a label");
        }
        if (label.value().isBlank()) {
            throw new ServiceException.Invalid(
                    "labels", "Expected a value of label " + label.key());
        }
        return label;
    }
}
