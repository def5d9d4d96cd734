// SPDX-License-Identifier: Apache-2.0
package io.millrace.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A real PostgreSQL server with its data in a directory, listening on loopback alone and asking
/// for a password. The server is its own process: it is stopped by [#close()], and one that a
/// killed process left behind is stopped before the next start.
public final class EmbeddedPostgres implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EmbeddedPostgres.class);
    private static final String USER = "postgres";
    private static final long COMMAND_TIMEOUT_SECONDS = 120;

    private final Path home;
    private final Path data;
    private final int port;
    private final String password;

    private EmbeddedPostgres(Path home, Path data, int port, String password) {
        this.home = home;
        this.data = data;
        this.port = port;
        this.password = password;
    }

    /// Starts a server over the data in `directory`, which is created if need be.
    ///
    /// @param directory holds the data, the password and the log of this server alone
    /// @param binaries where PostgreSQL's programs are unpacked; may be shared
    /// @param port on 127.0.0.1; 0 takes a free one
    /// @param settings server settings on top of the defaults, such as `max_connections`
    /// @throws EmbeddedException if it doesn't run after all
    public static EmbeddedPostgres start(
            Path directory, Path binaries, int port, Map<String, String> settings) {
        var home = PostgresBinaries.unpack(binaries.toAbsolutePath());
        var absolute = directory.toAbsolutePath().normalize();
        // The data of one major version can't be read by another.
        var data = absolute.resolve("pg" + PostgresBinaries.VERSION.split("\\.", -1)[0]);
        var password = Passwords.inFile(absolute.resolve("password"));
        var postgres = new EmbeddedPostgres(home, data, port == 0 ? freePort() : port, password);
        postgres.initialise(absolute);
        postgres.stopOrphan();
        postgres.run(absolute.resolve("postgresql.log"), settings);
        return postgres;
    }

    /// The URL of a database of this server; sign in with [#user()] and [#password()].
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    /// The superuser.
    public String user() {
        return USER;
    }

    public String password() {
        return password;
    }

    public int port() {
        return port;
    }

    /// A connection of the superuser.
    public Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(jdbcUrl(database), USER, password);
    }

    /// Ends all connections, writes a checkpoint and stops the server.
    @Override
    public void close() {
        if (isRunning()) {
            pgCtl("stop", "-m", "fast", "-w", "-t", "60");
        }
    }

    private void initialise(Path directory) {
        if (Files.exists(data.resolve("PG_VERSION"))) {
            return;
        }
        execute(
                "initdb",
                "-D",
                data.toString(),
                "-U",
                USER,
                "--pwfile=" + directory.resolve("password"),
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--no-instructions");
        try {
            Files.writeString(
                    data.resolve("pg_hba.conf"),
                    """
                    host all all 127.0.0.1/32 scram-sha-256
                    host all all ::1/128 scram-sha-256
                    """);
        } catch (IOException e) {
            throw new EmbeddedException("Access to PostgreSQL can't be set up in " + data, e);
        }
    }

    /// A server whose starter was killed is still running. It is stopped rather than taken over, so
    /// that port and settings are those asked for.
    private void stopOrphan() {
        var pidFile = data.resolve("postmaster.pid");
        try {
            if (!Files.exists(pidFile)) {
                return;
            }
            if (isRunning()) {
                log.atInfo().addKeyValue("data", data).log("Stopping a PostgreSQL left behind");
                pgCtl("stop", "-m", "fast", "-w", "-t", "60");
            }
            Files.deleteIfExists(pidFile);
        } catch (IOException e) {
            throw new EmbeddedException("Left-over file " + pidFile + " can't be used", e);
        }
    }

    /// True if the process named in the data directory is alive and a PostgreSQL: after a restart
    /// of the machine another process may have its number.
    private boolean isRunning() {
        try {
            var lines = Files.readAllLines(data.resolve("postmaster.pid"));
            var process = ProcessHandle.of(Long.parseLong(lines.getFirst().strip()));
            return process.isPresent()
                    && process.get().isAlive()
                    && process.get().info().command().orElse("postgres").contains("postgres");
        } catch (IOException | RuntimeException e) {
            return false; // no such file, or one cut short by a crash: then no server has it open
        }
    }

    private void run(Path logFile, Map<String, String> settings) {
        if (!isFree(port)) {
            throw new EmbeddedException(
                    "Port " + port + " is in use: the embedded PostgreSQL needs it");
        }
        var options = new StringBuilder("-c listen_addresses=127.0.0.1 -c port=" + port);
        options.append(" -c unix_socket_directories= -c max_connections=150");
        options.append(" -c shared_buffers=128MB -c max_wal_size=1GB -c wal_compression=on");
        settings.forEach((name, value) -> options.append(" -c ").append(name + "=" + value));
        pgCtl("start", "-w", "-t", "60", "-l", logFile.toString(), "-o", options.toString());
        requireOwnData();
    }

    /// Whoever answers on the port must be the server over our data.
    private void requireOwnData() {
        try (var connection = connect("postgres");
                var statement = connection.createStatement();
                var rows = statement.executeQuery("show data_directory")) {
            rows.next();
            var served = Path.of(rows.getString(1)).toRealPath();
            if (!served.equals(data.toRealPath())) {
                throw new EmbeddedException(
                        "Port " + port + " is answered by another PostgreSQL, over " + served);
            }
        } catch (SQLException | IOException e) {
            throw new EmbeddedException("PostgreSQL doesn't answer on port " + port, e);
        }
    }

    private void pgCtl(String command, String... arguments) {
        var all = new ArrayList<>(List.of(command, "-s", "-D", data.toString()));
        all.addAll(List.of(arguments));
        execute("pg_ctl", all.toArray(String[]::new));
    }

    private void execute(String program, String... arguments) {
        var command = new ArrayList<>(Privileges.drop(data));
        command.add(home.resolve("bin").resolve(program).toString());
        command.addAll(List.of(arguments));
        try {
            // To a file, not a pipe: the server inherits it and would keep a pipe open.
            var output = Files.createTempFile("millrace-postgres", ".log");
            try {
                var builder = new ProcessBuilder(command).redirectErrorStream(true);
                builder.redirectOutput(output.toFile());
                builder.environment().put("LC_ALL", "C");
                builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
                var process = builder.start();
                if (!process.waitFor(COMMAND_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new EmbeddedException(program + " didn't end: " + read(output));
                }
                if (process.exitValue() != 0) {
                    throw new EmbeddedException(
                            "%s failed (%d): %s"
                                    .formatted(program, process.exitValue(), read(output)));
                }
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            throw new EmbeddedException(program + " can't be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddedException("Interrupted while " + program + " ran", e);
        }
    }

    private static String read(Path output) throws IOException {
        return Files.readString(output).strip();
    }

    static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new EmbeddedException("There is no free port", e);
        }
    }

    private static boolean isFree(int port) {
        try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
