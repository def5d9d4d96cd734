// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskFailedException;
import io.millrace.test.FakeContext;
import io.millrace.test.SilentServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeliverTest {
    private static final Instant NOON = Instant.parse("2024-05-15T12:00:00Z");
    private static final String EVENT = "{\"id\":\"e-1\",\"data\":{\"name\":\"Zoë\"}}";

    @TempDir Path directory;
    private final Map<String, String> seen = new ConcurrentHashMap<>();
    private final Deliver deliver = new Deliver(() -> NOON);
    private HttpServer server;

    DeliverTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeEach
    void start() {
        deliver.start(new PluginSettings(Map.of()));
        server.createContext(
                "/",
                exchange -> {
                    exchange.getRequestHeaders()
                            .forEach((name, values) -> seen.put(name, values.getFirst()));
                    seen.put("body", new String(exchange.getRequestBody().readAllBytes(), UTF_8));
                    var status = Integer.parseInt(exchange.getRequestURI().getPath().substring(1));
                    exchange.getResponseHeaders().set("Location", "http://169.254.169.254/");
                    exchange.sendResponseHeaders(status, -1);
                    exchange.close();
                });
        server.start();
    }

    @AfterEach
    void stop() {
        deliver.close();
        server.stop(0);
    }

    private int deliver(String uri, String key) throws Exception {
        return deliver(uri, key, new FakeContext(directory));
    }

    private int deliver(String uri, String key, FakeContext context) throws Exception {
        return deliver.run(new Deliver.Properties(uri, EVENT, key.isEmpty() ? null : key), context)
                .code();
    }

    private String local(int status) {
        return "http://127.0.0.1:%d/%d".formatted(server.getAddress().getPort(), status);
    }

    @Test
    void anEventIsPostedAndSigned() throws Exception {
        int code = deliver(local(202), "a key");

        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("a key".getBytes(UTF_8), "HmacSHA256"));
        var expected =
                HexFormat.of()
                        .formatHex(
                                mac.doFinal((NOON.getEpochSecond() + "." + EVENT).getBytes(UTF_8)));
        assertThat(code).isEqualTo(202);
        assertThat(seen)
                .containsEntry("body", EVENT)
                .containsEntry("Content-type", "application/cloudevents+json; charset=UTF-8")
                .containsEntry("Idempotency-key", "e-1")
                .containsEntry(
                        "X-millrace-signature", "t=" + NOON.getEpochSecond() + ",v1=" + expected);
    }

    @Test
    void withoutAKeyThereIsNoSignature() throws Exception {
        deliver(local(200), "");

        assertThat(seen).doesNotContainKey("X-millrace-signature");
    }

    @Test
    void whatIsNotTakenFailsAndSaysHow() {
        assertThatThrownBy(() -> deliver(local(503), "k"))
                .isInstanceOfSatisfying(
                        TaskFailedException.class,
                        e -> assertThat(e.outputs()).isEqualTo(Map.of("code", 503)))
                .hasMessage("The receiver answered 503");
    }

    @Test
    void noRedirectIsFollowedAndNoMetadataServiceReached() {
        assertThatThrownBy(() -> deliver(local(302), "k")).hasMessage("The receiver answered 302");
        assertThatThrownBy(() -> deliver("http://169.254.169.254/latest", "k"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageNotContaining("answered");
    }

    @Test
    void aReceiverThatIsAwayIsSaidAndOneThatHangsIsLeft() throws Exception {
        int closed = SilentServer.closedPort();
        assertThatThrownBy(() -> deliver("http://127.0.0.1:%d/hook".formatted(closed), "k"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessage("Unable to connect to http://127.0.0.1:" + closed);
        var context = new FakeContext(directory);
        SilentServer.isLeft(
                context, port -> deliver("http://127.0.0.1:%d/".formatted(port), "k", context));
    }
}
