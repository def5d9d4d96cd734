// SPDX-License-Identifier: Apache-2.0
package io.millrace.bench.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// A PostgreSQL of the drill's own, of the installed programs. They refuse to run as root: then
/// they run as `postgres`.
final class PrivatePostgres implements AutoCloseable {
    private static final Path INSTALLED = Path.of("/usr/lib/postgresql");
    private static final String USER = "postgres";

    private final Path directory;
    private final int port;
    private final boolean root = "root".equals(System.getProperty("user.name"));

    PrivatePostgres(Path directory, int port) {
        this.directory = directory;
        this.port = port;
    }

    String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/millrace";
    }

    String user() {
        return USER;
    }

    void create() {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (root) {
            Processes.run(Map.of(), List.of("chown", USER, directory.toString()));
        }
        run("initdb", "-D", data(), "-U", USER, "-A", "trust", "--no-instructions");
        start();
    }

    private void start() {
        var options =
                "-p %d -c listen_addresses=127.0.0.1 -c max_connections=300 -k ''".formatted(port);
        run(
                "pg_ctl",
                "-D",
                data(),
                "-l",
                directory.resolve("log").toString(),
                "-w",
                "-o",
                options,
                "start");
        Processes.await("PostgreSQL", Duration.ofSeconds(60), () -> Processes.listens(port));
    }

    /// Stops it as a crash does, without a last checkpoint, and starts it again.
    void restart() {
        stop();
        start();
    }

    private void stop() {
        run("pg_ctl", "-D", data(), "-m", "immediate", "-w", "stop");
    }

    @Override
    public void close() {
        if (Processes.listens(port)) {
            stop();
        }
    }

    private String data() {
        return directory.resolve("data").toString();
    }

    private void run(String program, String... arguments) {
        var command = new ArrayList<String>();
        if (root) {
            command.addAll(List.of("runuser", "-u", USER, "--"));
        }
        command.add(find(program).toString());
        command.addAll(List.of(arguments));
        Processes.run(Map.of("LC_ALL", "C"), command);
    }

    private static Path find(String program) {
        try (var versions = Files.list(INSTALLED)) {
            return versions.map(version -> version.resolve("bin").resolve(program))
                    .filter(Files::isExecutable)
                    .max(Comparator.comparing(Path::toString))
                    .orElseThrow(() -> missing(program));
        } catch (IOException _) {
            throw missing(program);
        }
    }

    private static ChaosException missing(String program) {
        return new ChaosException(
                program + " is needed: install PostgreSQL's server, such as `postgresql`");
    }
}
