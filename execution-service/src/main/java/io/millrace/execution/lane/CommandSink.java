// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

import io.millrace.platform.broker.OutgoingMessage;
import java.util.List;

/// Carries out what follows from a commit.
public interface CommandSink {

    /// Turns the orders of one commit into messages; what needs none is begun beside the lane.
    ///
    /// @param router where events for other executions go
    List<OutgoingMessage> messages(List<Order> orders, LaneRouter router);
}
