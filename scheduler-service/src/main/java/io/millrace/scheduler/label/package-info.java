// SPDX-License-Identifier: Apache-2.0
/// Labels that triggers give to what they start.
@NullMarked
package io.millrace.scheduler.label;

import org.jspecify.annotations.NullMarked;
