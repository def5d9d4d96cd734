// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

import io.millrace.contracts.LaneEvent;
import io.millrace.contracts.LaneMessage;
import io.millrace.engine.ExecutionEvent;
import io.millrace.platform.broker.Delivery;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Something that waits for its lane's next turn.
sealed interface LaneItem {
    int lane();

    String executionId();

    /// What somebody else says; nothing if the lane says it to itself.
    default @Nullable LaneEvent laneEvent() {
        return switch (this) {
            case Delivered delivered -> delivered.message().event();
            case Submitted submitted -> submitted.message().event();
            case Own _ -> null;
        };
    }

    /// It came over the broker, to be acknowledged once its effect is committed and published.
    ///
    /// @param tries how often it has failed
    record Delivered(int lane, LaneMessage message, Delivery delivery, int tries)
            implements LaneItem {
        @Override
        public String executionId() {
            return message.executionId();
        }
    }

    /// It came from this instance.
    ///
    /// @param reply ended after the commit, if somebody waits for it
    record Submitted(int lane, LaneMessage message, @Nullable CompletableFuture<LaneAnswer> reply)
            implements LaneItem {
        @Override
        public String executionId() {
            return message.executionId();
        }
    }

    /// The lane says it to itself.
    record Own(int lane, String executionId, ExecutionEvent event) implements LaneItem {}
}
