// SPDX-License-Identifier: Apache-2.0
/// Runs test suites of flows: real executions with mocked tasks, and what is asserted of them.
@NullMarked
package io.millrace.execution.tests;

import org.jspecify.annotations.NullMarked;
