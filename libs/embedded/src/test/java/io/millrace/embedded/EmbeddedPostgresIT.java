// SPDX-License-Identifier: Apache-2.0
package io.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresIT {
    private static final Path BINARIES =
            Path.of(System.getProperty("user.home"), ".cache", "millrace");

    @TempDir Path directory;

    @Test
    void rowsSurviveAStopAndAStart() throws SQLException {
        try (var postgres = start(0)) {
            execute(postgres, "create table t as select 42 as answer");
        }

        try (var postgres = start(0)) {
            assertThat(query(postgres, "select answer from t")).isEqualTo("42");
        }
    }

    @Test
    void aServerThatWasLeftBehindIsReplacedWithoutLosingRows() throws SQLException {
        var orphan = start(0);
        execute(orphan, "create table t as select 42 as answer");
        var first = query(orphan, "select pg_postmaster_start_time()");

        try (var postgres = start(0)) {
            assertThat(query(postgres, "select answer from t")).isEqualTo("42");
            assertThat(query(postgres, "select pg_postmaster_start_time()")).isNotEqualTo(first);
        }
    }

    @Test
    void aKilledServerRecoversItsRows() throws Exception {
        var killed = start(0);
        execute(killed, "create table t as select 42 as answer");
        var pid = Files.readAllLines(directory.resolve("pg18/postmaster.pid")).getFirst();
        var process = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
        process.destroyForcibly();
        process.onExit().get();

        try (var postgres = start(0)) {
            assertThat(query(postgres, "select answer from t")).isEqualTo("42");
        }
    }

    @Test
    void aPidFileThatNamesAnotherProcessDoesNotStopTheStart() throws Exception {
        try (var postgres = start(0)) {
            execute(postgres, "create table t as select 42 as answer");
        }
        Files.writeString(
                directory.resolve("pg18/postmaster.pid"), ProcessHandle.current().pid() + "\n");

        try (var postgres = start(0)) {
            assertThat(query(postgres, "select answer from t")).isEqualTo("42");
        }
    }

    @Test
    void noOneGetsInWithoutThePassword() {
        try (var postgres = start(0)) {
            var url = postgres.jdbcUrl("postgres");

            assertThatThrownBy(() -> DriverManager.getConnection(url, "postgres", "wrong"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password authentication failed");
        }
    }

    @Test
    void aPortInUseIsSaidToBe() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> start(taken.getLocalPort()))
                    .isInstanceOf(EmbeddedException.class)
                    .hasMessageContaining("Port " + taken.getLocalPort() + " is in use");
        }
    }

    private EmbeddedPostgres start(int port) {
        return EmbeddedPostgres.start(directory, BINARIES, port, Map.of());
    }

    private static void execute(EmbeddedPostgres postgres, String sql) throws SQLException {
        try (var connection = postgres.connect("postgres");
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String query(EmbeddedPostgres postgres, String sql) throws SQLException {
        try (var connection = postgres.connect("postgres");
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
