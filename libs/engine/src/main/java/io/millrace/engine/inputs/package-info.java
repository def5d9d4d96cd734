// SPDX-License-Identifier: Apache-2.0

/// The inputs of an execution: from what was given to typed, checked values.
@NullMarked
package io.millrace.engine.inputs;

import org.jspecify.annotations.NullMarked;
