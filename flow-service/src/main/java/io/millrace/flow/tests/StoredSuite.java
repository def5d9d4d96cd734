// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.tests;

import io.millrace.flow.flows.Flows;
import io.millrace.model.TestSuite;
import io.millrace.model.yaml.ParsedSuite;
import io.millrace.model.yaml.SuiteParser;

/// A suite and the source that it was read from.
record StoredSuite(TestSuite suite, String source) {

    /// @throws io.millrace.platform.problem.ServiceException.Invalid if the source has problems
    static StoredSuite read(SuiteParser parser, String source) {
        return switch (parser.parse(source)) {
            case ParsedSuite.Valid valid -> new StoredSuite(valid.suite(), source);
            case ParsedSuite.Invalid(var problems) -> throw Flows.invalid(problems);
        };
    }
}
