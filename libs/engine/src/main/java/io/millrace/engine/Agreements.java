// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.expressions.ExpressionException;
import io.millrace.model.Flow;
import java.util.ArrayList;
import java.util.LinkedHashMap;

/// Service level agreements of a flow, and what follows when one is violated.
final class Agreements {
    private Agreements() {}

    /// Looks at those that are assertions; each is violated once.
    static void check(Transition t, Steps steps, Evaluation evaluation) {
        for (var sla : t.plan.flow().sla()) {
            if (sla.type() == Flow.Sla.Type.EXECUTION_ASSERTION
                    && sla.assertion() != null
                    && !t.execution().violated().contains(nameOf(t, sla))) {
                try {
                    var rendered =
                            evaluation.render(
                                    TaskRun.NONE,
                                    Rendering.of(
                                            t.plan.expressions(),
                                            Values.one("assert", sla.assertion())));
                    if (rendered != null && !Values.truthy(rendered.get("assert"))) {
                        violate(t, steps, sla);
                    }
                } catch (ExpressionException e) {
                    t.log(
                            LogEntry.Level.ERROR,
                            "Unable to render SLA " + sla.id() + ": " + e.getMessage());
                    violated(t, sla);
                }
            }
        }
    }

    static void violate(Transition t, Steps steps, Flow.Sla sla) {
        if (t.execution().violated().contains(nameOf(t, sla))) {
            return;
        }
        violated(t, sla);
        var labels = new LinkedHashMap<>(t.execution().labels());
        labels.putAll(sla.labels());
        t.put(t.change().labels(labels));
        t.log(LogEntry.Level.WARN, "SLA " + sla.id() + " is violated");
        switch (sla.behavior()) {
            case FAIL -> steps.stop(State.FAILED);
            case CANCEL -> steps.stop(State.CANCELLED);
            case NONE -> {
                // the labels say it
            }
        }
    }

    private static void violated(Transition t, Flow.Sla sla) {
        var violated = new ArrayList<>(t.execution().violated());
        violated.add(nameOf(t, sla));
        t.put(t.change().violated(violated));
    }

    /// Ids need not be unique.
    private static String nameOf(Transition t, Flow.Sla sla) {
        return sla.id() + "#" + t.plan.flow().sla().indexOf(sla);
    }
}
