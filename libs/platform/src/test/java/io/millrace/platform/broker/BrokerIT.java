// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.ShutdownSignalException;
import io.millrace.contracts.LaneEvent;
import io.millrace.contracts.LaneMessage;
import io.millrace.contracts.Topology;
import io.millrace.test.TestBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The same behaviour on RabbitMQ, where it runs, and on the embedded broker.
class BrokerIT {
    private static final Topology.Binding JOBS = new Topology("x", 1).jobs("default", "main");
    private final List<AutoCloseable> opened = new ArrayList<>();

    static Stream<TestBroker> brokers() {
        return TestBroker.isRabbitRunning()
                ? Stream.of(TestBroker.create(), TestBroker.createEmbedded())
                : Stream.of(TestBroker.createEmbedded());
    }

    @AfterEach
    void close() throws Exception {
        for (var closeable : opened.reversed()) {
            closeable.close();
        }
    }

    private Broker connect(TestBroker server) {
        var properties =
                new BrokerProperties(
                        server.uri(),
                        BrokerDialect.valueOf(server.dialect().toUpperCase(Locale.ROOT)),
                        server.installation(),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(3));
        var broker = new Broker(properties, server.topology(2), "test");
        opened.add(server);
        opened.add(broker);
        broker.start();
        return broker;
    }

    private static OutgoingMessage lane(Broker broker, int number) {
        return OutgoingMessage.durable(
                broker.topology().lanesExchange(),
                Topology.laneKey(0),
                LaneMessage.of("e" + number, new LaneEvent.SlotGranted(), Instant.EPOCH));
    }

    private static List<OutgoingMessage> lanes(Broker broker, int count) {
        return IntStream.range(0, count).mapToObj(i -> lane(broker, i)).toList();
    }

    private static String id(Delivery delivery) {
        return delivery.as(LaneMessage.class).executionId();
    }

    @ParameterizedTest
    @MethodSource("brokers")
    void deliversABatchInOrder(TestBroker server) {
        var broker = connect(server);
        var ids = new CopyOnWriteArrayList<String>();

        broker.publisher().publish(lanes(broker, 200));
        broker.consume(
                broker.topology().laneQueue(0),
                500,
                delivery -> {
                    ids.add(id(delivery));
                    delivery.ack();
                });

        var expected = IntStream.range(0, 200).mapToObj(i -> "e" + i).toList();
        await().untilAsserted(() -> assertThat(ids).isEqualTo(expected));
    }

    @ParameterizedTest
    @MethodSource("brokers")
    void refusesWhatNoQueueTakes(TestBroker server) {
        var broker = connect(server);
        var nowhere =
                OutgoingMessage.durable(
                        broker.topology().jobsExchange(), "default.nobody", "a job");

        assertThatThrownBy(() -> broker.publisher().publish(nowhere))
                .isInstanceOf(UnroutableException.class)
                .hasMessageContaining("default.nobody");

        broker.publisher().publish(lane(broker, 1));
    }

    /// RabbitMQ closes the channel of one who acknowledges twice.
    @ParameterizedTest
    @MethodSource("brokers")
    void consumesOnAfterTheBrokerHasClosedItsChannel(TestBroker server) {
        var broker = connect(server);
        var ids = new CopyOnWriteArrayList<String>();
        broker.consume(
                broker.topology().laneQueue(0),
                10,
                delivery -> {
                    ids.add(id(delivery));
                    delivery.ack();
                    if (id(delivery).equals("e0")) {
                        delivery.ack();
                    }
                });

        broker.publisher().publish(lane(broker, 0));
        await().untilAsserted(() -> assertThat(ids).contains("e0"));
        broker.publisher().publish(lane(broker, 1));

        await().untilAsserted(() -> assertThat(ids).contains("e1"));
    }

    @ParameterizedTest
    @MethodSource("brokers")
    void consumesOnAfterItsHandlerHasFailed(TestBroker server) {
        var broker = connect(server);
        var ids = new CopyOnWriteArrayList<String>();
        broker.consume(
                broker.topology().laneQueue(0),
                10,
                delivery -> {
                    ids.add(id(delivery));
                    if (ids.size() == 1) {
                        throw new IllegalStateException("once");
                    }
                    delivery.ack();
                });

        broker.publisher().publish(lane(broker, 0));

        await().untilAsserted(() -> assertThat(ids).containsExactly("e0", "e0"));
    }

