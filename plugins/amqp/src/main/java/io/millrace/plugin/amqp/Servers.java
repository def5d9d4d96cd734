// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.amqp;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import com.rabbitmq.client.ShutdownSignalException;
import com.rabbitmq.client.SocketConfigurators;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.EgressPolicy;
import java.io.IOException;
import java.net.Socket;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Connections to brokers.
final class Servers {
    private Servers() {}

    /// @param name that the broker shows
    /// @throws TaskFailedException if the broker doesn't answer, or refuses
    static Connection connect(Server server, String name, EgressPolicy egress, TaskContext context)
            throws TaskFailedException, InterruptedException {
        var factory = factory(server);
        egress.check(factory.getHost(), factory.getPort());
        // the client waits for a broker that doesn't speak, interrupted or not
        var opened = new AtomicReference<@Nullable Socket>();
        factory.setSocketConfigurator(
                SocketConfigurators.defaultConfigurator().andThen(opened::set));
        try (var _ = context.onCancel(() -> close(opened.get()))) {
            return factory.newConnection(name);
        } catch (PossibleAuthenticationFailureException e) {
            throw new TaskFailedException(
                    "The broker at %s refuses the user '%s' or the credentials"
                            .formatted(factory.getHost(), factory.getUsername()),
                    e);
        } catch (IOException | TimeoutException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw e.getCause() instanceof ShutdownSignalException closed
                    ? new TaskFailedException("The broker refuses: " + closed.getReason(), e)
                    : new TaskFailedException(
                            "Unable to reach the broker at %s: %s"
                                    .formatted(factory.getHost(), e.getMessage()),
                            e);
        }
    }

    private static void close(@Nullable Socket socket) {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException _) {
            // it is closed, then
        }
    }

    private static ConnectionFactory factory(Server server) throws TaskFailedException {
        var factory = new ConnectionFactory();
        factory.setAutomaticRecoveryEnabled(false);
        factory.setConnectionTimeout(Math.toIntExact(Duration.ofSeconds(10).toMillis()));
        factory.setHandshakeTimeout(Math.toIntExact(Duration.ofSeconds(15).toMillis()));
        if (server.url() != null) {
            try {
                factory.setUri(server.url());
                return factory;
            } catch (URISyntaxException | GeneralSecurityException | IllegalArgumentException e) {
                // its message has the URL, and with it the password
                throw new TaskFailedException("Expected an AMQP URL");
            }
        }
        if (server.host() == null) {
            throw new TaskFailedException("Expected `url` or `host`");
        }
        factory.setHost(server.host());
        factory.setPort(server.port());
        factory.setVirtualHost(server.virtualHost());
        if (server.username() != null) {
            factory.setUsername(server.username());
        }
        if (server.password() != null) {
            factory.setPassword(server.password());
        }
        return factory;
    }
}
