// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kafka;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.EgressPolicy;
import io.millrace.plugin.kit.ExactJson;
import io.millrace.plugin.kit.RowFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// Sends messages: rows of a file, or those that stand in the flow.
@Plugin(type = "io.kestra.plugin.kafka.Produce", title = "Send messages to a Kafka topic")
public final class Produce implements TaskPlugin<Produce.Properties, Produce.Outputs> {
    private PluginSettings settings = new PluginSettings(Map.of());

    @Override
    public void start(PluginSettings given) {
        settings = given;
    }

    public record Properties(
            @Title("What Kafka's client is told: bootstrap.servers, security…")
                    Map<String, String> properties,
            @Title("Topic, where a message names none") @Nullable String topic,
            @Title(
                            "A message with key, value, headers, topic, partition, timestamp; a list of them; or the URI of a file of them")
                    Object from,
            @Title("What keys are") @Default("STRING") Serde keySerializer,
            @Title("What values are") @Default("STRING") Serde valueSerializer,
            @Inline RegistryOptions registry,
            @Title("Schema of keys, if they are of AVRO") @Nullable String keyAvroSchema,
            @Title("Schema of values, if they are of AVRO") @Nullable String valueAvroSchema,
            @Title("Whether all are one transaction") @Default("true") Boolean transactional) {}

    public record Outputs(@Title("How many messages") long messagesCount) {}

    @Override
    public Outputs run(Properties p, TaskContext context) throws Exception {
        var kafka = ClientSettings.of(p.properties(), EgressPolicy.of(settings), context);
        kafka.putIfAbsent("max.block.ms", "15000");
        kafka.putIfAbsent("delivery.timeout.ms", "60000");
        kafka.putIfAbsent("acks", "all");
        if (p.transactional()) {
            kafka.putIfAbsent("transactional.id", "millrace-" + context.taskRun().taskRunId());
        }
        var producer = producer(kafka);
        try (var schemas = new SchemaRegistry(settings, p.registry(), context);
                AutoCloseable _ = () -> producer.close(Duration.ofSeconds(2));
                var _ =
                        context.onCancel(() ->
                                Thread.startVirtualThread(() -> producer.close(Duration.ZERO)))) {
            if (p.transactional()) {
                producer.initTransactions();
                producer.beginTransaction();
            }
            var sending = new Sending(producer, p, schemas);
            try {
                send(sending, p.from(), context);
                producer.flush();
                sending.check();
                if (p.transactional()) {
                    producer.commitTransaction();
                }
            } catch (TaskFailedException e) {
                if (p.transactional()) {
                    producer.abortTransaction();
                }
                throw e;
            }
            context.count("records", (double) sending.count, Map.of());
            return new Outputs(sending.count);
        } catch (InterruptException e) {
            throw new InterruptedException();
        } catch (KafkaException | IllegalStateException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw e instanceof TimeoutException
                    ? ClientSettings.noAnswer(p.properties(), e)
                    : new TaskFailedException("Unable to send to Kafka: " + e.getMessage(), e);
        }
    }

    private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> settings) {
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static void send(Sending sending, @Nullable Object from, TaskContext context)
            throws IOException, TaskFailedException, InterruptedException {
        switch (from) {
            case Map<?, ?> message -> sending.send(message);
            case List<?> list -> {
                for (var message : list) {
                    send(sending, message, context);
                }
            }
            case String text when text.strip().startsWith("{") || text.strip().startsWith("[") -> {
                try {
                    send(sending, ExactJson.read(text), context);
                } catch (JacksonException e) {
                    throw new TaskFailedException("Expected messages as JSON in `from`", e);
                }
            }
            case String uri -> {
                try (var rows = RowFile.open(uri, context)) {
                    for (var row = rows.next(); row != null; row = rows.next()) {
                        sending.send(row.fields());
                    }
                }
            }
            case null, default ->
                    throw new TaskFailedException("Expected a message with key and value");
        }
    }

    /// Messages on their way; the first failure of one is told.
    private static final class Sending {
        private final KafkaProducer<byte[], byte[]> producer;
        private final Properties p;
        private volatile @Nullable Exception failure;
        private final SchemaRegistry schemas;
        private final @Nullable Schema keySchema;
        private final @Nullable Schema valueSchema;
        private long count;

        Sending(KafkaProducer<byte[], byte[]> producer, Properties p, SchemaRegistry schemas)
                throws TaskFailedException {
            this.producer = producer;
            this.p = p;
            this.schemas = schemas;
            keySchema =
                    p.keySerializer() == Serde.AVRO
                            ? SchemaRegistry.schema(p.keyAvroSchema(), "keyAvroSchema")
                            : null;
            valueSchema =
                    p.valueSerializer() == Serde.AVRO
                            ? SchemaRegistry.schema(p.valueAvroSchema(), "valueAvroSchema")
                            : null;
        }

        private byte @Nullable [] key(@Nullable Object value, String topic)
                throws TaskFailedException, InterruptedException {
            return value == null || keySchema == null
                    ? p.keySerializer().write(value)
                    : schemas.write(value, keySchema, topic + "-key");
        }

        private byte @Nullable [] value(@Nullable Object value, String topic)
                throws TaskFailedException, InterruptedException {
            return value == null || valueSchema == null
                    ? p.valueSerializer().write(value)
                    : schemas.write(value, valueSchema, topic + "-value");
        }

        void send(Map<?, ?> message) throws TaskFailedException, InterruptedException {
            check();
            var topic =
                    message.get("topic") == null ? p.topic() : String.valueOf(message.get("topic"));
            if (topic == null) {
                throw new TaskFailedException("Expected `topic` in the task or the message");
            }
            var headers = new RecordHeaders();
            if (message.get("headers") instanceof Map<?, ?> given) {
                given.forEach((name, value) ->
                        headers.add(
                                String.valueOf(name),
                                String.valueOf(value).getBytes(StandardCharsets.UTF_8)));
            }
            try {
                var record =
                        new ProducerRecord<byte[], byte[]>(
                                topic,
                                message.get("partition") == null
                                        ? null
                                        : Integer.valueOf(String.valueOf(message.get("partition"))),
                                timestamp(message.get("timestamp")),
                                key(message.get("key"), topic),
                                value(message.get("value"), topic),
                                headers);
                var _ =
                        producer.send(
                                record,
                                (_, e) -> {
                                    if (e != null && failure == null) {
                                        failure = e;
                                    }
                                });
            } catch (IllegalArgumentException | DateTimeException e) {
                throw new TaskFailedException("A message doesn't fit: " + e.getMessage(), e);
            }
            count++;
        }

        private static @Nullable Long timestamp(@Nullable Object given) {
            return switch (given) {
                case null -> null;
                case Number n -> n.longValue();
                default -> Instant.parse(given.toString()).toEpochMilli();
            };
        }

        void check() throws TaskFailedException {
            var e = failure;
            if (e != null) {
                throw new TaskFailedException("Unable to send to Kafka: " + e.getMessage(), e);
            }
        }
    }
}
