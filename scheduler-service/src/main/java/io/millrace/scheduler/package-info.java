// SPDX-License-Identifier: Apache-2.0
/// The scheduler: triggers, and one execution a tick.
@NullMarked
package io.millrace.scheduler;

import org.jspecify.annotations.NullMarked;
