// SPDX-License-Identifier: Apache-2.0

/// Sandboxed expressions: a template is parsed once, says what it reads, and is rendered within a
/// budget.
@NullMarked
package io.millrace.expressions;

import org.jspecify.annotations.NullMarked;
