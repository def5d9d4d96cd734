// SPDX-License-Identifier: Apache-2.0
package io.millrace.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.CancelCallback;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DeliverCallback;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What the topology asks of a broker, on both: RabbitMQ (where it runs) and the embedded one.
class BrokerConformanceIT {
    private static final CancelCallback IGNORE = _ -> {};

    private final List<AutoCloseable> opened = new ArrayList<>();

    enum Kind {
        RABBITMQ,
        EMBEDDED
    }

    @AfterEach
    void close() throws Exception {
        for (var closeable : opened.reversed()) {
            closeable.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBatchIsConfirmedAndArrivesInOrder(Kind kind) throws Exception {
        var broker = broker(kind);
        var connection = connect(broker);
        var queue = lane(broker, connection.createChannel());
        var publisher = connection.createChannel();
        publisher.confirmSelect();

        for (int i = 0; i < 500; i++) {
            publish(publisher, broker.topology(1).lanesExchange(), "lane.00", "event " + i);
        }
        publisher.waitForConfirmsOrDie(10_000);

        var received = consume(connection.createChannel(), queue, 1_000);
        for (int i = 0; i < 500; i++) {
            assertThat(text(take(received))).isEqualTo("event " + i);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anUnroutableMandatoryMessageComesBack(Kind kind) throws Exception {
        var broker = broker(kind);
        var channel = connect(broker).createChannel();
        var exchange = broker.topology(1).jobsExchange();
        channel.exchangeDeclare(exchange, "topic", true);
        var returned = new LinkedBlockingQueue<String>();
        channel.addReturnListener(message -> returned.add(message.getRoutingKey()));
        channel.confirmSelect();

        channel.basicPublish(
                exchange,
                "nobody.listens",
                true,
                MessageProperties.MINIMAL_PERSISTENT_BASIC,
                new byte[] {1});

        // Which confirm follows a return differs between brokers: the return alone says it.
        assertThat(returned.poll(1, TimeUnit.MINUTES)).isEqualTo("nobody.listens");
    }

    @ParameterizedTest
    @EnumSource
    void topicBindingsMatchWordsAndRests(Kind kind) throws Exception {
        var broker = broker(kind);
        var channel = connect(broker).createChannel();
        var exchange = broker.topology(1).feedExchange();
        channel.exchangeDeclare(exchange, "topic", true);
        var one = channel.queueDeclare().getQueue();
        var rest = channel.queueDeclare().getQueue();
        var ends = channel.queueDeclare().getQueue();
        channel.queueBind(one, exchange, "main.*.SUCCESS");
        channel.queueBind(rest, exchange, "main.#");
        channel.queueBind(ends, exchange, "#.SUCCESS");
        channel.confirmSelect();

        for (var key :
                List.of("main.company.SUCCESS", "main.company.data.SUCCESS", "other.a.FAILED")) {
            publish(channel, exchange, key, key);
        }
        channel.waitForConfirmsOrDie(10_000);

        assertThat(channel.messageCount(one)).isEqualTo(1);
        assertThat(channel.messageCount(rest)).isEqualTo(2);
        assertThat(channel.messageCount(ends)).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNotAcknowledgedComesAgainWhenTheConnectionIsLost(Kind kind) throws Exception {
        var broker = broker(kind);
        var doomed = connect(broker);
        var queue = lane(broker, doomed.createChannel());
        var channel = doomed.createChannel();
        var first = consume(channel, queue, 10);
        confirmed(doomed, broker, List.of("kept", "acknowledged"));
        take(first);
        channel.basicAck(take(first).getEnvelope().getDeliveryTag(), false);

        doomed.abort();

        var again = consume(connect(broker).createChannel(), queue, 10);
        var delivery = take(again);
        assertThat(text(delivery)).isEqualTo("kept");
        assertThat(delivery.getEnvelope().isRedeliver()).isTrue();
        assertThat(again.poll(300, TimeUnit.MILLISECONDS)).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void oneConsumerAtATimeWorksALane(Kind kind) throws Exception {
        var broker = broker(kind);
        var first = connect(broker);
        var queue = lane(broker, first.createChannel());
        var active = consume(first.createChannel(), queue, 100);
        var second = connect(broker);
        var standby = consume(second.createChannel(), queue, 100);

        confirmed(second, broker, List.of("one", "two"));

        assertThat(text(take(active))).isEqualTo("one");
        assertThat(text(take(active))).isEqualTo("two");
        assertThat(standby.poll(300, TimeUnit.MILLISECONDS)).isNull();

        first.abort();

        assertThat(text(take(standby))).isEqualTo("one");
        assertThat(text(take(standby))).isEqualTo("two");
    }

    @ParameterizedTest
    @EnumSource
    void prefetchBoundsWhatIsUnderWay(Kind kind) throws Exception {
        var broker = broker(kind);
        var connection = connect(broker);
        var queue = lane(broker, connection.createChannel());
        confirmed(connection, broker, List.of("1", "2", "3", "4", "5"));
        var channel = connection.createChannel();

        var received = consume(channel, queue, 2);

        take(received);
        var last = take(received);
        assertThat(received.poll(300, TimeUnit.MILLISECONDS)).isNull();
        channel.basicAck(last.getEnvelope().getDeliveryTag(), true);
        assertThat(text(take(received))).isEqualTo("3");
        assertThat(text(take(received))).isEqualTo("4");
    }

    @ParameterizedTest
    @EnumSource
    void aMessageGivenBackAloneComesAgain(Kind kind) throws Exception {
        var broker = broker(kind);
        var connection = connect(broker);
        var queue = lane(broker, connection.createChannel());
        confirmed(connection, broker, List.of("job"));
        var channel = connection.createChannel();
        var received = consume(channel, queue, 1);

        channel.basicNack(take(received).getEnvelope().getDeliveryTag(), false, true);

        assertThat(take(received).getEnvelope().isRedeliver()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void headersAndPropertiesArrive(Kind kind) throws Exception {
        var broker = broker(kind);
        var connection = connect(broker);
        var queue = lane(broker, connection.createChannel());
        var channel = connection.createChannel();
        var properties =
                new AMQP.BasicProperties.Builder()
                        .deliveryMode(2)
                        .messageId("m1")
                        .correlationId("c1")
                        .replyTo("instance-1")
                        .type("TaskEnded")
                        .contentType("application/json")
                        .headers(Map.of("traceparent", "00-abc", "deaths", 3))
                        .build();

        channel.basicPublish(
                broker.topology(1).lanesExchange(), "lane.00", properties, new byte[] {1});

        var arrived = take(consume(connection.createChannel(), queue, 1)).getProperties();
        assertThat(arrived.getMessageId()).isEqualTo("m1");
        assertThat(arrived.getCorrelationId()).isEqualTo("c1");
        assertThat(arrived.getReplyTo()).isEqualTo("instance-1");
        assertThat(arrived.getType()).isEqualTo("TaskEnded");
        assertThat(arrived.getHeaders().get("traceparent")).hasToString("00-abc");
        assertThat(arrived.getHeaders().get("deaths")).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource
    void anInstanceQueueGoesWithItsConnection(Kind kind) throws Exception {
        var broker = broker(kind);
        var exchange = broker.topology(1).repliesExchange();
        var doomed = connect(broker);
        var channel = doomed.createChannel();
        channel.exchangeDeclare(exchange, "topic", true);
        // Exclusive but not auto-delete: the embedded broker keeps an auto-delete queue that never
        // had a consumer.
        var queue = channel.queueDeclare("", false, true, false, null).getQueue();
        channel.queueBind(queue, exchange, "instance-1");
        doomed.close();
        var observer = connect(broker).createChannel();
        var returns = new AtomicInteger();
        // Without confirms the embedded broker closes the connection instead of returning.
        observer.confirmSelect();
        observer.addReturnListener(_ -> returns.incrementAndGet());

        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> {
                    observer.basicPublish(exchange, "instance-1", true, null, new byte[] {1});
                    assertThat(returns).hasPositiveValue();
                });
    }

    @ParameterizedTest
    @EnumSource
    void aConnectionCarriesHundredsOfChannels(Kind kind) throws Exception {
        var connection = connect(broker(kind));

        for (int i = 0; i < 600; i++) {
            assertThat(connection.createChannel()).as("channel %d", i).isNotNull();
        }
    }

    private TestBroker broker(Kind kind) {
        if (kind == Kind.RABBITMQ) {
            assumeTrue(TestBroker.isRabbitRunning(), "No RabbitMQ answers on 127.0.0.1:5672");
        }
        var broker = kind == Kind.EMBEDDED ? TestBroker.createEmbedded() : TestBroker.create();
        opened.add(broker);
        return broker;
    }

    private Connection connect(TestBroker broker) throws Exception {
        var connection = broker.connect();
        opened.add(connection::abort);
        return connection;
    }

    /// A lane's queue as the services declare it: quorum queue on RabbitMQ.
    private static String lane(TestBroker broker, Channel channel) throws IOException {
        var lane = broker.topology(1).lane(0);
        Map<String, Object> arguments =
                broker.dialect().equals("rabbitmq")
                        ? Map.of("x-queue-type", "quorum", "x-single-active-consumer", true)
                        : Map.of("x-single-active-consumer", true);
        channel.exchangeDeclare(lane.exchange(), "topic", true);
        channel.queueDeclare(lane.queue(), true, false, false, arguments);
        channel.queueBind(lane.queue(), lane.exchange(), lane.routingKey());
        return lane.queue();
    }

    private static void confirmed(Connection connection, TestBroker broker, List<String> texts)
            throws Exception {
        var channel = connection.createChannel();
        channel.confirmSelect();
        for (var text : texts) {
            publish(channel, broker.topology(1).lanesExchange(), "lane.00", text);
        }
        channel.waitForConfirmsOrDie(10_000);
    }

    private static void publish(Channel channel, String exchange, String key, String text)
            throws IOException {
        channel.basicPublish(
                exchange,
                key,
                MessageProperties.MINIMAL_PERSISTENT_BASIC,
                text.getBytes(StandardCharsets.UTF_8));
    }

    private static BlockingQueue<Delivery> consume(Channel channel, String queue, int prefetch)
            throws IOException {
        var received = new LinkedBlockingQueue<Delivery>();
        DeliverCallback deliver = (_, delivery) -> received.add(delivery);
        channel.basicQos(prefetch);
        channel.basicConsume(queue, false, deliver, IGNORE);
        return received;
    }

    private static Delivery take(BlockingQueue<Delivery> received) throws InterruptedException {
        var delivery = received.poll(1, TimeUnit.MINUTES);
        if (delivery == null) {
            throw new AssertionError("Expected a message but none came");
        }
        return delivery;
    }

    private static String text(Delivery delivery) {
        return new String(delivery.getBody(), StandardCharsets.UTF_8);
    }
}
