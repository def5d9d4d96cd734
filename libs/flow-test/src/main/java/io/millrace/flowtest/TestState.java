// SPDX-License-Identifier: Apache-2.0
package io.millrace.flowtest;

import java.util.Collection;

/// How a test, or a suite, came out.
public enum TestState {
    /// All that was asserted holds.
    SUCCESS,
    /// It was disabled.
    SKIPPED,
    /// Something that was asserted doesn't hold.
    FAILED,
    /// It could not be run, or what it asserts can't be evaluated.
    ERROR;

    /// How a suite came out whose tests came out so: as the worst of them; skipped only if all are.
    public static TestState of(Collection<TestState> tests) {
        if (tests.contains(ERROR)) {
            return ERROR;
        }
        if (tests.contains(FAILED)) {
            return FAILED;
        }
        return tests.contains(SUCCESS) ? SUCCESS : SKIPPED;
    }

    public boolean isBad() {
        return this == FAILED || this == ERROR;
    }
}
