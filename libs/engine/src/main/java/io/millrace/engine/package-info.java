// SPDX-License-Identifier: Apache-2.0
/// The engine: a pure function from a plan, a state, an event and an instant to a state and
/// commands.
@NullMarked
package io.millrace.engine;

import org.jspecify.annotations.NullMarked;
