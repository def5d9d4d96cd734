// SPDX-License-Identifier: Apache-2.0

/// The flow behind an execution, as users see it: its tasks and inputs, and its graph.
@NullMarked
package io.millrace.execution.graph;

import org.jspecify.annotations.NullMarked;
