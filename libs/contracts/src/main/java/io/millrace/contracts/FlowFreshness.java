// SPDX-License-Identifier: Apache-2.0
package io.millrace.contracts;

import java.time.Duration;

/// For how long the flow-service's word counts on what a flow's newest revision is. Who asks may go
/// by an answer for [#KEPT], counted from before the question was sent; who replaces a revision
/// acknowledges it after [#SETTLED], counted from the commit. So nobody who has been told of a
/// change meets what was before it, and nobody asks for each start. ADR 19.
public final class FlowFreshness {
    public static final Duration KEPT = Duration.ofMillis(100);

    /// Longer by what two clocks may drift apart meanwhile.
    public static final Duration SETTLED = KEPT.plusMillis(5);

    /// The same for what templates hold, which plans of flows are made of.
    public static final Duration TEMPLATES_KEPT = Duration.ofSeconds(1);

    public static final Duration TEMPLATES_SETTLED = TEMPLATES_KEPT.plusMillis(50);

    private FlowFreshness() {}
}
