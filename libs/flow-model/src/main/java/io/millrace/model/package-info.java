// SPDX-License-Identifier: Apache-2.0
/// Flows as records, and how YAML becomes one, with every problem by line and column.
@NullMarked
package io.millrace.model;

import org.jspecify.annotations.NullMarked;
