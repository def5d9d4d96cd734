// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.millrace.contracts.Topology;
import io.millrace.test.TestBroker;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// What `deploy/rabbitmq/worker-group` gives the workers of a group, on the real RabbitMQ.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WorkerGroupIT {
    private static final String PASSWORD = UUID.randomUUID().toString();
    private TestBroker server;
    private Broker all;
    private String user = "";

    WorkerGroupIT() {
        assumeTrue(TestBroker.isRabbitRunning(), "RabbitMQ runs");
        assumeTrue(runs(Map.of(), "rabbitmqctl", "-q", "list_users").code() == 0, "by root");
        server = TestBroker.create();
        all = broker(server.uri(), true);
    }

    private record Ran(int code, String out) {}

    private static Ran runs(Map<String, String> environment, String... command) {
        try {
            var builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().putAll(environment);
            var process = builder.start();
            var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Ran(process.waitFor(), out.strip());
        } catch (IOException e) {
            return new Ran(-1, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Broker broker(URI uri, boolean declares) {
        return new Broker(
                new BrokerProperties(
                        uri,
                        BrokerDialect.RABBITMQ,
                        server.installation(),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(3),
                        declares),
                server.topology(1),
                "test");
    }

    @BeforeAll
    void give() {
        all.start();
        var ran =
                runs(
                        Map.of("PASSWORD", PASSWORD, "INSTALLATION", server.installation()),
                        Path.of("../../deploy/rabbitmq/worker-group").toAbsolutePath().toString(),
                        "payments",
                        "bank",
                        "shop");
        assertThat(ran.code()).as(ran.out()).isZero();
        user = ran.out().lines().toList().getLast();
        for (var other :
                List.of(topology().jobs("payments", "else"), topology().jobs("x", "bank"))) {
            all.declare(other);
            server.alsoDelete(other.queue());
        }
        server.alsoDelete(topology().jobQueue("payments", "bank"));
    }

    @AfterAll
    void takeBack() {
        if (!user.isEmpty()) {
            runs(Map.of(), "rabbitmqctl", "-q", "delete_user", user);
        }
        all.close();
        server.close();
    }

    private Topology topology() {
        return server.topology(1);
    }

    private URI own() {
        var there = server.uri();
        return URI.create(
                "amqp://%s:%s@%s:%d"
                        .formatted(
                                user,
                                PASSWORD,
                                there.getHost(),
                                there.getPort() > 0 ? there.getPort() : 5672));
    }

    private Connection connection() throws Exception {
        var factory = new ConnectionFactory();
        factory.setUri(own());
        factory.setAutomaticRecoveryEnabled(false);
        return factory.newConnection();
    }

    @Test
    void aWorkerOfTheGroupDoesItsWork() {
        try (var worker = broker(own(), false)) {
            worker.start();
            var got = new CopyOnWriteArrayList<String>();
            worker.listen(topology().controlExchange(), List.of("#"), _ -> got.add("control"));
            worker.listen(
                    topology().jobsExchange(),
                    List.of(Topology.workerKey("host-1")),
                    _ -> got.add("directory"));
            var jobs = topology().jobs("payments", "bank");
            worker.declare(jobs);
            worker.consume(
                    jobs.queue(),
                    1,
                    delivery -> {
                        got.add("job");
                        delivery.ack();
                    });
            var lanes = topology().lanesExchange();
            worker.publisher()
                    .publish(OutgoingMessage.durable(lanes, Topology.laneKey(0), "a result"));
            all.publisher()
                    .publish(
                            List.of(
                                    OutgoingMessage.durable(
                                            topology().jobsExchange(),
                                            Topology.jobKey("payments", "bank"),
                                            "a job"),
                                    OutgoingMessage.transientEvent(
                                            topology().controlExchange(), "kill", "a kill"),
                                    OutgoingMessage.transientEvent(
                                            topology().jobsExchange(),
                                            Topology.workerKey("host-1"),
                                            "a job")));

            await().untilAsserted(() ->
                    assertThat(got).containsExactlyInAnyOrder("job", "control", "directory"));
        }
    }

    private interface Attempt {
        void on(Channel channel) throws Exception;
    }

    private void refused(Attempt attempt) throws Exception {
        try (var connection = connection()) {
            var channel = connection.createChannel();
            channel.confirmSelect();
            assertThatThrownBy(
                            () -> {
                                attempt.on(channel);
                                // a refused message closes the channel
                                channel.waitForConfirmsOrDie(TimeUnit.SECONDS.toMillis(5));
                            })
                    .satisfies(e -> assertThat(said(e)).contains("ACCESS_REFUSED"));
        }
    }

    private static String said(Throwable failure) {
        var text = new StringBuilder();
        for (Throwable e = failure; e != null; e = e.getCause()) {
            text.append(e.getMessage()).append(' ');
        }
        return text.toString();
    }

    @Test
    void itTakesNoJobsOfOthers() throws Exception {
        var jobs = topology().jobsExchange();
        for (var queue :
                List.of(
                        topology().jobQueue("payments", "else"),
                        topology().jobQueue("x", "bank"),
                        topology().laneQueue(0),
                        topology().auditStoreQueue(),
                        topology().logStoreQueue())) {
            refused(channel -> channel.basicGet(queue, true));
            refused(channel -> channel.queuePurge(queue));
            refused(channel -> channel.queueDelete(queue));
        }
        for (var key : List.of("#", "*.*", "payments.*", "payments.else", "x.bank", "@.#", "@.*")) {
            refused(channel -> channel.queueBind(channel.queueDeclare().getQueue(), jobs, key));
        }
        for (var exchange :
                List.of(
                        topology().lanesExchange(),
                        topology().logsExchange(),
                        topology().auditExchange(),
                        topology().feedExchange(),
                        topology().flowsExchange())) {
            refused(channel -> channel.queueBind(channel.queueDeclare().getQueue(), exchange, "#"));
        }
    }

    @Test
    void itSpeaksForNobodyElse() throws Exception {
        var body = "x".getBytes(StandardCharsets.UTF_8);
        var there =
                List.of(
                        List.of(topology().jobsExchange(), "payments.bank"),
                        List.of(topology().jobsExchange(), "x.bank"),
                        List.of(topology().logsExchange(), "else"),
                        List.of(topology().auditExchange(), "bank"),
                        List.of(topology().controlExchange(), "kill"),
                        List.of(topology().feedExchange(), "bank.a.SUCCESS"),
                        List.of("", topology().laneQueue(0)),
                        List.of("", topology().auditStoreQueue()));
        for (var to : there) {
            refused(channel -> channel.basicPublish(to.get(0), to.get(1), null, body));
        }
        assertThatCode(
                        () -> {
                            try (var connection = connection()) {
                                var channel = connection.createChannel();
                                channel.confirmSelect();
                                channel.basicPublish(topology().logsExchange(), "bank", null, body);
                                channel.waitForConfirmsOrDie(5_000);
                            }
                        })
                .doesNotThrowAnyException();
    }
}
