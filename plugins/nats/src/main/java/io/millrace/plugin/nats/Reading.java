// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.nats;

import io.millrace.plugin.Default;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.FetchType;
import io.millrace.plugin.kit.Rows;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.PullSubscribeOptions;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.DeliverPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// What is read of a stream, and how.
record Reading(
        @Title("Subject of a stream of JetStream") String subject,
        @Title("Name by which the server knows what was read") @Nullable String durableId,
        @Title("From when on, such as 2026-01-01T00:00:00Z") @Nullable String since,
        @Title("How long to wait for more") @Default("PT2S") Duration pollDuration,
        @Title("How many at once") @Default("100") Integer batchSize,
        @Title("How many at most") @Nullable Integer maxRecords,
        @Title("How long at most") @Nullable Duration maxDuration,
        @Title("All, Last, New or LastPerSubject: where a name begins") @Default("All")
                String deliverPolicy) {
    /// As the server gives it back: one that is without limit would look changed.
    private static final long MOST_UNTOLD = 1_000_000;

    /// Reads messages into a file and takes them at the server once that is stored.
    Rows.Result read(Connection nats, TaskContext context)
            throws IOException, JetStreamApiException, InterruptedException, TaskFailedException {
        var consumer =
                ConsumerConfiguration.builder()
                        // the last one stands for those before it
                        .ackPolicy(AckPolicy.All)
                        .maxAckPending(MOST_UNTOLD)
                        .deliverPolicy(policy());
        if (since != null) {
            try {
                consumer.startTime(Instant.parse(since).atZone(ZoneOffset.UTC));
            } catch (DateTimeException e) {
                throw new TaskFailedException("Expected a moment in `since`", e);
            }
        }
        var options = PullSubscribeOptions.builder().configuration(consumer.build());
        if (durableId != null) {
            options.durable(durableId);
        }
        var subscription = nats.jetStream().subscribe(subject, options.build());
        long most = maxRecords == null ? Long.MAX_VALUE : maxRecords;
        long start = System.nanoTime();
        Message last = null;
        try (var rows = new Rows(context, FetchType.STORE)) {
            for (long count = 0; count < most; ) {
                var batch =
                        subscription.fetch((int) Math.min(batchSize, most - count), pollDuration);
                for (var message : batch) {
                    rows.add(row(message));
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

    private DeliverPolicy policy() throws TaskFailedException {
        if (since != null) {
            return DeliverPolicy.ByStartTime;
        }
        return switch (deliverPolicy.toUpperCase(Locale.ROOT)) {
            case "ALL" -> DeliverPolicy.All;
            case "LAST" -> DeliverPolicy.Last;
            case "NEW" -> DeliverPolicy.New;
            case "LASTPERSUBJECT" -> DeliverPolicy.LastPerSubject;
            default ->
                    throw new TaskFailedException(
                            "Expected deliverPolicy All, Last, New or LastPerSubject");
        };
    }

    private static Map<String, @Nullable Object> row(Message message) {
        var row = new LinkedHashMap<String, @Nullable Object>();
        row.put("subject", message.getSubject());
        var headers = new TreeMap<String, List<String>>();
        var given = message.getHeaders();
        if (given != null) {
            given.forEach(headers::put);
        }
        row.put("headers", headers);
        row.put("data", new String(message.getData(), StandardCharsets.UTF_8));
        row.put("timestamp", message.metaData().timestamp().toInstant().toString());
        return row;
    }
}