    @ParameterizedTest
    @MethodSource("brokers")
    void oneConsumerOfALaneIsActive(TestBroker server) {
        var broker = connect(server);
        var queue = broker.topology().laneQueue(0);
        var first = new CopyOnWriteArrayList<String>();
        var second = new CopyOnWriteArrayList<String>();
        var holder =
                broker.consume(
                        queue,
                        10,
                        d -> {
                            first.add(id(d));
                            d.ack();
                        });
        broker.consume(
                queue,
                10,
                d -> {
                    second.add(id(d));
                    d.ack();
                });

        broker.publisher().publish(lanes(broker, 20));
        await().untilAsserted(() -> assertThat(first).hasSize(20));
        holder.close();
        broker.publisher().publish(lane(broker, 20));

        await().untilAsserted(() -> assertThat(second).containsExactly("e20"));
        assertThat(first).hasSize(20);
    }

    @ParameterizedTest
    @MethodSource("brokers")
    void acknowledgesUpToADelivery(TestBroker server) {
        var broker = connect(server);
        var queue = broker.topology().laneQueue(0);
        var held = new CopyOnWriteArrayList<Delivery>();
        var subscription = broker.consume(queue, 10, held::add);
        broker.publisher().publish(lanes(broker, 5));
        await().untilAsserted(() -> assertThat(held).hasSize(5));

        held.get(2).ackUpToHere();
        subscription.close();

        var again = new CopyOnWriteArrayList<Delivery>();
        broker.consume(queue, 10, again::add);
        await().untilAsserted(() ->
                assertThat(again.stream().map(BrokerIT::id)).containsExactly("e3", "e4"));
        assertThat(again).allMatch(Delivery::redelivered);
    }

    @ParameterizedTest
    @MethodSource("brokers")
    void comesBackAfterALostConnection(TestBroker server) {
        var broker = connect(server);
        var jobs = broker.topology().jobs("default", "main");
        var ids = new CopyOnWriteArrayList<String>();
        var heard = new CopyOnWriteArrayList<String>();
        broker.declare(jobs);
        broker.consume(
                broker.topology().laneQueue(0),
                10,
                d -> {
                    ids.add(id(d));
                    d.ack();
                });
        broker.listen(
                broker.topology().controlExchange(),
                List.of("kill"),
                d -> heard.add(d.routingKey()));

        broker.cut();

        await().untilAsserted(() -> assertThat(broker.connections()).isEqualTo(2));
        broker.publisher()
                .publish(
                        List.of(
                                lane(broker, 7),
                                OutgoingMessage.transientEvent(
                                        broker.topology().controlExchange(), "kill", "now"),
                                OutgoingMessage.durable(
                                        jobs.exchange(), jobs.routingKey(), "a job")));
        await().untilAsserted(() -> {
            assertThat(ids).containsExactly("e7");
            assertThat(heard).containsExactly("kill");
        });
    }

    /// Whatever it was doing just then, somebody goes on to connect.
    @ParameterizedTest
    @MethodSource("brokers")
    void comesBackHoweverOftenItIsLostWhileItComesBack(TestBroker server) {
        var broker = connect(server);
        // so many that it takes longer to declare them again than until the next cut
        for (int i = 0; i < 30; i++) {
            var jobs = broker.topology().jobs("default", "tenant-" + i);
            server.alsoDelete(jobs.queue());
            broker.declare(jobs);
        }

        for (int i = 0; i < 15; i++) {
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(2))
                    .until(broker::connected);
            LockSupport.parkNanos(Duration.ofMillis(2L * i).toNanos());
            broker.cut();
        }

