// SPDX-License-Identifier: Apache-2.0
package io.millrace.flowtest;

import io.millrace.flowtest.SuiteRun.AssertionResult;
import io.millrace.flowtest.SuiteRun.RunError;
import java.util.List;

/// What an ended execution says of a test.
///
/// @param assertions one for each operator of each assertion, in order
/// @param errors why assertions could not be evaluated
public record Verdict(List<AssertionResult> assertions, List<RunError> errors) {
    public Verdict {
        assertions = List.copyOf(assertions);
        errors = List.copyOf(errors);
    }

    public TestState state() {
        if (!errors.isEmpty()) {
            return TestState.ERROR;
        }
        return assertions.stream().allMatch(AssertionResult::isSuccess)
                ? TestState.SUCCESS
                : TestState.FAILED;
    }
}
