// SPDX-License-Identifier: Apache-2.0
/// Executions, as the execution-service tells of them.
@NullMarked
package io.millrace.scheduler.execution;

import org.jspecify.annotations.NullMarked;
