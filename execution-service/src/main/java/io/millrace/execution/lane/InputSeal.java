// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

import io.millrace.engine.FlowPlan;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Encrypts secret inputs of executions that others than this service have typed, such as those of
/// triggers, before they are stored.
@FunctionalInterface
public interface InputSeal {

    /// @return the same inputs, with no secret among them in the clear
    Map<String, @Nullable Object> sealed(
            FlowPlan plan, String tenant, Map<String, @Nullable Object> inputs);
}
