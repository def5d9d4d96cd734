// SPDX-License-Identifier: Apache-2.0
/// Server-sent events about executions.
@NullMarked
package io.millrace.execution.follow;

import org.jspecify.annotations.NullMarked;
