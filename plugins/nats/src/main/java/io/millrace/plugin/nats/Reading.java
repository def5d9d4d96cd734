// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.nats;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.FetchType;
import io.millrace.plugin.kit.Rows;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// What is read of a stream, and how.
record Reading(
        @Inline From from,
        @Title("How long to wait for more") @Default("PT2S") Duration pollDuration,
        @Title("How many at most") @Nullable Integer maxRecords,
        @Title("How long at most") @Nullable Duration maxDuration) {

    /// Reads messages into a file and takes them at the server once that is stored.
    Rows.Result read(Connection nats, TaskContext context)
            throws IOException, JetStreamApiException, InterruptedException, TaskFailedException {
        var subscription = from.subscribe(nats);
        long most = maxRecords == null ? Long.MAX_VALUE : maxRecords;
        long start = System.nanoTime();
        Message last = null;
        try (var rows = new Rows(context, FetchType.STORE)) {
            for (long count = 0; count < most; ) {
                var batch =
                        subscription.fetch(
                                (int) Math.min(from.batchSize(), most - count), pollDuration);
                // it ends without a word then, as if there were no more
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                if (nats.getStatus() != Connection.Status.CONNECTED) {
                    throw new TaskFailedException("The connection to NATS has ended");
                }
                for (var message : batch) {
                    rows.add(Received.of(message));
                    last = message;
                    count++;
                }
                if (batch.isEmpty()
                        || (maxDuration != null
                                && System.nanoTime() - start > maxDuration.toNanos())) {
                    break;
                }
            }
            var result = rows.finish();
            if (last != null) {
                try {
                    last.ackSync(Duration.ofSeconds(10));
                } catch (TimeoutException e) {
                    throw new TaskFailedException("NATS doesn't say that it was told", e);
                }
            }
            context.count("messages", (double) result.size(), Map.of());
            return result;
        }
    }
}
