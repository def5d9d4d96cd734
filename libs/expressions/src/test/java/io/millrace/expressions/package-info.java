// SPDX-License-Identifier: Apache-2.0

/// Tests of the expressions.
@NullMarked
package io.millrace.expressions;

import org.jspecify.annotations.NullMarked;
