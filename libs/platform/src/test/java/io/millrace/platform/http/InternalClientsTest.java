// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.millrace.platform.http.InternalClientProperties.Bounds;
import io.millrace.platform.identity.IdentityKeys;
import io.millrace.platform.identity.TokenSigner;
import io.millrace.platform.identity.TokenVerifier;
import io.millrace.platform.problem.ServiceException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.web.client.RestClient;

class InternalClientsTest {
    private static final Bounds BOUNDS =
            new Bounds(
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(2),
                    3,
                    Duration.ofMillis(1),
                    4,
                    Duration.ofMinutes(1));

    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicReference<String> authorization = new AtomicReference<>("");
    private HttpServer server;
    private RestClient client;
    private Path keys;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        keys = directory;
        IdentityKeys.generate(keys);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    calls.incrementAndGet();
                    authorization.set(exchange.getRequestHeaders().getFirst("Authorization"));
                    boolean fails = failures.getAndDecrement() > 0;
                    var body = "pong".getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(fails ? 503 : 200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        var url = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        var properties =
                new InternalClientProperties(
                        Map.of("flow", new InternalClientProperties.Service(url)), BOUNDS);
        var signer =
                new TokenSigner(
                        IdentityKeys.keyFile(keys, "execution"),
                        Duration.ofMinutes(1),
                        Clock.systemUTC());
        client =
                new InternalClients(
                                properties,
                                RestClient.builder(),
                                signer,
                                InternalClients.breakers(BOUNDS),
                                InternalClients.retries(BOUNDS),
                                InternalClients.bulkheads(BOUNDS))
                        .client("flow");
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private String call() {
        return String.valueOf(client.get().uri("/internal/x").retrieve().body(String.class));
    }

    @Test
    void callBearsTheServicesToken() throws Exception {
        assertThat(call()).isEqualTo("pong");

        var verifier =
                new TokenVerifier(
                        keys.resolve("trusted.jwks"), Duration.ofSeconds(5), Clock.systemUTC());
        var token = authorization.get().substring("Bearer ".length());
        assertThat(verifier.verify(token).subject()).isEqualTo("service:execution");
    }

    @Test
    void callIsRepeatedWhileTheServiceIsAway() {
        failures.set(2);

        assertThat(call()).isEqualTo("pong");
        assertThat(calls).hasValue(3);
    }

    @Test
    void serviceThatStaysAwayIsLeftAlone() {
        failures.set(Integer.MAX_VALUE);
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(this::call).isInstanceOf(ServiceException.Unavailable.class);
        }

        assertThat(calls.get()).isLessThanOrEqualTo(12);
    }
}
