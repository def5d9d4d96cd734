// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.label;

import io.millrace.contracts.LaneEvent;
import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.Expressions;
import io.millrace.expressions.RenderContext;
import io.millrace.model.Trigger;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The labels of a trigger, rendered. One that can't be is left out: a flow runs without a label
/// rather than not at all.
public final class TriggerLabels {
    private static final Logger log = LoggerFactory.getLogger(TriggerLabels.class);

    private TriggerLabels() {}

    public static List<LaneEvent.Label> rendered(
            Expressions expressions, Trigger trigger, RenderContext seen) {
        var labels = new ArrayList<LaneEvent.Label>();
        trigger.labels()
                .forEach((key, value) -> {
                    try {
                        labels.add(new LaneEvent.Label(key, expressions.render(value, seen)));
                    } catch (ExpressionException e) {
                        log.atDebug()
                                .addKeyValue("trigger", trigger.id())
                                .addKeyValue("label", key)
                                .setCause(e)
                                .log("Label left out");
                    }
                });
        return labels;
    }
}
