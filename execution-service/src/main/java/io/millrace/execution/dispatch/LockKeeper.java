// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.dispatch;

import io.millrace.engine.Command;
import io.millrace.execution.lane.LaneRouter;
import io.millrace.execution.lane.Order;

/// Which rollout may work on a target. Works beside the lanes.
public interface LockKeeper {

    /// Answers with [io.millrace.contracts.LaneEvent.LockGranted] or
    /// [io.millrace.contracts.LaneEvent.LockDenied].
    void request(Order order, Command.RequestLock request, LaneRouter router);

    /// Gives the lock to whoever waits longest, if this iteration had it.
    void freed(Order order, Command.FreeLock free, LaneRouter router);
}
