// SPDX-License-Identifier: Apache-2.0
/// Expressions evaluated for users, without any effect.
@NullMarked
package io.millrace.execution.render;

import org.jspecify.annotations.NullMarked;
