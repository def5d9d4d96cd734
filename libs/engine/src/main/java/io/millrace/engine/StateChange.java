// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import java.time.Instant;

/// One entry of a history.
public record StateChange(State state, Instant at) {}
