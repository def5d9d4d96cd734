// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.redis;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.plugin.NothingNewException;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.test.DyingWorker;
import io.millrace.test.FakeContext;
import io.millrace.test.RunningTask;
import io.millrace.test.SilentServer;
import io.millrace.test.Tasks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
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
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/// Against a Redis of its own.
class RedisIT {
    private static final Path PROGRAM = Path.of("/usr/bin/redis-server");
    private static final int PORT = port();
    private static final String URL = "redis://127.0.0.1:%d/0".formatted(PORT);

    @TempDir static Path data = Path.of(".");
    private static @Nullable Process server;

    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));
    private String key = "";

    private static int port() {
        try {
            return SilentServer.closedPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @BeforeAll
    static void start() throws IOException {
        assumeTrue(Files.isExecutable(PROGRAM), "redis-server is installed");
        server =
                new ProcessBuilder(
                                PROGRAM.toString(),
                                "--port",
                                String.valueOf(PORT),
                                "--bind",
                                "127.0.0.1",
                                "--save",
                                "",
                                "--dir",
                                data.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(data.resolve("server.log").toFile())
                        .start();
        await("Redis answers").until(RedisIT::answers);
    }

    private static boolean answers() {
        try (var redis = new Jedis(URI.create(URL), 2000)) {
            return redis.ping().equals("PONG");
        } catch (JedisException _) {
            return false;
        }
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (server != null) {
            server.destroy();
            server.waitFor();
        }
    }

    @BeforeEach
    void begin() {
        context = new FakeContext(directory);
        key = "test-" + UUID.randomUUID();
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
        all.put("url", URL);
        all.put("key", key);
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        return Tasks.run(task, context, all);
    }

    @Test
    void aKeyIsWrittenReadCountedAndDeleted() throws Exception {
        run(
                new Set(),
                "value",
                Map.of("a", 1),
                "serdeType",
                "JSON",
                "options",
                Map.of("expirationDuration", "PT1H", "mustNotExist", true));

        assertThat(run(new Get(), "serdeType", "JSON")).containsEntry("data", Map.of("a", 1));
        assertThatThrownBy(
                        () -> run(new Set(), "value", "x", "options", Map.of("mustNotExist", true)))
                .isInstanceOf(TaskFailedException.class);
        assertThat(run(new Set(), "value", "5", "get", true).get("oldValue"))
                .isEqualTo("{\"a\":1}");
        assertThat(run(new Increment(), "amount", 2)).containsEntry("value", 7L);
        assertThat(run(new Delete(), "keys", List.of(key))).containsEntry("count", 1);
        assertThatThrownBy(() -> run(new Get(), "failedOnMissing", true))
                .hasMessageContaining("There is no key");
    }

    @Test
    void aListIsFilledAndTakenOnce() throws Exception {
        context.store("kestra:///in", "{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n");
        run(new ListPush(), "from", "kestra:///in", "serdeType", "JSON");

        var some = run(new ListPop(), "serdeType", "JSON", "maxRecords", 2, "count", 1);
        var rest = run(new Trigger(), "serdeType", "JSON");

        assertThat(context.text(URI.create(String.valueOf(some.get("uri")))))
                .isEqualTo("{\"n\":3}\n{\"n\":2}\n");
        assertThat(rest).containsEntry("count", 1L);
        assertThatThrownBy(() -> run(new Trigger())).isInstanceOf(NothingNewException.class);
        assertThat(run(new Publish(), "channel", key, "from", List.of("a", "b")))
                .containsEntry("count", 2);
    }

    private String take() throws Exception {
        var uri = String.valueOf(attempt(new ListPop()).get("uri"));
        return requireNonNull(context.text(URI.create(uri)));
    }

    @Test
    void noValueIsLostWhereverTheWorkerDies() throws Exception {
        var worker =
                new DyingWorker(
                        context, texts -> attempt(new ListPush(), "from", texts), this::take);
        worker.losesNothing();
        worker.isFencedIfItLives();

        try (var redis = new Jedis(URI.create(URL), 2000)) {
            assertThat(redis.keys(key + "*")).isEmpty();
        }
    }

    @Test
    void whatADeadWorkerHadInHandIsTakenByTheNextAttemptInItsOrder() throws Exception {
        context.taskRunId = "run-0";
        try (var redis = new Jedis(URI.create(URL), 2000)) {
            redis.rpush(key, "3", "4");
            // a kill -9 leaves it so
            redis.sadd(key + ":taken:run-0", key + ":taken:run-0:x");
            redis.rpush(key + ":taken:run-0:x", "1", "2");

            assertThat(take()).isEqualTo("\"1\"\n\"2\"\n\"3\"\n\"4\"\n");
            assertThat(redis.keys(key + "*")).isEmpty();
        }
    }

    @Test
    void whatAKillInterruptsIsGivenBack() throws Exception {
        try (var redis = new Jedis(URI.create(URL), 2000)) {
            redis.rpush(key, "1", "2");
            context.onPut =
                    () -> {
                        assertThat(redis.llen(key)).isZero();
                        Thread.currentThread().interrupt();
                        context.cancel();
                        throw new InterruptedException();
                    };

            assertThatThrownBy(this::take).isInstanceOf(Exception.class);

            assertThat(Thread.interrupted()).isTrue();
            assertThat(redis.lrange(key, 0, -1)).containsExactly("1", "2");
            assertThat(redis.keys(key + "*")).containsExactly(key);
            redis.del(key);
        }
    }

    @Test
    void whoFillsAListAtItsEndIsServedInHisOrder() throws Exception {
        try (var other = new Jedis(URI.create(URL), 2000)) {
            other.rpush(key, "first", "second");

            var taken = run(new ListPop(), "maxDuration", "PT10S");

            assertThat(context.text(URI.create(String.valueOf(taken.get("uri")))))
                    .isEqualTo("\"first\"\n\"second\"\n");
            assertThat(run(new Ttl())).containsEntry("ttl", -2L);
            other.set(key, "x");
            other.expire(key, 100);
            assertThat((Long) run(new Ttl()).get("ttl")).isBetween(90L, 100L);
            other.del(key);
        }
    }

    @Test
    void eachValueStartsAnExecutionAndNoneIsLostIfTheWorkerDies() throws Exception {
        var heard = new CopyOnWriteArrayList<@Nullable Object>();
        var p = new RealtimeTrigger.Properties(URL, key, Serde.JSON);
        try (var other = new Jedis(URI.create(URL), 2000)) {
            other.rpush(key, "1", "2");
            var first =
                    RunningTask.start(
                            context,
                            () -> {
                                new RealtimeTrigger()
                                        .listen(
                                                p,
                                                (_, value) -> {
                                                    heard.add(value.value());
                                                    throw new InterruptedException("killed here");
                                                },
                                                context);
                                return true;
                            });
            assertThat(first.await(Duration.ofSeconds(20)))
                    .isInstanceOf(InterruptedException.class);

            var second =
                    RunningTask.start(
                            context,
                            () -> {
                                new RealtimeTrigger()
                                        .listen(p, (_, value) -> heard.add(value.value()), context);
                                return true;
                            });
            await().atMost(Duration.ofSeconds(20)).until(() -> heard.size() >= 3);
            second.cancel();

            assertThat(heard).isEqualTo(List.of(1, 1, 2));
            await().until(() -> !other.exists(key) && !other.exists(key + ":taken"));
        }
    }

    @Test
    void whatDoesntConnectIsSaid() throws Exception {
        var wrong = URL.replace("redis://", "redis://nobody:wr0ng@");
        assertThatThrownBy(() -> run(new Get(), "url", wrong))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("refuses the user")
                .hasMessageNotContaining("wr0ng");
        var nowhere = "redis://:wr0ng@127.0.0.1:%d/0".formatted(SilentServer.closedPort());
        assertThatThrownBy(() -> run(new Get(), "url", nowhere))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("Unable to reach")
                .hasMessageNotContaining("wr0ng");
        assertThatThrownBy(() -> run(new Get(), "url", "redis://169.254.169.254:6379/0"))
                .hasMessageContaining("egress policy");
        assertThatThrownBy(() -> run(new Get(), "url", "no url:wr0ng"))
                .hasMessageContaining("Expected a URL")
                .hasMessageNotContaining("wr0ng");
    }

    @Test
    void aServerThatHangsIsLeftWhenTheTaskIsCancelled() throws Exception {
        SilentServer.isLeft(
                context, port -> run(new Get(), "url", "redis://127.0.0.1:%d/0".formatted(port)));
    }
}
