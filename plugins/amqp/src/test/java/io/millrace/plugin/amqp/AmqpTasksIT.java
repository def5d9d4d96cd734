// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.amqp;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.plugin.NothingNewException;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.test.DyingWorker;
import io.millrace.test.FakeContext;
import io.millrace.test.RunningTask;
import io.millrace.test.SilentServer;
import io.millrace.test.Tasks;
import io.millrace.test.TestBroker;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against RabbitMQ, or the embedded broker.
class AmqpTasksIT {
    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));
    private final TestBroker broker = TestBroker.create();
    private final String queue = "plugin-" + UUID.randomUUID();

    @BeforeEach
    void begin() throws Exception {
        context = new FakeContext(directory);
        run(new CreateQueue(), "name", queue, "durability", false);
    }

    @AfterEach
    void end() throws Exception {
        try (var connection = broker.connect();
                var channel = connection.createChannel()) {
            channel.queueDelete(queue);
        }
        broker.close();
    }

    private Map<String, @Nullable Object> run(TaskPlugin<?, ?> task, Object... properties)
            throws Exception {
        context.executionId = UUID.randomUUID().toString();
        return attempt(task, properties);
    }

    /// One more of the same task run.
    private Map<String, @Nullable Object> attempt(TaskPlugin<?, ?> task, Object... properties)
            throws Exception {
        var all = new HashMap<String, @Nullable Object>();
        all.put("url", broker.uri().toString());
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        return Tasks.run(task, context, all);
    }

    @Test
    void whatIsSentIsTakenOnce() throws Exception {
        context.store(
                "kestra:///in",
                "{\"data\":{\"n\":1},\"messageId\":\"m1\",\"headers\":{\"h\":\"x\"}}\n{\"data\":{\"n\":2}}\n");
        run(
                new Publish(),
                "exchange",
                "",
                "routingKey",
                queue,
                "from",
                "kestra:///in",
                "serdeType",
                "JSON");
        run(new Publish(), "exchange", "", "routingKey", queue, "from", List.of("plain"));

        var some = run(new Consume(), "queue", queue, "serdeType", "JSON", "maxRecords", 2);
        var rest = run(new Trigger(), "queue", queue, "maxDuration", "PT1S");

        assertThat(some).containsEntry("count", 2L);
        assertThat(context.text(URI.create(String.valueOf(some.get("uri")))))
                .contains("\"messageId\":\"m1\"", "\"data\":{\"n\":2}", "\"h\":\"x\"");
        assertThat(requireNonNull(context.text(URI.create(String.valueOf(rest.get("uri"))))))
                .contains("plain");
        assertThatThrownBy(() -> run(new Trigger(), "queue", queue))
                .isInstanceOf(NothingNewException.class);
    }

    private String take() throws Exception {
        var uri = String.valueOf(attempt(new Consume(), "queue", queue).get("uri"));
        return requireNonNull(context.text(URI.create(uri)));
    }

    private void send(List<String> texts) throws Exception {
        attempt(new Publish(), "exchange", "", "routingKey", queue, "from", texts);
    }

    @Test
    void noMessageIsLostWhereverTheWorkerDies() throws Exception {
        var worker = new DyingWorker(context, this::send, this::take);
        worker.losesNothing();
        worker.isFencedIfItLives();
    }

    @Test
    void whatIsMoreThanWasAskedForStaysInTheQueue() throws Exception {
        send(List.of("1", "2", "3"));

        var some = run(new Consume(), "queue", queue, "maxRecords", 2);
        context.executionId = "next";

        assertThat(some).containsEntry("count", 2L);
        assertThat(take()).contains("3").doesNotContain("\"2\"");
    }

    @Test
    void anExchangeLeadsToTheQueue() throws Exception {
        var exchange = queue + "-x";
        run(
                new DeclareExchange(),
                "name",
                exchange,
                "exchangeType",
                "TOPIC",
                "autoDelete",
                true,
                "durability",
                false);
        run(new QueueBind(), "queue", queue, "exchange", exchange, "routingKey", "a.*");
        run(new Publish(), "exchange", exchange, "routingKey", "a.b", "from", List.of("x", "y"));

        assertThat(run(new Consume(), "queue", queue, "autoAck", true, "consumerTag", "me"))
                .containsEntry("count", 2L);
        assertThat(run(new Consume(), "queue", queue)).containsEntry("count", 0L);
    }

    @Test
    void whatDoesntConnectOrIsntThereIsSaid() throws Exception {
        assertThatThrownBy(() -> run(new Consume(), "queue", "no-such-queue"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("The broker refuses");
        var uri = broker.uri();
        var wrong = "amqp://nobody:wr0ng@%s:%d".formatted(uri.getHost(), uri.getPort());
        assertThatThrownBy(() -> run(new Consume(), "queue", queue, "url", wrong))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("refuses the user")
                .hasMessageNotContaining("wr0ng");
        var elsewhere = uri.resolve("/no-such-host").toString();
        assertThatThrownBy(() -> run(new Consume(), "queue", queue, "url", elsewhere))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageStartingWith("The broker refuses: ");
        var nowhere = "amqp://127.0.0.1:" + SilentServer.closedPort();
        assertThatThrownBy(() -> run(new Consume(), "queue", queue, "url", nowhere))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("Unable to reach");
    }

    @Test
    void aBrokerThatHangsIsLeftWhenTheTaskIsCancelled() throws Exception {
        SilentServer.isLeft(
                context,
                port -> run(new Consume(), "queue", queue, "url", "amqp://127.0.0.1:" + port));
    }

    @Test
    void aKillEndsTheTaking() {
        var task =
                RunningTask.start(
                        context, () -> run(new Consume(), "queue", queue, "maxDuration", "PT300S"));
        await().until(() -> !context.onCancel.isEmpty());

        assertThat(task.cancel()).isNotNull();
    }
}
