// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.dispatch;

import io.millrace.execution.lane.LaneRouter;
import io.millrace.execution.lane.Order;

/// Who may run under a flow's concurrency limit. Works beside the lanes.
public interface SlotKeeper {

    /// Answers with [io.millrace.contracts.LaneEvent.SlotGranted] or
    /// [io.millrace.contracts.LaneEvent.SlotDenied].
    void request(Order order, int limit, LaneRouter router);

    /// Gives a slot that may have become free to whoever waits longest.
    void freed(Order order, LaneRouter router);
}
