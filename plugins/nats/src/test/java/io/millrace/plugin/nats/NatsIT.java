// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.nats;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.plugin.NothingNewException;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskPlugin;
import io.millrace.test.DyingWorker;
import io.millrace.test.FakeContext;
import io.millrace.test.RunningTask;
import io.millrace.test.SilentServer;
import io.millrace.test.Tasks;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against nats-server with JetStream and a password.
@SuppressWarnings("try") // closing may be interrupted
class NatsIT {
    private static @Nullable Process server;
    private static int port;

    @TempDir static Path data = Path.of(".");
    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));

    @BeforeAll
    static void start() throws IOException {
        var program = Path.of("/usr/sbin/nats-server");
        assumeTrue(Files.isExecutable(program), "nats-server is installed");
        port = SilentServer.closedPort();
        var configuration =
                Files.writeString(
                        data.resolve("nats.conf"),
                        """
                        listen: "127.0.0.1:%d"
                        jetstream { store_dir: "%s" }
                        authorization { user: ops, password: s3cret }
                        """
                                .formatted(port, data.resolve("js")));
        server =
                new ProcessBuilder(program.toString(), "-c", configuration.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(data.resolve("log").toFile())
                        .start();
        await().atMost(Duration.ofSeconds(20)).until(NatsIT::answers);
    }

    private static boolean answers() {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.destroy();
        }
    }

    @BeforeEach
    void begin() {
        context = new FakeContext(directory);
    }

    private static Connection admin() throws Exception {
        return Nats.connect(
                new Options.Builder()
                        .server("nats://127.0.0.1:" + port)
                        .userInfo("ops".toCharArray(), "s3cret".toCharArray())
                        .build());
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
        all.put("url", "nats://127.0.0.1:" + port);
        all.put("username", "ops");
        all.put("password", "s3cret");
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        return Tasks.run(task, context, all);
    }

    @Test
    void whatIsSentToAStreamIsReadOnceByAName() throws Exception {
        try (var nats = admin()) {
            nats.jetStreamManagement()
                    .addStream(
                            StreamConfiguration.builder()
                                    .name("orders")
                                    .subjects("orders.>")
                                    .storageType(StorageType.Memory)
                                    .build());
        }
        context.store(
                "kestra:///in",
                "{\"data\":\"1\",\"headers\":{\"h\":\"x\"}}\n{\"data\":{\"n\":2}}\n");
        assertThat(run(new Produce(), "subject", "orders.new", "from", "kestra:///in"))
                .containsEntry("messagesCount", 2);
        run(new Produce(), "subject", "orders.new", "from", List.of("3", "4"));
        Object[] name = {"subject", "orders.new", "durableId", "d1", "pollDuration", "PT0.3S"};

        var first =
                run(
                        new Consume(),
                        "subject",
                        "orders.new",
                        "durableId",
                        "d1",
                        "pollDuration",
                        "PT0.3S",
                        "maxRecords",
                        3);
        var rest = run(new Trigger(), name);

        assertThat(first).containsEntry("messagesCount", 3L);
        assertThat(context.text(URI.create(String.valueOf(first.get("uri")))))
                .contains("\"headers\":{\"h\":[\"x\"]},\"data\":\"1\"", "{\\\"n\\\":2}");
        assertThat(rest).containsEntry("messagesCount", 1L);
        assertThatThrownBy(() -> run(new Trigger(), name)).isInstanceOf(NothingNewException.class);
        assertThat(run(new Consume(), "subject", "orders.new", "pollDuration", "PT0.3S"))
                .containsEntry("messagesCount", 4L);
        assertThatThrownBy(() -> run(new Consume(), "subject", "nothing.here"))
                .isInstanceOf(io.millrace.plugin.TaskFailedException.class);
    }

    /// By itself the server waits for 30 seconds before it sends again what it wasn't told of.
    private static void stream(String name, String consumer, AckPolicy acks) throws Exception {
        try (var nats = admin()) {
            nats.jetStreamManagement()
                    .addStream(
                            StreamConfiguration.builder()
                                    .name(name)
                                    .subjects(name + ".>")
                                    .storageType(StorageType.Memory)
                                    .build());
            nats.jetStreamManagement()
                    .addOrUpdateConsumer(
                            name,
                            ConsumerConfiguration.builder()
                                    .durable(consumer)
                                    .filterSubject(name + ".new")
                                    .ackPolicy(acks)
                                    .maxAckPending(1_000_000)
                                    .ackWait(Duration.ofSeconds(3))
                                    .build());
        }
    }

    @Test
    void noMessageIsLostWhereverTheWorkerDies() throws Exception {
        stream("dying", "d", AckPolicy.Explicit);
        var worker =
                new DyingWorker(
                        context,
                        texts -> attempt(new Produce(), "subject", "dying.new", "from", texts),
                        () -> {
                            var outputs =
                                    attempt(
                                            new Consume(),
                                            "subject",
                                            "dying.new",
                                            "durableId",
                                            "d",
                                            "pollDuration",
                                            "PT0.3S");
                            var uri = URI.create(String.valueOf(outputs.get("uri")));
                            return requireNonNull(context.text(uri));
                        });
        worker.losesNothing();
        worker.isFencedIfItLives();
    }

    @Test
    void eachMessageStartsAnExecutionAndNoneIsLostIfTheWorkerDies() throws Exception {
        stream("events", "r1", AckPolicy.Explicit);
        run(new Produce(), "subject", "events.new", "from", List.of("a", "b"));
        var heard = new CopyOnWriteArrayList<String>();
        var p =
                new RealtimeTrigger.Properties(
                        new Server("nats://127.0.0.1:" + port, "ops", "s3cret", null, null),
                        new From("events.new", "r1", null, 10, "All"));
        var first =
                RunningTask.start(
                        context,
                        () -> {
                            new RealtimeTrigger()
                                    .listen(
                                            p,
                                            (id, message) -> {
                                                heard.add(id + "=" + message.data());
                                                throw new InterruptedException("killed here");
                                            },
                                            context);
                            return true;
                        });
        assertThat(first.await(Duration.ofSeconds(20))).isInstanceOf(InterruptedException.class);

        var second =
                RunningTask.start(
                        context,
                        () -> {
                            new RealtimeTrigger()
                                    .listen(
                                            p,
                                            (id, message) -> heard.add(id + "=" + message.data()),
                                            context);
                            return true;
                        });
        await().atMost(Duration.ofSeconds(60)).until(() -> heard.size() >= 3);
        second.cancel();

        assertThat(heard).containsExactly("events-1=a", "events-1=a", "events-2=b");
    }

    @Test
    void aBucketKeepsValuesByKey() throws Exception {
        var made =
                run(
                        new BucketCreate(),
                        "name",
                        "settings",
                        "description",
                        "of a test",
                        "historyPerKey",
                        3,
                        "metadata",
                        Map.of("who", "ada"));
        Object[] bucket = {
            "bucketName", "settings", "values", Map.of("a", "one", "b", Map.of("n", 2))
        };

        var revisions = run(new BucketPut(), bucket).get("revisions");
        run(new BucketPut(), "bucketName", "settings", "values", Map.of("a", "two"));

        assertThat(made).containsEntry("bucket", "settings").containsEntry("history", 3L);
        assertThat(revisions).isInstanceOf(Map.class);
        var first = ((Map<?, ?>) revisions).get("a");
        assertThat(
                        run(
                                        new BucketGet(),
                                        "bucketName",
                                        "settings",
                                        "keys",
                                        List.of("a", "b", "none"))
                                .get("output"))
                .isEqualTo(Map.of("a", "two", "b", Map.of("n", 2)));
        assertThat(
                        run(
                                        new BucketGet(),
                                        "bucketName",
                                        "settings",
                                        "keyRevisions",
                                        Map.of("a", String.valueOf(first)))
                                .get("output"))
                .isEqualTo(Map.of("a", "one"));
        assertThat(run(new BucketDelete(), "bucketName", "settings", "keys", List.of("a")))
                .containsEntry("deletedCount", 1);
        assertThat(
                        run(new BucketGet(), "bucketName", "settings", "keys", List.of("a"))
                                .get("output"))
                .isEqualTo(Map.of());
        assertThatThrownBy(() -> run(new BucketGet(), "bucketName", "none", "keys", List.of("a")))
                .isInstanceOf(io.millrace.plugin.TaskFailedException.class);
    }

    @Test
    void aServiceIsAsked() throws Exception {
        try (var nats = admin()) {
            var dispatcher =
                    nats.createDispatcher(message ->
                            nats.publish(
                                    message.getReplyTo(),
                                    ("got " + new String(message.getData(), StandardCharsets.UTF_8))
                                            .getBytes(StandardCharsets.UTF_8)));
            dispatcher.subscribe("service");
            nats.flush(Duration.ofSeconds(5));

            assertThat(run(new Request(), "subject", "service", "from", "hello"))
                    .containsEntry("response", "got hello");
        }
        assertThatThrownBy(() ->
                        run(
                                new Request(),
                                "subject",
                                "nobody",
                                "from",
                                "x",
                                "requestTimeout",
                                "PT0.5S"))
                .hasMessage("Nobody answers at nobody within PT0.5S");
    }

    @Test
    void wrongCredentialsAClosedPortASilentServerAndADeniedHostAreSaid() throws Exception {
        Object[] message = {"subject", "s", "from", "x", "password", "wr0ng"};
        assertThatThrownBy(() -> run(new Produce(), message))
                .hasMessage("NATS at 127.0.0.1 refuses the user or the credentials");
        int closed = SilentServer.closedPort();
        assertThatThrownBy(() ->
                        run(
                                new Produce(),
                                "subject",
                                "s",
                                "from",
                                "x",
                                "url",
                                "nats://127.0.0.1:" + closed))
                .hasMessageStartingWith("Unable to speak to NATS");
        assertThatThrownBy(() ->
                        run(
                                new Produce(),
                                "subject",
                                "s",
                                "from",
                                "x",
                                "url",
                                "nats://ops:hidden@127.0.0.1:" + closed))
                .hasMessageStartingWith("Unable to speak to NATS")
                .hasMessageNotContaining("hidden");
        assertThatThrownBy(
                        () -> run(new Produce(), "subject", "s", "from", "x", "url", "http://host"))
                .hasMessage("Expected a URL such as nats://host:4222");
        var denied = new Produce();
        denied.start(new PluginSettings(Map.of("egress.deny", "127.0.0.0/8")));
        assertThatThrownBy(() -> run(denied, "subject", "s", "from", "x"))
                .hasMessageContaining("egress");
        SilentServer.isLeft(
                context,
                port ->
                        run(
                                new Produce(),
                                "subject",
                                "s",
                                "from",
                                "x",
                                "url",
                                "nats://127.0.0.1:" + port));
    }

    @Test
    void aKillEndsTheReading() throws Exception {
        try (var nats = admin()) {
            nats.jetStreamManagement()
                    .addStream(
                            StreamConfiguration.builder()
                                    .name("quiet")
                                    .subjects("quiet")
                                    .storageType(StorageType.Memory)
                                    .build());
            var task =
                    RunningTask.start(
                            context,
                            () ->
                                    run(
                                            new Consume(),
                                            "subject",
                                            "quiet",
                                            "durableId",
                                            "q",
                                            "pollDuration",
                                            "PT10M"));
            await().until(() -> nats.jetStreamManagement().getConsumerNames("quiet").contains("q"));

            assertThat(task.cancel()).isNotNull();
        }
    }
}
