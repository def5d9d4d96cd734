// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.nats;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.Rows;
import io.millrace.plugin.kit.TakenMessages;
import io.nats.client.Connection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is read of a stream, and how.
record Reading(
        @Inline From from,
        @Title("How long to wait for more") @Default("PT2S") Duration pollDuration,
        @Title("How many at most") @Nullable Integer maxRecords,
        @Title("How long at most") @Nullable Duration maxDuration) {

    private static final byte[] TAKEN = "+ACK".getBytes(StandardCharsets.US_ASCII);
    private static final Duration ANSWER = Duration.ofSeconds(10);

    /// Reads messages into a file and takes them at the server once that is stored.
    Rows.Result read(Server server, Access access, TaskContext context) throws Exception {
        var result =
                TakenMessages.once(
                        context, taken -> access.to(server, context, nats -> take(nats, taken)));
        context.count("messages", (double) result.size(), Map.of());
        return result;
    }

    private Rows.Result take(Connection nats, TakenMessages taken) throws Exception {
        var subscription = from.subscribe(nats);
        long most = maxRecords == null ? Long.MAX_VALUE : maxRecords;
        long start = System.nanoTime();
        var answers = new ArrayList<String>();
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
                taken.add(Received.of(message));
                answers.add(message.getReplyTo());
                count++;
            }
            if (batch.isEmpty()
                    || (maxDuration != null && System.nanoTime() - start > maxDuration.toNanos())) {
                break;
            }
        }
        return taken.keep(() -> {
            for (var answer : answers) {
                nats.publish(answer, TAKEN);
            }
            nats.flush(ANSWER);
        });
    }
}
