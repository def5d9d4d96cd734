// SPDX-License-Identifier: Apache-2.0
/// A simulator of the whole protocol around the engine: lanes, workers, broker and store, with
/// everything that may go wrong between them, on a virtual clock and from one seed.
@NullMarked
package io.millrace.engine.sim;

import org.jspecify.annotations.NullMarked;
