// SPDX-License-Identifier: Apache-2.0
/// What triggers of type Flow say: which executions they hear, and what must have happened within
/// which window. Pure.
@NullMarked
package io.millrace.scheduler.flowtrigger;

import org.jspecify.annotations.NullMarked;
