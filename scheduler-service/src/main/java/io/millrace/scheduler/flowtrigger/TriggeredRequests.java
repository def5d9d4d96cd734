// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.flowtrigger;

import io.millrace.contracts.LaneEvent;
import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.Expressions;
import io.millrace.expressions.RenderContext;
import io.millrace.model.Flow;
import io.millrace.model.Trigger;
import io.millrace.scheduler.label.TriggerLabels;
import io.millrace.scheduler.question.TriggerFunctions;
import io.millrace.scheduler.schedule.FlowInputs;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// What an execution is started with that a trigger of type Flow starts.
@Component
public class TriggeredRequests {
    private final Expressions expressions;
    private final FlowInputs inputs;

    public TriggeredRequests(Expressions expressions, FlowInputs inputs) {
        this.expressions = expressions;
        this.inputs = inputs;
    }

    /// The request. Inputs that can't be rendered make an execution that fails and says so.
    ///
    /// @param outputs of all executions that the trigger waited for
    /// @param functions what expressions may ask
    public LaneEvent.ExecutionRequested of(
            Flow flow,
            int revision,
            Trigger trigger,
            HeardExecution heard,
            Map<String, ?> outputs,
            TriggerFunctions functions) {
        var variables = heard.triggerVariables(outputs);
        var seen =
                RenderContext.of(
                                heard.variables(
                                        Map.of("id", flow.id(), "namespace", flow.namespace()),
                                        variables))
                        .withClock(heard::at)
                        .withFunctions(functions);
        Map<String, @Nullable Object> resolved = Map.of();
        String failure = null;
        var labels = new ArrayList<LaneEvent.Label>();
        try {
            labels.addAll(TriggerLabels.rendered(expressions, trigger, seen));
            var given = new LinkedHashMap<String, @Nullable Object>();
            trigger.inputs()
                    .forEach((id, value) ->
                            given.put(id, expressions.compileTree(value).render(seen)));
            resolved = inputs.resolveWhatCanBe(flow, given, heard.at(), functions);
        } catch (ExpressionException | IllegalArgumentException e) {
            failure =
                    "Trigger '%s' could not make its inputs: %s"
                            .formatted(trigger.id(), e.getMessage());
        }
        var correlation = heard.correlationLabel();
        if (correlation != null) {
            labels.add(correlation);
        }
        return LaneEvent.ExecutionRequested.of(
                        heard.tenant(),
                        flow.namespace(),
                        flow.id(),
                        revision,
                        "trigger:" + trigger.id())
                .inputs(resolved)
                .labels(List.copyOf(labels))
                .trigger(new LaneEvent.Trigger(trigger.id(), trigger.type(), variables))
                .failure(failure)
                .build();
    }
}
