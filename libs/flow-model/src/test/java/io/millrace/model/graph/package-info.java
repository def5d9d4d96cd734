// SPDX-License-Identifier: Apache-2.0

@NullMarked
package io.millrace.model.graph;

import org.jspecify.annotations.NullMarked;
