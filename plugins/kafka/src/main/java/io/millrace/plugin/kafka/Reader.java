// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kafka;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.EgressPolicy;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/// A consumer of one task: what it has read is committed when the task says so.
final class Reader implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final boolean hasGroup;
    private final TaskContext.Registration cancelling;

    private Reader(KafkaConsumer<byte[], byte[]> consumer, boolean hasGroup, TaskContext context) {
        this.consumer = consumer;
        this.hasGroup = hasGroup;
        this.cancelling = context.onCancel(consumer::wakeup);
    }

    static Reader open(Subscription subscription, EgressPolicy egress, TaskContext context)
            throws TaskFailedException, InterruptedException {
        var settings = ClientSettings.of(subscription.properties(), egress, context);
        settings.put("enable.auto.commit", "false");
        settings.putIfAbsent("auto.offset.reset", "earliest");
        if (subscription.groupId() != null) {
            settings.put("group.id", subscription.groupId());
        }
        KafkaConsumer<byte[], byte[]> consumer;
        try {
            consumer =
                    new KafkaConsumer<>(
                            settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        } catch (KafkaException e) {
            throw ClientSettings.failure("The properties don't fit", e);
        }
        var reader = new Reader(consumer, settings.containsKey("group.id"), context);
        try {
            reader.begin(subscription);
            return reader;
        } catch (InterruptException | WakeupException e) {
            reader.close();
            throw new InterruptedException();
        } catch (KafkaException e) {
            reader.close();
            throw ClientSettings.failure("Unable to read from Kafka", e);
        } catch (TaskFailedException | RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    private void begin(Subscription subscription) throws TaskFailedException {
        var since = since(subscription.since());
        var topics = topics(subscription.topic());
        var pattern = pattern(subscription.topicPattern());
        if (topics.isEmpty() == (pattern == null)) {
            throw new TaskFailedException("Expected either `topic` or `topicPattern`");
        }
        var known = consumer.listTopics(); // fails at once if there is no cluster
        if (hasGroup) {
            var listener = new FromThen(since);
            if (pattern == null) {
                consumer.subscribe(topics, listener);
            } else {
                consumer.subscribe(pattern, listener);
            }
            return;
        }
        var partitions = new ArrayList<TopicPartition>();
        known.forEach((topic, infos) -> {
            boolean wanted =
                    pattern == null ? topics.contains(topic) : pattern.matcher(topic).matches();
            if (wanted) {
                infos.forEach(i -> partitions.add(new TopicPartition(topic, i.partition())));
            }
        });
        if (partitions.isEmpty()) {
            throw new TaskFailedException("There is no such topic");
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        seek(partitions, since);
    }

    /// Sets where a group begins that has read nothing yet.
    private final class FromThen implements ConsumerRebalanceListener {
        private final @Nullable Long since;

        FromThen(@Nullable Long since) {
            this.since = since;
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            if (since != null) {
                var committed = consumer.committed(java.util.Set.copyOf(partitions));
                seek(partitions.stream().filter(p -> committed.get(p) == null).toList(), since);
            }
        }
    }

    private void seek(Collection<TopicPartition> partitions, @Nullable Long since) {
        if (since == null) {
            return;
        }
        var times = new java.util.HashMap<TopicPartition, Long>();
        partitions.forEach(p -> times.put(p, since));
        consumer.offsetsForTimes(times)
                .forEach((partition, found) -> {
                    if (found == null) {
                        consumer.seekToEnd(List.of(partition));
                    } else {
                        consumer.seek(partition, found.offset());
                    }
                });
    }

    private static @Nullable Long since(@Nullable String text) throws TaskFailedException {
        try {
            return text == null ? null : OffsetDateTime.parse(text).toInstant().toEpochMilli();
        } catch (DateTimeException e) {
            throw new TaskFailedException("Expected a time with a zone in `since`", e);
        }
    }

    private static List<String> topics(@Nullable Object topic) {
        return switch (topic) {
            case null -> List.of();
            case List<?> list -> list.stream().map(String::valueOf).toList();
            default -> List.of(String.valueOf(topic).split("\\s*,\\s*"));
        };
    }

    private static @Nullable Pattern pattern(@Nullable String text) throws TaskFailedException {
        try {
            return text == null ? null : Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new TaskFailedException("Expected a pattern in `topicPattern`", e);
        }
    }

    ConsumerRecords<byte[], byte[]> poll(Duration time)
            throws InterruptedException, TaskFailedException {
        try {
            return consumer.poll(time);
        } catch (InterruptException | WakeupException e) {
            throw new InterruptedException();
        } catch (KafkaException e) {
            throw ClientSettings.failure("Unable to read from Kafka", e);
        }
    }

    /// @param next the offset that is read next, by partition
    void commit(Map<TopicPartition, OffsetAndMetadata> next)
            throws InterruptedException, TaskFailedException {
        if (!hasGroup || next.isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(next);
        } catch (InterruptException | WakeupException e) {
            throw new InterruptedException();
        } catch (KafkaException e) {
            throw ClientSettings.failure("The progress of the group can't be kept", e);
        }
    }

    @Override
    public void close() {
        cancelling.close();
        boolean interrupted = Thread.interrupted();
        consumer.close(
                org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofSeconds(2)));
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
