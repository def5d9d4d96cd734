// SPDX-License-Identifier: Apache-2.0
/// Tests of the engine, on a virtual clock.
@NullMarked
package io.millrace.engine;

import org.jspecify.annotations.NullMarked;
