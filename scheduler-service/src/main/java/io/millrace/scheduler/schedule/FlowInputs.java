// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.schedule;

import io.millrace.engine.inputs.Inputs;
import io.millrace.engine.inputs.Resolution;
import io.millrace.expressions.Expressions;
import io.millrace.expressions.RenderContext;
import io.millrace.model.Flow;
import io.millrace.model.Input;
import io.millrace.scheduler.question.TriggerFunctions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// The inputs of a flow as an execution gets them: typed, checked, with their defaults.
@Component
public class FlowInputs {
    private final Expressions expressions;

    public FlowInputs(Expressions expressions) {
        this.expressions = expressions;
    }

    /// @param at what defaults see as now: the date of the tick, so that a repeated one is the same
    /// @param functions what defaults, options and conditions may ask
    /// @throws IllegalArgumentException if the flow doesn't take them
    public Map<String, @Nullable Object> resolve(
            Flow flow,
            Map<String, @Nullable Object> given,
            Instant at,
            TriggerFunctions functions) {
        return switch (resolve(flow, flow.inputs(), given, at, functions)) {
            case Resolution.Resolved resolved -> resolved.inputs();
            case Resolution.Violations violations ->
                    throw new IllegalArgumentException(violations.message());
        };
    }

    /// Like [#resolve(Flow, Map, Instant, TriggerFunctions)], but what is missing stays away, and
    /// what isn't taken stays as it was given: triggers by other executions don't check their
    /// inputs.
    public Map<String, @Nullable Object> resolveWhatCanBe(
            Flow flow,
            Map<String, @Nullable Object> given,
            Instant at,
            TriggerFunctions functions) {
        var wanted = new ArrayList<>(flow.inputs());
        var untyped = new LinkedHashMap<String, @Nullable Object>();
        while (true) {
            switch (resolve(flow, wanted, given, at, functions)) {
                case Resolution.Resolved resolved -> {
                    var inputs = new LinkedHashMap<String, @Nullable Object>(resolved.inputs());
                    inputs.putAll(untyped);
                    return inputs;
                }
                case Resolution.Violations violations -> {
                    var refused = new HashSet<String>();
                    violations.all().forEach(violation -> refused.add(violation.input()));
                    if (!wanted.removeIf(input -> refused.contains(input.id()))) {
                        throw new IllegalArgumentException(violations.message());
                    }
                    for (var id : refused) {
                        if (given.containsKey(id)) {
                            untyped.put(id, given.get(id));
                        }
                    }
                }
            }
        }
    }

    private Resolution resolve(
            Flow flow,
            List<Input> wanted,
            Map<String, @Nullable Object> given,
            Instant at,
            TriggerFunctions functions) {
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
                        .withClock(() -> at)
                        .withFunctions(functions);
        return Inputs.resolve(wanted, given, expressions, seen, functions);
    }
}
