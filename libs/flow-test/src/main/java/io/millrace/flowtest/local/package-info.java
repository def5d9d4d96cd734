// SPDX-License-Identifier: Apache-2.0
/// Runs tests of flows in this process, without a server: the engine, in memory, with a clock that
/// jumps.
@NullMarked
package io.millrace.flowtest.local;

import org.jspecify.annotations.NullMarked;
