// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.nats;

import io.millrace.plugin.Default;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamSubscription;
import io.nats.client.PullSubscribeOptions;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.DeliverPolicy;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Which messages are read of a stream.
record From(
        @Title("Subject of a stream of JetStream") String subject,
        @Title("Name by which the server knows what was read") @Nullable String durableId,
        @Title("From when on, such as 2026-01-01T00:00:00Z") @Nullable String since,
        @Title("How many at once") @Default("100") Integer batchSize,
        @Title("All, Last, New or LastPerSubject: where a name begins") @Default("All")
                String deliverPolicy) {
    /// As the server gives it back: one that is without limit would look changed.
    private static final long MOST_UNTOLD = 1_000_000;

    JetStreamSubscription subscribe(Connection nats)
            throws IOException, JetStreamApiException, TaskFailedException {
        var consumer =
                ConsumerConfiguration.builder()
                        // each for itself: another worker may have those before it in hand
                        .ackPolicy(AckPolicy.Explicit)
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
        return nats.jetStream().subscribe(subject, options.build());
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
}
