// SPDX-License-Identifier: Apache-2.0
package io.millrace.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Where the servers are installed.
class PrivateServersIT {

    @Test
    void postgresKeepsWhatWasCommittedWhenItCrashes() throws Exception {
        assumeThat(Files.isDirectory(Path.of("/usr/lib/postgresql"))).isTrue();
        var directory = Files.createTempDirectory("millrace-chaos-test-");
        directory.toFile().setExecutable(true, false);
        try (var postgres = new PrivatePostgres(directory.resolve("postgres"), freePort())) {
            postgres.create();
            var url = postgres.url().replace("/millrace", "/postgres");
            execute(url, "create table kept as select 42 as answer");

            postgres.restart();

            try (var connection = DriverManager.getConnection(url, "postgres", "");
                    var row = connection.createStatement().executeQuery("select * from kept")) {
                row.next();
                assertThat(row.getInt(1)).isEqualTo(42);
            }
        } finally {
            Processes.run(Map.of(), List.of("rm", "-rf", directory.toString()));
        }
    }

    private static void execute(String url, String sql) throws Exception {
        try (var connection = DriverManager.getConnection(url, "postgres", "");
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
