// SPDX-License-Identifier: Apache-2.0
/// Tests of the scheduler.
@NullMarked
package io.millrace.scheduler;

import org.jspecify.annotations.NullMarked;
