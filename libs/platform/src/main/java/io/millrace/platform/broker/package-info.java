// SPDX-License-Identifier: Apache-2.0
/// The broker as services use it: a connection that comes back, publishing with confirms in
/// batches, consuming with acknowledgements by hand.
@NullMarked
package io.millrace.platform.broker;

import org.jspecify.annotations.NullMarked;
