// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.camel;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.plugin.NothingNewException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.test.DyingWorker;
import io.millrace.test.FakeContext;
import io.millrace.test.SilentServer;
import io.millrace.test.Tasks;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.ftpserver.FtpServer;
import org.apache.ftpserver.FtpServerFactory;
import org.apache.ftpserver.listener.ListenerFactory;
import org.apache.ftpserver.usermanager.impl.BaseUser;
import org.apache.ftpserver.usermanager.impl.WritePermission;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The component for FTP against Apache's server: it is sent to, polled and listened to.
class CamelIT {
    @TempDir static Path root = Path.of(".");
    private static @Nullable FtpServer server;
    private static int port;

    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));

    @BeforeAll
    static void start() throws Exception {
        port = SilentServer.closedPort();
        var listener = new ListenerFactory();
        listener.setServerAddress("127.0.0.1");
        listener.setPort(port);
        var factory = new FtpServerFactory();
        factory.addListener("default", listener.createListener());
        var user = new BaseUser();
        user.setName("ada");
        user.setPassword("love&lace+#");
        user.setHomeDirectory(root.toString());
        user.setAuthorities(List.of(new WritePermission()));
        factory.getUserManager().save(user);
        server = factory.createServer();
        requireNonNull(server).start();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.stop();
        }
    }

    @BeforeEach
    void begin() {
        context = new FakeContext(directory);
    }

    private static String uri(String folder) {
        return "ftp:127.0.0.1:%d/%s".formatted(port, folder);
    }

    private static Map<String, @Nullable Object> parameters(Object... more) {
        var all = new HashMap<String, @Nullable Object>();
        all.put("username", "ada");
        all.put("password", "love&lace+#");
        all.put("passiveMode", true);
        for (int i = 0; i < more.length; i += 2) {
            all.put(String.valueOf(more[i]), more[i + 1]);
        }
        return all;
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
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        return Tasks.run(task, context, all);
    }

    private void send(String folder, String name, Object body) throws Exception {
        attempt(
                new Send(),
                "uri",
                uri(folder),
                "parameters",
                parameters(),
                "body",
                body,
                "headers",
                Map.of("CamelFileName", name));
    }

    @Test
    void whatIsSentIsReceivedOnce() throws Exception {
        context.store("kestra:///in", "content of a file");
        send("in", "a.txt", "one");
        send("in", "b.txt", "kestra:///in");
        assertThat(root.resolve("in/b.txt")).hasContent("content of a file");
        Object[] look = {
            "uri", uri("in"), "parameters", parameters("delete", true), "pollDuration", "PT3S"
        };

        var received = run(new Receive(), look);

        assertThat(received).containsEntry("messagesCount", 2L);
        assertThat(context.text(URI.create(String.valueOf(received.get("uri")))))
                .contains(
                        "\"body\":\"one\"",
                        "\"body\":\"content of a file\"",
                        "\"CamelFileName\":\"a.txt\"");
        assertThat(root.resolve("in")).isEmptyDirectory();
        assertThatThrownBy(() -> run(new Trigger(), look)).isInstanceOf(NothingNewException.class);
    }

    @Test
    void noFileIsLostWhereverTheWorkerDies() throws Exception {
        Files.createDirectories(root.resolve("dying"));
        Object[] look = {
            "uri", uri("dying"), "parameters", parameters("delete", true), "pollDuration", "PT2S"
        };
        new DyingWorker(
                        context,
                        texts -> {
                            for (var text : texts) {
                                send("dying", text, text);
                            }
                        },
                        () -> {
                            var uri = String.valueOf(attempt(new Receive(), look).get("uri"));
                            return requireNonNull(context.text(URI.create(uri)));
                        })
                .losesNothing();
    }

    @Test
    void manyMessagesAreSentFromAFile() throws Exception {
        context.store(
                "kestra:///rows",
                "{\"body\":\"1\",\"headers\":{\"CamelFileName\":\"1\"}}\n{\"body\":{\"n\":2},\"headers\":{\"CamelFileName\":\"2\"}}\n");

        var sent =
                run(
                        new Send(),
                        "uri",
                        uri("many"),
                        "parameters",
                        parameters(),
                        "from",
                        "kestra:///rows");

        assertThat(sent).containsEntry("messagesCount", 2L);
        assertThat(root.resolve("many/2")).hasContent("{\"n\":2}");
    }

    @Test
    void eachFileIsHeard() throws Exception {
        var heard = new CopyOnWriteArrayList<@Nullable String>();
        var properties =
                new RealtimeTrigger.Properties(
                        new Target(uri("live"), parameters("delete", true)), "CamelFileName");
        var listener =
                Thread.ofVirtual()
                        .start(() -> {
                            try (var trigger = new RealtimeTrigger()) {
                                trigger.listen(
                                        properties,
                                        (id, message) -> heard.add(id + " " + message.body()),
                                        context);
                            } catch (Exception _) {
                                // it has ended
                            }
                        });

        send("live", "x.json", Map.of("n", 1));
        await().until(() -> !heard.isEmpty());
        await().until(() -> Files.notExists(root.resolve("live/x.json")));
        listener.interrupt();
        listener.join();

        assertThat(heard).containsExactly("x.json {\"n\":1}");
    }

    @Test
    void aBodyThatIsTooLongIsNoOutputButMayBeAFile() throws Exception {
        Files.createDirectories(root.resolve("big"));
        Files.writeString(root.resolve("big/long.txt"), "x".repeat(2 << 20));
        Object[] receive = {"uri", uri("big"), "parameters", parameters(), "store", false};

        assertThatThrownBy(() -> run(new Receive(), receive))
                .hasMessageContaining("is no output: set `store`");
        receive[5] = true;
        run(new Receive(), receive);

        assertThat(context.stored().values()).anyMatch(text -> text.length() == 2 << 20);
    }

    @Test
    void whatTheServerRefusesIsSaidWithoutThePassword() {
        assertThatThrownBy(() ->
                        run(
                                new Send(),
                                "uri",
                                uri("in"),
                                "parameters",
                                parameters("password", "wr0ng"),
                                "body",
                                "x"))
                .hasMessageStartingWith("The endpoint fails: ")
                .hasMessageNotContaining("wr0ng");
    }
}
