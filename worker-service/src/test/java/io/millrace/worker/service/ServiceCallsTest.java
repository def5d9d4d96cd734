// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ServiceCallsTest {

    /// What one tenant's backend is away for keeps the service from nobody: no breaker opens.
    @Test
    void aServiceThatCannotSayNowIsAskedOn() throws IOException {
        var asked = new AtomicInteger();
        var server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    asked.incrementAndGet();
                    var body =
                            "{\"detail\": \"The secrets backend 'corporate' is away\"}"
                                    .getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(503, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        try (var http = HttpClient.newHttpClient()) {
            var base = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
            var calls = new ServiceCalls("secrets", http, base, Duration.ofSeconds(5));

            for (int i = 0; i < 4; i++) {
                assertThatThrownBy(() -> calls.get("/x", "token", String.class))
                        .isInstanceOf(ServiceCalls.NotNowException.class)
                        .hasMessage("The secrets backend 'corporate' is away");
            }
        } finally {
            server.stop(0);
        }
        assertThat(asked).as("all attempts of four calls").hasValue(16);
    }
}
