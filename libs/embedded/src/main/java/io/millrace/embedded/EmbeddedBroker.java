// SPDX-License-Identifier: Apache-2.0
package io.millrace.embedded;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.qpid.server.SystemLauncher;
import org.apache.qpid.server.SystemLauncherListener;
import org.apache.qpid.server.model.SystemConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// An AMQP 0-9-1 broker (Apache Qpid Broker-J) in this process, on loopback, with a password of its
/// own. Durable queues and persistent messages live in a directory and survive a crash.
public final class EmbeddedBroker implements AutoCloseable {
    private static final String USER = "millrace";

    private final SystemLauncher launcher;
    private final int port;
    private final String password;

    private EmbeddedBroker(SystemLauncher launcher, int port, String password) {
        this.launcher = launcher;
        this.port = port;
        this.password = password;
    }

    /// Starts a broker over the queues in `directory`, which is created if need be.
    ///
    /// @param port on 127.0.0.1; 0 takes a free one
    /// @throws EmbeddedException if it doesn't start
    public static EmbeddedBroker start(Path directory, int port) {
        quieten();
        var absolute = directory.toAbsolutePath().normalize();
        int used = port == 0 ? EmbeddedPostgres.freePort() : port;
        var password = Passwords.inFile(absolute.resolve("password"));
        var hook = new ShutdownHook();
        var launcher = new SystemLauncher(hook);
        try {
            var work = Files.createDirectories(absolute.resolve("qpid"));
            var configuration = Files.createTempFile(absolute, "broker", ".json");
            try {
                Files.writeString(configuration, configuration(work, used, password));
                launcher.startup(
                        Map.of(
                                "type",
                                "Memory",
                                "initialConfigurationLocation",
                                configuration.toUri().toString(),
                                "startupLoggedToSystemOut",
                                false,
                                "context",
                                Map.of("qpid.work_dir", work.toString())));
            } finally {
                Files.deleteIfExists(configuration); // it holds the password
            }
        } catch (Exception e) {
            launcher.shutdown();
            throw new EmbeddedException(
                    "The embedded broker doesn't start on port %d over %s: is another one running?"
                            .formatted(used, absolute),
                    e);
        }
        var broker = new EmbeddedBroker(launcher, used, password);
        broker.requireListening();
        hook.remove();
        return broker;
    }

    /// Where and as whom to connect, such as `amqp://millrace:…@127.0.0.1:8088`.
    public URI uri() {
        return URI.create("amqp://%s:%s@127.0.0.1:%d".formatted(USER, password, port));
    }

    public int port() {
        return port;
    }

    /// Closes connections and stores.
    @Override
    public void close() {
        launcher.shutdown();
    }

    /// Qpid goes on without a port that it can't have.
    private void requireListening() {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write(new byte[] {'A', 'M', 'Q', 'P', 0, 0, 9, 1});
            if (socket.getInputStream().read() < 0) {
                throw new IOException("The connection was closed");
            }
        } catch (IOException e) {
            close();
            throw new EmbeddedException("The embedded broker doesn't answer on port " + port, e);
        }
    }

    /// The store refuses to write when less than 128 MiB of the disk are free; its default is 5 GB.
    private static String configuration(Path work, int port, String password) {
        return """
        {
          "name": "Millrace",
          "modelVersion": "9.1",
          "authenticationproviders": [{
            "name": "plain", "type": "Plain", "secureOnlyMechanisms": [],
            "users": [{"name": "%s", "type": "managed", "password": "%s"}]
          }],
          "ports": [{
            "name": "AMQP", "port": %d, "bindingAddress": "127.0.0.1",
            "authenticationProvider": "plain", "protocols": ["AMQP_0_9_1"],
            "context": {"qpid.port.sessionCountLimit": "2047"},
            "virtualhostaliases": [
              {"name": "nameAlias", "type": "nameAlias"},
              {"name": "defaultAlias", "type": "defaultAlias"},
              {"name": "hostnameAlias", "type": "hostnameAlias"}
            ]
          }],
          "virtualhostnodes": [{
            "name": "default", "type": "BDB", "storePath": "%2$s/configuration",
            "context": {"je.freeDisk": "134217728"},
            "defaultVirtualHostNode": "true",
            "virtualHostInitialConfiguration":
              "{\\"type\\": \\"BDB\\", \\"storePath\\": \\"%s/messages\\"}"
          }]
        }
        """
                .replace("%2$s", work.toString())
                .formatted(USER, password, port, work);
    }

    /// The broker's own hook, which would stop it as soon as the JVM is told to end, before those
    /// who use it. Who starts an [EmbeddedBroker] closes it.
    private static final class ShutdownHook
            extends SystemLauncherListener.DefaultSystemLauncherListener {
        private @Nullable SystemConfig<?> config;

        @Override
        public void onContainerResolve(SystemConfig<?> systemConfig) {
            config = systemConfig;
        }

        void remove() {
            var resolved = config;
            if (resolved == null) {
                return;
            }
            var container = resolved.getContainer();
            try {
                // Qpid has no setting for this.
                var field = container.getClass().getSuperclass().getDeclaredField(FIELD);
                field.setAccessible(true);
                Runtime.getRuntime().removeShutdownHook((Thread) field.get(container));
            } catch (ReflectiveOperationException e) {
                throw new EmbeddedException("The broker has no such hook", e);
            }
        }

        private static final String FIELD = "_shutdownHook";
    }

    private static void quieten() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            for (var name : new String[] {"org.apache.qpid", "qpid", "com.sleepycat"}) {
                context.getLogger(name).setLevel(Level.WARN);
            }
        }
    }
}
