// SPDX-License-Identifier: Apache-2.0
/// What a test of a flow is made of, wherever it runs: fixtures before, assertions and results
/// after.
@NullMarked
package io.millrace.flowtest;

import org.jspecify.annotations.NullMarked;
