// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.schedule;

import io.millrace.expressions.Expressions;
import io.millrace.scheduler.condition.Conditions;

/// What tests of other packages need from this one.
public final class Fixtures {
    private Fixtures() {}

    public static Schedules schedules(Expressions expressions) {
        return new Schedules(new Conditions(expressions));
    }

    public static TickRequests tickRequests(Expressions expressions) {
        return new TickRequests(expressions, new FlowInputs(expressions));
    }
}
