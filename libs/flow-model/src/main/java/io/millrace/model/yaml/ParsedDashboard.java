// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import io.millrace.model.Dashboard;
import java.util.List;

/// What a source of a dashboard is: one, or all that is wrong with it.
public sealed interface ParsedDashboard {
    record Valid(Dashboard dashboard) implements ParsedDashboard {}

    record Invalid(List<Problem> problems) implements ParsedDashboard {
        public Invalid {
            problems = List.copyOf(problems);
        }
    }
}
