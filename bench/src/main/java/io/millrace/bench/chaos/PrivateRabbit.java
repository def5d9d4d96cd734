// SPDX-License-Identifier: Apache-2.0
package io.millrace.bench.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A RabbitMQ of the drill's own, of the installed program.
final class PrivateRabbit implements AutoCloseable {
    private static final Path SERVER = Path.of("/usr/lib/rabbitmq/bin/rabbitmq-server");

    private final Path directory;
    private final int port;
    private @Nullable Process process;

    PrivateRabbit(Path directory, int port) {
        this.directory = directory;
        this.port = port;
    }

    URI uri() {
        return URI.create("amqp://guest:guest@127.0.0.1:" + port);
    }

    void start() {
        if (!Files.isExecutable(SERVER)) {
            throw new ChaosException(
                    SERVER + " is needed: install RabbitMQ, such as `rabbitmq-server`");
        }
        try {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve("plugins"), "[].\n");
            Files.writeString(
                    directory.resolve("rabbitmq.conf"),
                    "listeners.tcp.1 = 127.0.0.1:%d\n".formatted(port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var home = directory.toString();
        process =
                Processes.start(
                        Map.ofEntries(
                                Map.entry("HOME", home),
                                Map.entry("RABBITMQ_NODENAME", "chaos" + port + "@localhost"),
                                Map.entry("RABBITMQ_DIST_PORT", Integer.toString(port + 1)),
                                Map.entry("RABBITMQ_NODE_PORT", Integer.toString(port)),
                                Map.entry("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1"),
                                Map.entry("RABBITMQ_MNESIA_BASE", home + "/mnesia"),
                                Map.entry("RABBITMQ_LOG_BASE", home + "/log"),
                                Map.entry("RABBITMQ_PID_FILE", home + "/pid"),
                                Map.entry("ERL_CRASH_DUMP", home + "/log/erl_crash.dump"),
                                Map.entry("RABBITMQ_CONFIG_FILE", home + "/rabbitmq.conf"),
                                Map.entry("RABBITMQ_CONF_ENV_FILE", "/dev/null"),
                                Map.entry("RABBITMQ_ENABLED_PLUGINS_FILE", home + "/plugins")),
                        List.of(SERVER.toString()),
                        directory.resolve("output"));
        Processes.await("RabbitMQ", Duration.ofSeconds(90), () -> Processes.listens(port));
    }

    void restart() {
        close();
        Processes.await("RabbitMQ's end", Duration.ofSeconds(30), () -> !Processes.listens(port));
        start();
    }

    /// Ends it in order, within 30 s.
    @Override
    public void close() {
        var running = process;
        if (running == null) {
            return;
        }
        var all = Stream.concat(running.descendants(), Stream.of(running.toHandle())).toList();
        all.forEach(ProcessHandle::destroy);
        try {
            running.waitFor(30, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        all.forEach(ProcessHandle::destroyForcibly);
        process = null;
    }
}
