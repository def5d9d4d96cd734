// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.model.TaskTypes;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What started an execution, if no person did.
///
/// @param variables what expressions see as `trigger`
public record Trigger(String id, String type, Map<String, @Nullable Object> variables) {
    private static final String SCHEDULE = TaskTypes.CORE + "trigger.Schedule";

    /// Whether flows for Kestra 1 know the variables as `schedule`, too.
    boolean isSchedule() {
        return type.equals(SCHEDULE);
    }
}
