// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskFailedException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A server that hangs.
class PatienceTest {
    private static final PluginSettings SETTINGS = new PluginSettings(Map.of());

    private final CountDownLatch ended = new CountDownLatch(1);
    private final HttpServer server;

    PatienceTest() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeEach
    void start() {
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(
                "/",
                exchange -> {
                    exchange.sendResponseHeaders(200, 100);
                    exchange.getResponseBody().write("begun".getBytes(StandardCharsets.UTF_8));
                    exchange.getResponseBody().flush();
                    try {
                        ended.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        server.start();
    }

    @AfterEach
    void stop() {
        ended.countDown();
        server.stop(0);
    }

    private int port() {
        return server.getAddress().getPort();
    }

    @Test
    void anAnswerThatStopsInTheMiddleIsLeft() {
        try (var http = new JsonHttp(SETTINGS)) {
            assertThatThrownBy(() ->
                            http.send(
                                    "GET",
                                    "http://127.0.0.1:%d/".formatted(port()),
                                    Map.of(),
                                    null,
                                    Duration.ofMillis(200)))
                    .isInstanceOf(TaskFailedException.class)
                    .hasMessage("No answer in time from 127.0.0.1");
        }
    }
}
