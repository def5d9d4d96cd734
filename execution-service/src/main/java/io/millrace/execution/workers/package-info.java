// SPDX-License-Identifier: Apache-2.0
/// Which workers live, what they run, and what they may start.
@NullMarked
package io.millrace.execution.workers;

import org.jspecify.annotations.NullMarked;
