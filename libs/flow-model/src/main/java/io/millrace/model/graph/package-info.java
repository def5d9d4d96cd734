// SPDX-License-Identifier: Apache-2.0

/// A flow as nodes and edges to draw, and which flows start which.
@NullMarked
package io.millrace.model.graph;

import org.jspecify.annotations.NullMarked;
