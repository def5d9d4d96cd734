// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.schedule;

import io.millrace.expressions.Expressions;
import io.millrace.expressions.RenderContext;
import io.millrace.model.Flow;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// The inputs of a flow as an execution gets them.
@Component
class FlowInputs {
    private final Expressions expressions;

    FlowInputs(Expressions expressions) {
        this.expressions = expressions;
    }

    Map<String, @Nullable Object> resolve(
            Flow flow, Map<String, @Nullable Object> given, Instant at) {
        var resolved = new LinkedHashMap<String, @Nullable Object>();
        for (var input : flow.inputs()) {
            var value = given.get(input.id());
            if (value == null && input.defaults() != null) {
                value =
                        expressions
                                .compileTree(input.defaults())
                                .render(
                                        RenderContext.of(Map.of("inputs", resolved))
                                                .withClock(() -> at));
            }
            if (value == null && input.required()) {
                throw new IllegalArgumentException(
                        "Invalid input for `%s`, missing required input, but received `null`"
                                .formatted(input.id()));
            }
            resolved.put(input.id(), value);
        }
        return resolved;
    }
}
