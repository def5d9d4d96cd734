// SPDX-License-Identifier: Apache-2.0

/// What tasks ask of executions, with their own tokens.
@NullMarked
package io.millrace.execution.tasks;

import org.jspecify.annotations.NullMarked;