        await().ignoreExceptions().untilAsserted(() -> broker.publisher().publish(lane(broker, 1)));
    }

    /// Who consumes again isn't told of it, and nobody else would try.
    @ParameterizedTest
    @MethodSource("brokers")
    void comesBackWhenItIsLostWhileSomethingIsConsumedAgain(TestBroker server) {
        var broker = connect(server);

        broker.restore(() -> {
            throw new AlreadyClosedException(new ShutdownSignalException(true, false, null, null));
        });

        await().untilAsserted(() -> assertThat(broker.connections()).isEqualTo(2));
        broker.publisher().publish(lane(broker, 1));
    }

    @ParameterizedTest
    @MethodSource("brokers")
    void publishingWhileTheConnectionIsLostFailsOrArrives(TestBroker server) {
        var broker = connect(server);
        var confirmed = new ArrayList<String>();
        for (int i = 0; i < 60; i++) {
            if (i % 20 == 10) {
                broker.cut();
            }
            try {
                broker.publisher().publish(lane(broker, i));
                confirmed.add("e" + i);
            } catch (BrokerUnavailableException _) {
                await().until(broker::connected);
            }
        }

        var arrived = new CopyOnWriteArrayList<String>();
        broker.consume(broker.topology().laneQueue(0), 500, d -> arrived.add(id(d)));

        await().untilAsserted(() -> assertThat(arrived).containsAll(confirmed));
        assertThat(confirmed).hasSizeGreaterThan(30);
    }

    @ParameterizedTest
    @MethodSource("brokers")
    void putsAsideWhatFailsAndGoesOn(TestBroker server) {
        var broker = connect(server);
        var queue = broker.topology().laneQueue(0);
        var tries = new AtomicInteger();
        var handled = new CopyOnWriteArrayList<String>();
        opened.add(
                new BatchWorker(
                        broker,
                        queue,
                        10,
                        batch -> {
                            for (var delivery : batch) {
                                if (id(delivery).equals("e1")) {
                                    tries.incrementAndGet();
                                    throw new IllegalArgumentException("poisoned");
                                }
                                handled.add(id(delivery));
                            }
                        }));

        broker.publisher().publish(lanes(broker, 3));

        await().untilAsserted(() -> assertThat(handled).contains("e0", "e2"));
        var dead = new CopyOnWriteArrayList<DeadMessage>();
        await().ignoreExceptions()
                .until(() -> {
                    broker.consume(
                            broker.topology().deadQueue(queue),
                            10,
                            d -> dead.add(d.as(DeadMessage.class)));
                    return !dead.isEmpty();
                });
        assertThat(dead.getFirst().error()).isEqualTo("poisoned");
        assertThat(dead.getFirst().routingKey()).isEqualTo(Topology.laneKey(0));
        assertThat(tries).hasValueGreaterThanOrEqualTo(5);
    }

    @ParameterizedTest
    @MethodSource("brokers")
    void goesOnWhenTheBrokerIsLostWhileAMessageIsPutAside(TestBroker server) {
        var broker = connect(server);
        var tries = new AtomicInteger();
        var handled = new CopyOnWriteArrayList<String>();
        opened.add(
                new BatchWorker(
                        broker,
                        broker.topology().laneQueue(0),
                        10,
                        batch -> {
                            for (var delivery : batch) {
                                if (id(delivery).equals("e0")) {
                                    if (tries.incrementAndGet() == 6) {
                                        broker.cut();
                                    }
                                    throw new IllegalArgumentException("poisoned");
                                }
                                handled.add(id(delivery));
                            }
                        }));

        broker.publisher().publish(lane(broker, 0));
        await().until(() -> tries.get() >= 6);
        await().ignoreExceptions()
                .until(() -> {
                    broker.publisher().publish(lane(broker, 1));
                    return true;
                });

        await().untilAsserted(() -> assertThat(handled).contains("e1"));
    }

    @ParameterizedTest
    @MethodSource("brokers")
    void waitsForWhatIsAway(TestBroker server) {
        var broker = connect(server);
        var tries = new AtomicInteger();
        var handled = new CopyOnWriteArrayList<String>();
        opened.add(
                new BatchWorker(
                        broker,
                        broker.topology().laneQueue(0),
                        10,
                        batch -> {
                            if (tries.incrementAndGet() < 8) {
                                throw new UncheckedIOException(new IOException("away"));
                            }
                            batch.forEach(d -> handled.add(id(d)));
                        }));

        broker.publisher().publish(lane(broker, 1));

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(handled).containsExactly("e1"));
    }

    @ParameterizedTest
    @MethodSource("brokers")
    void jobQueuesComeWithTheirTenants(TestBroker server) {
        var broker = connect(server);
        var jobs = broker.topology().jobs("default", "main");
        broker.declare(jobs);
        broker.declare(jobs);
        var seen = new CopyOnWriteArrayList<String>();
        broker.consume(
                jobs.queue(),
                1,
                d -> {
                    seen.add(d.as(String.class));
                    d.ack();
                });

        broker.publisher()
                .publish(OutgoingMessage.durable(jobs.exchange(), JOBS.routingKey(), "one"));

        await().untilAsserted(() -> assertThat(seen).containsExactly("one"));
    }
}
