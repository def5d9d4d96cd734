// SPDX-License-Identifier: Apache-2.0
/// Concurrency limits of flows, counted from the executions that hold a slot.
@NullMarked
package io.millrace.execution.slots;

import org.jspecify.annotations.NullMarked;
