// SPDX-License-Identifier: Apache-2.0
/// What a worker says: starts, ends, losses, heartbeats.
@NullMarked
package io.millrace.worker.report;

import org.jspecify.annotations.NullMarked;
