// SPDX-License-Identifier: Apache-2.0
/// Test suites of flows: stored, listed, checked. The execution-service runs them.
@NullMarked
package io.millrace.flow.tests;

import org.jspecify.annotations.NullMarked;
