// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.mqtt;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.plugin.NothingNewException;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.test.DyingWorker;
import io.millrace.test.FakeContext;
import io.millrace.test.Mosquitto;
import io.millrace.test.RunningTask;
import io.millrace.test.SilentServer;
import io.millrace.test.Tasks;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Against Mosquitto.
class MqttIT {
    private static @Nullable Mosquitto broker;

    @TempDir static Path data = Path.of(".");
    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(Mosquitto.isInstalled(), "mosquitto is installed");
        broker = Mosquitto.start(data);
    }

    @AfterAll
    static void stop() {
        if (broker != null) {
            broker.close();
        }
    }

    @BeforeEach
    void begin() {
        context = new FakeContext(directory);
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
        all.put("server", requireNonNull(broker).server());
        all.put("username", Mosquitto.USER);
        all.put("password", Mosquitto.PASSWORD);
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        return Tasks.run(task, context, all);
    }

    @Test
    void whatIsSentMeanwhileIsTakenOnceByTheNameOfAClient() throws Exception {
        Object[] brief = {
            "topic", "orders/#", "clientId", "reader", "pollDuration", "PT0.3S", "serdeType", "JSON"
        };
        Object[] patient = {
            "topic",
            "orders/#",
            "clientId",
            "reader",
            "pollDuration",
            "PT20S",
            "serdeType",
            "JSON",
            "maxRecords",
            200
        };
        assertThat(run(new Subscribe(), brief)).containsEntry("messagesCount", 0L);
        var rows = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            rows.append("{\"payload\":{\"n\":%d},\"properties\":{\"p\":\"x\"}}\n".formatted(i));
        }
        context.store("kestra:///in", rows.toString());

        var sent =
                run(
                        new Publish(),
                        "topic",
                        "orders/new",
                        "from",
                        "kestra:///in",
                        "serdeType",
                        "JSON");
        var taken = run(new Subscribe(), patient);
        var again = run(new Subscribe(), brief);

        assertThat(sent).containsEntry("messagesCount", 200L);
        assertThat(taken).containsEntry("messagesCount", 200L);
        assertThat(context.text(URI.create(String.valueOf(taken.get("uri")))))
                .contains("\"topic\":\"orders/new\"", "{\"p\":\"x\"}", "\"payload\":{\"n\":199}");
        assertThat(again).containsEntry("messagesCount", 0L);
    }

    private DyingWorker worker(int qos) {
        var topic = "dying/" + qos;
        return new DyingWorker(
                context,
                texts -> attempt(new Publish(), "topic", topic, "from", texts, "qos", qos),
                () -> take(topic, qos));
    }

    private String take(String topic, int qos) throws Exception {
        var outputs =
                attempt(
                        new Subscribe(),
                        "topic",
                        topic,
                        "clientId",
                        topic,
                        "pollDuration",
                        "PT0.5S",
                        "qos",
                        qos);
        return requireNonNull(context.text(URI.create(String.valueOf(outputs.get("uri")))));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void noMessageIsLostWhereverTheWorkerDies(int qos) throws Exception {
        context.executionId = "before";
        take("dying/" + qos, qos);

        var worker = worker(qos);
        worker.losesNothing();
        worker.isFencedIfItLives();
    }

    @Test
    void aQuestionSaysWhereItsAnswerIsAwaited() throws Exception {
        Object[] brief = {"topic", "questions", "clientId", "answers", "pollDuration", "PT0.3S"};
        Object[] patient = {
            "topic", "questions", "clientId", "answers", "pollDuration", "PT20S", "maxRecords", 1
        };
        run(new Subscribe(), brief);

        run(
                new Publish(),
                "topic",
                "questions",
                "from",
                "how much?",
                "responseTopic",
                "replies/1",
                "correlationData",
                "aWQ=");
        var taken = run(new Subscribe(), patient);

        assertThat(context.text(URI.create(String.valueOf(taken.get("uri")))))
                .contains("\"responseTopic\":\"replies/1\"", "\"correlationData\":\"aWQ=\"");
        assertThatThrownBy(() ->
                        run(
                                new Publish(),
                                "topic",
                                "questions",
                                "from",
                                "x",
                                "correlationData",
                                "no Base64"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("correlationData");
    }

    @Test
    void aTriggerFindsWhatCameSinceTheLastTime() throws Exception {
        Object[] brief = {"topic", "alarms", "pollDuration", "PT0.3S"};
        Object[] patient = {"topic", "alarms", "pollDuration", "PT20S", "maxRecords", 2};
        assertThatThrownBy(() -> run(new Trigger(), brief)).isInstanceOf(NothingNewException.class);

        run(new Publish(), "topic", "alarms", "from", List.of("fire", "flood"));

        assertThat(run(new Trigger(), patient)).containsEntry("messagesCount", 2L);
        assertThatThrownBy(() -> run(new Trigger(), brief)).isInstanceOf(NothingNewException.class);
    }

    @Test
    void whatWasHeardButNotTakenComesAgain() throws Exception {
        var heard = new CopyOnWriteArrayList<String>();
        var dies = new AtomicBoolean(true);
        var first = listen(heard, dies);
        await().ignoreExceptions()
                .until(() -> {
                    run(new Publish(), "topic", "live", "from", "one", "retain", true);
                    return !first.isAlive();
                });
        heard.clear();
        dies.set(false);

        var second = listen(heard, dies);
        await().until(() -> heard.contains("one"));
        run(new Publish(), "topic", "live", "from", "two");
        await().until(() -> heard.contains("two"));
        second.interrupt();
        second.join();

        // what is retained comes once more whenever somebody subscribes: perhaps after "two"
        assertThat(heard).startsWith("one");
    }

    private Thread listen(List<String> heard, AtomicBoolean dies) {
        var properties =
                new RealtimeTrigger.Properties(
                        new Broker(
                                requireNonNull(broker).server(),
                                null,
                                Mosquitto.USER,
                                Mosquitto.PASSWORD,
                                Duration.ofSeconds(10),
                                null,
                                true,
                                "V5"),
                        new Subscription("live", 1, Serde.STRING));
        return Thread.ofVirtual()
                .start(() -> {
                    try (var trigger = new RealtimeTrigger()) {
                        trigger.listen(
                                properties,
                                (_, message) -> {
                                    heard.add(String.valueOf(message.payload()));
                                    if (dies.get()) {
                                        throw new InterruptedException("killed here");
                                    }
                                },
                                context);
                    } catch (Exception _) {
                        // it has ended
                    }
                });
    }

    @Test
    void overTlsTheBrokerIsBelievedIfItsAuthorityIsGiven() throws Exception {
        var secure = requireNonNull(broker).secureServer();
        Object[] message = {"topic", "t", "from", "x", "server", secure};

        assertThatThrownBy(() -> run(new Publish(), message))
                .hasMessageStartingWith("Unable to connect to the broker at ")
                .hasMessageContaining("certification path");
        assertThat(
                        run(
                                new Publish(),
                                "topic",
                                "t",
                                "from",
                                "x",
                                "server",
                                secure,
                                "crt",
                                requireNonNull(broker).certificate()))
                .containsEntry("messagesCount", 1L);
    }

    @Test
    void wrongCredentialsAClosedPortASilentServerAndADeniedHostAreSaid() throws Exception {
        Object[] message = {"topic", "t", "from", "x"};
        assertThatThrownBy(() -> run(new Publish(), "topic", "t", "from", "x", "password", "wr0ng"))
                .hasMessage("The broker refuses the user or the password");
        int closed = SilentServer.closedPort();
        assertThatThrownBy(() ->
                        run(
                                new Publish(),
                                "topic",
                                "t",
                                "from",
                                "x",
                                "server",
                                "tcp://127.0.0.1:" + closed))
                .hasMessageStartingWith("Unable to connect to the broker");
        assertThatThrownBy(() ->
                        run(new Publish(), "topic", "t", "from", "x", "server", "http://host"))
                .hasMessage("Expected a server such as tcp://host:1883");
        assertThatThrownBy(() -> run(new Publish(), "topic", "t/#", "from", "x"))
                .hasMessageStartingWith("A message doesn't fit");
        var denied = new Publish();
        denied.start(new PluginSettings(Map.of("egress.deny", "127.0.0.0/8")));
        assertThatThrownBy(() -> run(denied, message)).hasMessageContaining("egress");
        SilentServer.isLeft(
                context,
                port ->
                        run(
                                new Publish(),
                                "topic",
                                "t",
                                "from",
                                "x",
                                "server",
                                "tcp://127.0.0.1:" + port));
        SilentServer.isLeft(
                new FakeContext(directory),
                port -> run(new Subscribe(), "topic", "t", "server", "tcp://127.0.0.1:" + port));
    }

    @Test
    void aKillEndsTheTaking() {
        var task =
                RunningTask.start(
                        context,
                        () -> run(new Subscribe(), "topic", "quiet", "pollDuration", "PT10M"));

        assertThat(task.cancel()).isNotNull();
    }
}
