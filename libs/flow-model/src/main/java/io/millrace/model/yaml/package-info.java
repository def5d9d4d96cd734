// SPDX-License-Identifier: Apache-2.0
/// Reads a flow's YAML: events, to nodes with positions, to records, collecting every problem.
@NullMarked
package io.millrace.model.yaml;

import org.jspecify.annotations.NullMarked;
