// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.schedule;

import io.millrace.contracts.LaneEvent;
import io.millrace.expressions.Expressions;
import io.millrace.expressions.RenderContext;
import io.millrace.model.Flow;
import io.millrace.model.Trigger;
import io.millrace.scheduler.label.TriggerLabels;
import io.millrace.scheduler.question.TriggerFunctions;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// What the execution of one tick is started with.
@Component
public class TickRequests {
    private final Expressions expressions;
    private final FlowInputs inputs;

    TickRequests(Expressions expressions, FlowInputs inputs) {
        this.expressions = expressions;
        this.inputs = inputs;
    }

    /// @param labels the trigger's; the flow's come from the flow
    public record TickRequest(
            Map<String, @Nullable Object> inputs,
            List<LaneEvent.Label> labels,
            LaneEvent.Trigger trigger) {}

    /// @param functions what expressions may ask
    /// @throws io.millrace.expressions.ExpressionException if a template can't be rendered
    /// @throws IllegalArgumentException if the flow doesn't take the inputs
    public TickRequest of(
            Flow flow, Trigger trigger, Schedule.Tick tick, TriggerFunctions functions) {
        return of(flow, trigger, tick, Map.of(), functions);
    }

    /// What expressions see as `trigger`.
    public static Map<String, @Nullable Object> variables(Schedule.Tick tick) {
        var variables = new LinkedHashMap<String, @Nullable Object>();
        variables.put("date", text(tick.date()));
        tick.next().ifPresent(date -> variables.put("next", text(date)));
        tick.previous().ifPresent(date -> variables.put("previous", text(date)));
        return variables;
    }

    /// Like [#of(Flow, Trigger, Schedule.Tick, TriggerFunctions)], with inputs over those of the
    /// trigger.
    public TickRequest of(
            Flow flow,
            Trigger trigger,
            Schedule.Tick tick,
            Map<String, @Nullable Object> over,
            TriggerFunctions functions) {
        var variables = variables(tick);
        var visible = new HashMap<String, Object>(Schedules.seenOf(flow));
        visible.put("trigger", variables);
        visible.put("schedule", variables);
        var seen = RenderContext.of(visible).withFunctions(functions);

        var given = new LinkedHashMap<String, @Nullable Object>();
        trigger.inputs()
                .forEach((id, value) -> given.put(id, expressions.compileTree(value).render(seen)));
        given.putAll(over);
        var labels = TriggerLabels.rendered(expressions, trigger, seen);
        return new TickRequest(
                inputs.resolve(flow, given, tick.date().toInstant(), functions),
                labels,
                new LaneEvent.Trigger(trigger.id(), trigger.type(), variables));
    }

    public static String text(ZonedDateTime date) {
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(date);
    }
}
