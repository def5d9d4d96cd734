// SPDX-License-Identifier: Apache-2.0
/// Tells others of executions: signed CloudEvents to the addresses that subscribed.
@NullMarked
package io.millrace.scheduler.outgoing;

import org.jspecify.annotations.NullMarked;
