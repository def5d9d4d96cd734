// SPDX-License-Identifier: Apache-2.0

/// Flows as graphs, for people to look at.
@NullMarked
package io.millrace.model.graph;

import org.jspecify.annotations.NullMarked;
