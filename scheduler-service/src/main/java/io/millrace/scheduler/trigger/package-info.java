// SPDX-License-Identifier: Apache-2.0
/// The triggers of all flows: stored, due, fired, listed.
@NullMarked
package io.millrace.scheduler.trigger;

import org.jspecify.annotations.NullMarked;
