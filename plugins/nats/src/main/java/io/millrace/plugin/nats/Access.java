// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.nats;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.Cancelling;
import io.millrace.plugin.kit.EgressPolicy;
import io.nats.client.AuthenticationException;
import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.JetStreamApiException;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;

/// How one gets to NATS: a connection that a kill closes, and errors in words.
final class Access {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final int PORT = 4222;
    private static final String REFUSED = "NATS at %s refuses the user or the credentials";

    private final EgressPolicy egress;

    Access(PluginSettings settings) {
        egress = EgressPolicy.of(settings);
    }

    /// What is done there.
    @FunctionalInterface
    interface Work<T> {
        T with(Connection nats) throws Exception;
    }

    @SuppressWarnings("try") // closing may be interrupted
    <T> T to(Server server, TaskContext context, Work<T> work) throws Exception {
        var options =
                new Options.Builder()
                        .connectionName("Millrace")
                        .connectionTimeout(CONNECT)
                        .noReconnect()
                        .ignoreDiscoveredServers();
        for (var url : server.url().split(",")) {
            check(url.strip());
            options.server(url.strip());
        }
        if (server.creds() != null) {
            options.authHandler(
                    Nats.staticCredentials(server.creds().getBytes(StandardCharsets.UTF_8)));
        } else if (server.token() != null) {
            options.token(server.token().toCharArray());
        } else if (server.username() != null && server.password() != null) {
            options.userInfo(server.username().toCharArray(), server.password().toCharArray());
        }
        try (var nats = connect(options, hosts(server));
                var _ = Cancelling.closes(nats, context)) {
            return work.with(nats);
        } catch (AuthenticationException e) {
            throw new TaskFailedException(REFUSED.formatted(hosts(server)), e);
        } catch (JetStreamApiException e) {
            throw new TaskFailedException("NATS refuses: " + e.getMessage(), e);
        } catch (IOException | IllegalStateException | IllegalArgumentException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            // its message may have URLs, and with them passwords
            var said = String.valueOf(e.getMessage()).replaceAll("//[^/\\s]*@", "//");
            throw new TaskFailedException("Unable to speak to NATS: " + said, e);
        }
    }

    /// Where the server refuses whoever comes, the library waits for an answer all the same, as
    /// long as for a server that says nothing: here it is told.
    private static Connection connect(Options.Builder options, String hosts) throws Exception {
        var opening = new FutureTask<>(() -> Nats.connect(options.build()));
        options.errorListener(
                new ErrorListener() {
                    @Override
                    public void errorOccurred(Connection nats, String error) {
                        if (error.equalsIgnoreCase("Authorization Violation")) {
                            opening.cancel(true);
                        }
                    }
                });
        Thread.ofVirtual().name("connect").start(opening);
        try {
            return opening.get();
        } catch (CancellationException e) {
            throw new TaskFailedException(REFUSED.formatted(hosts), e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } finally {
            opening.cancel(true);
        }
    }

    /// For messages: a URL may have a password.
    private static String hosts(Server server) {
        return Arrays.stream(server.url().split(","))
                .map(url -> String.valueOf(URI.create(url.strip()).getHost()))
                .collect(Collectors.joining(", "));
    }

    private void check(String url) throws TaskFailedException {
        try {
            var uri = URI.create(url);
            if (uri.getHost() != null && List.of("nats", "tls").contains(uri.getScheme())) {
                egress.check(uri.getHost(), uri.getPort() < 0 ? PORT : uri.getPort());
                return;
            }
        } catch (IllegalArgumentException _) {
            // its message has the URL, and with it perhaps a password
        }
        throw new TaskFailedException("Expected a URL such as nats://host:4222");
    }
}
