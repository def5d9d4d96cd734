// SPDX-License-Identifier: Apache-2.0
/// Conditions of triggers.
@NullMarked
package io.millrace.scheduler.condition;

import org.jspecify.annotations.NullMarked;
