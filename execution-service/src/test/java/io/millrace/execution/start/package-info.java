// SPDX-License-Identifier: Apache-2.0
/// Tests of starting executions.
@NullMarked
package io.millrace.execution.start;

import org.jspecify.annotations.NullMarked;
