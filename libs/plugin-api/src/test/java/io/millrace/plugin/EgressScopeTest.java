// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// With a name server that the attacker runs: it gives the first answer to whoever checks, and
/// other ones to who connects.
class EgressScopeTest {
    private static final String HOST = "rebinding.test";
    private static final String PUBLIC = "192.31.7.1";
    private static final Egress DEFAULT = Egress.of(Egress.Rules.NONE);

    private final Queue<String> answers = new ArrayDeque<>();
    private final AtomicInteger reached = new AtomicInteger();
    private EgressResolverProvider.Names before = (_, _, _) -> Stream.of();
    private HttpServer server;

    EgressScopeTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeEach
    void start() {
        before =
                EgressResolverProvider.use((host, policy, resolver) -> {
                    synchronized (answers) {
                        if (host.equalsIgnoreCase(HOST)) {
                            var answer = answers.size() > 1 ? answers.remove() : answers.peek();
                            return Stream.of(InetAddress.getByName(answer));
                        }
                    }
                    return resolver.lookupByName(host, policy);
                });
        server.createContext(
                "/",
                exchange -> {
                    reached.incrementAndGet();
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        server.start();
    }

    @AfterEach
    void stop() {
        EgressResolverProvider.use(before);
        server.stop(0);
    }

    private void answers(String... addresses) {
        answers.clear();
        answers.addAll(List.of(addresses));
    }

    private int port() {
        return server.getAddress().getPort();
    }

    @Test
    void aNameThatChangesBetweenCheckAndConnectionIsNotFollowed() throws Exception {
        answers(PUBLIC, "127.0.0.1");

        try (var _ = EgressScope.enter(() -> DEFAULT)) {
            EgressScope.current().orElseThrow().check(HOST, port());
            assertThatThrownBy(() -> connect(HOST)).isInstanceOf(UnknownHostException.class);
        }
        assertThat(reached).hasValue(0);
    }

    @Test
    void norByThreadsThatBelongToNoTask() throws Exception {
        answers(PUBLIC, "127.0.0.1");
        try (var http = HttpClient.newHttpClient();
                var _ = EgressScope.enter(() -> DEFAULT)) {
            var uri = URI.create("http://%s:%d/".formatted(HOST, port()));
            EgressScope.current().orElseThrow().check(uri);

            assertThatThrownBy(() ->
                            http.send(
                                    HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding()))
                    .isInstanceOf(IOException.class);
            var elsewhere =
                    CompletableFuture.supplyAsync(() -> {
                        try {
                            return InetAddress.getAllByName(HOST.toUpperCase(Locale.ROOT))[0]
                                    .getHostAddress();
                        } catch (UnknownHostException e) {
                            return "unknown";
                        }
                    });
            assertThat(elsewhere.join()).isEqualTo("unknown");
        }
        assertThat(reached).hasValue(0);
    }

    @Test
    void aRuleForOnePortOpensNoOther() throws Exception {
        var egress = Egress.of(new Egress.Rules(List.of("127.0.0.1:1"), List.of(), List.of()));
        answers(PUBLIC, "127.0.0.1");

        try (var _ = EgressScope.enter(() -> egress)) {
            EgressScope.current().orElseThrow().check(HOST, port());
            assertThatThrownBy(() -> connect(HOST)).isInstanceOf(UnknownHostException.class);
        }
    }

    @Test
    void whatNobodyHasCheckedIsJudgedInTheTasksThreads() throws Exception {
        answers("127.0.0.1");

        try (var _ = EgressScope.enter(() -> DEFAULT)) {
            assertThatThrownBy(() -> connect(HOST)).isInstanceOf(UnknownHostException.class);
            var started = new CompletableFuture<Boolean>();
            Thread.ofPlatform()
                    .start(() -> {
                        try {
                            InetAddress.getAllByName(HOST);
                            started.complete(true);
                        } catch (UnknownHostException e) {
                            started.complete(false);
                        }
                    });
            assertThat(started.join()).isFalse();
            assertThat(EgressScope.outside(() -> InetAddress.getAllByName(HOST))).isNotNull();
        }
        connect(HOST);
    }

    @Test
    void whatIsAllowedIsConnectedTo() throws Exception {
        var egress =
                Egress.of(new Egress.Rules(List.of("127.0.0.1:" + port()), List.of(), List.of()));
        answers("127.0.0.1");

        try (var _ = EgressScope.enter(() -> egress)) {
            EgressScope.current().orElseThrow().check(HOST, port());
            connect(HOST);
        }
    }

    @Test
    void withoutAPolicyNothingIsResolved() {
        answers(PUBLIC);

        try (var _ =
                EgressScope.enter(() -> {
                    throw new TaskFailedException("It isn't known now");
                })) {
            assertThatThrownBy(EgressScope::current).hasMessage("It isn't known now");
            assertThatThrownBy(() -> InetAddress.getAllByName(HOST))
                    .isInstanceOf(UnknownHostException.class);
        }
    }

    private void connect(String host) throws IOException {
        try (var socket = new Socket(host, port())) {
            assertThat(socket.isConnected()).isTrue();
        }
    }
}
