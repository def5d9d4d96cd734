// SPDX-License-Identifier: Apache-2.0

/// Tests of the inputs.
@NullMarked
package io.millrace.engine.inputs;

import org.jspecify.annotations.NullMarked;
