// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.flows;

import io.millrace.engine.FlowPlan;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// Compiled revisions of flows. A revision never changes, so that a plan is cached for good.
public interface FlowPlans {

    /// The plan, if it is here: never waits.
    Optional<FlowPlan> cached(FlowRef flow);

    /// The plan, fetched if need be.
    ///
    /// @return ends exceptionally with a [FlowUnusableException] if there is no such revision, or
    ///   it can't be compiled; with another exception if the flow-service can't be asked for now
    CompletableFuture<FlowPlan> load(FlowRef flow);
}
