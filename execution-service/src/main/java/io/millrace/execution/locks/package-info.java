// SPDX-License-Identifier: Apache-2.0
/// Locks of the targets that rollouts work on.
@NullMarked
package io.millrace.execution.locks;

import org.jspecify.annotations.NullMarked;
