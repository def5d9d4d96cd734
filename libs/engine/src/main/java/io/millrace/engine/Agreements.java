// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.expressions.ExpressionException;
import io.millrace.model.Flow;
import java.util.ArrayList;
import java.util.LinkedHashMap;

/// Service level agreements of a flow, and what follows when one is violated.
final class Agreements {
    /// Behind the name of one that couldn't be rendered.
    private static final String UNCLEAR = "?";

    private Agreements() {}

    /// Looks at those that are assertions; each is violated once. One that can't be rendered, such
    /// as of outputs that aren't there yet, is no violation: that is said once, and it is looked at
    /// again.
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
                    if (note(t, nameOf(t, sla) + UNCLEAR)) {
                        t.log(
                                LogEntry.Level.ERROR,
                                "Unable to render SLA " + sla.id() + ": " + e.getMessage());
                    }
                }
            }
        }
    }

    static void violate(Transition t, Steps steps, Flow.Sla sla) {
        if (!note(t, nameOf(t, sla))) {
            return;
        }
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

    /// @return whether it wasn't noted before
    private static boolean note(Transition t, String name) {
        if (t.execution().violated().contains(name)) {
            return false;
        }
        var noted = new ArrayList<>(t.execution().violated());
        noted.add(name);
        t.put(t.change().violated(noted));
        return true;
    }

    /// Ids need not be unique.
    private static String nameOf(Transition t, Flow.Sla sla) {
        return sla.id() + "#" + t.plan.flow().sla().indexOf(sla);
    }
}
