// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.schedule;

import io.millrace.engine.inputs.Inputs;
import io.millrace.engine.inputs.Resolution;
import io.millrace.expressions.Expressions;
import io.millrace.expressions.RenderContext;
import io.millrace.model.Flow;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// The inputs of a flow as an execution gets them: typed, checked, with their defaults.
@Component
class FlowInputs {
    private final Expressions expressions;

    FlowInputs(Expressions expressions) {
        this.expressions = expressions;
    }

    /// @param at what defaults see as now: the date of the tick, so that a repeated one is the same
    /// @throws IllegalArgumentException if the flow doesn't take them
    Map<String, @Nullable Object> resolve(
            Flow flow, Map<String, @Nullable Object> given, Instant at) {
        var seen =
                RenderContext.of(
                                Map.of(
                                        "flow",
                                                Map.of(
                                                        "id",
                                                        flow.id(),
                                                        "namespace",
                                                        flow.namespace()),
                                        "vars", flow.variables()))
                        .withClock(() -> at);
        return switch (Inputs.resolve(flow.inputs(), given, expressions, seen)) {
            case Resolution.Resolved resolved -> resolved.inputs();
            case Resolution.Violations violations ->
                    throw new IllegalArgumentException(violations.message());
        };
    }
}
