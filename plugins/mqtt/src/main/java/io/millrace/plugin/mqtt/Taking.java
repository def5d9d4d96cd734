// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.mqtt;

import io.millrace.plugin.Default;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.Cancelling;
import io.millrace.plugin.kit.EgressPolicy;
import io.millrace.plugin.kit.Rows;
import io.millrace.plugin.kit.TakenMessages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.jspecify.annotations.Nullable;

/// How much of what comes is taken into a file.
record Taking(
        @Title("How many at most") @Nullable Integer maxRecords,
        @Title("How long at most") @Nullable Duration maxDuration,
        @Title("After how long without one there are no more") @Default("PT2S")
                Duration pollDuration) {

    /// Takes messages, and tells the broker once the file is stored.
    ///
    /// @param name of the client, if the broker is to keep what comes while nobody listens
    Rows.Result take(
            Broker broker,
            @Nullable String name,
            Subscription subscription,
            EgressPolicy egress,
            TaskContext context)
            throws Exception {
        var result =
                TakenMessages.once(
                        context, taken -> take(taken, broker, name, subscription, egress, context));
        context.count("messages", (double) result.size(), Map.of());
        return result;
    }

    private Rows.Result take(
            TakenMessages taken,
            Broker broker,
            @Nullable String name,
            Subscription subscription,
            EgressPolicy egress,
            TaskContext context)
            throws Exception {
        try (var inbox = Inbox.open(broker, name, subscription, egress);
                var _ = Cancelling.closes(inbox, context)) {
            var heard = new ArrayList<MqttMessage>();
            long start = System.nanoTime();
            for (long count = 0; maxRecords == null || count < maxRecords; count++) {
                var left =
                        maxDuration == null
                                ? pollDuration
                                : maxDuration.minusNanos(System.nanoTime() - start);
                if (left.isNegative()) {
                    break;
                }
                var next = inbox.next(left.compareTo(pollDuration) < 0 ? left : pollDuration);
                if (next == null) {
                    break;
                }
                var message = next.message().orElseThrow();
                taken.add(Message.of(next.topic(), message, subscription.serdeType()));
                heard.add(message);
            }
            return taken.keep(() -> {
                for (var message : heard) {
                    inbox.done(message);
                }
            });
        }
    }
}
