// SPDX-License-Identifier: Apache-2.0
/// Flows as graphs, and which flows start which.
@NullMarked
package io.millrace.flow.graph;

import org.jspecify.annotations.NullMarked;
