// SPDX-License-Identifier: Apache-2.0
/// The log of a running task: masked, budgeted, shipped in batches.
@NullMarked
package io.millrace.worker.log;

import org.jspecify.annotations.NullMarked;
