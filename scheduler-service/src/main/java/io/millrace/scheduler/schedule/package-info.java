// SPDX-License-Identifier: Apache-2.0
/// What a schedule means: its dates, what fires, what was missed. No clock, no store.
@NullMarked
package io.millrace.scheduler.schedule;

import org.jspecify.annotations.NullMarked;
