// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.plugin.TaskFailedException;
import io.millrace.test.FakeContext;
import io.millrace.test.RunningTask;
import io.millrace.test.SilentServer;
import io.millrace.test.Tasks;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against the MariaDB that `MILLRACE_TEST_MARIADB` names (`jdbc:mariadb://host:port/?user=…`), or
/// that of this machine.
class MariaDbIT {
    private static final String SERVER =
            System.getenv()
                    .getOrDefault(
                            "MILLRACE_TEST_MARIADB", "jdbc:mariadb://127.0.0.1:3306/?user=root");
    private static final String DATABASE = "test_" + UUID.randomUUID().toString().substring(0, 8);

    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));

    @BeforeEach
    void begin() throws SQLException {
        context = new FakeContext(directory);
        boolean answers;
        try (var connection = connect()) {
            execute(connection, "create database " + DATABASE);
            answers = true;
        } catch (SQLException e) {
            answers = false;
        }
        assumeTrue(answers, "a MariaDB answers at " + SERVER.replaceFirst("\\?.*", ""));
    }

    @AfterEach
    void drop() throws SQLException {
        try (var connection = connect()) {
            execute(connection, "drop database if exists " + DATABASE);
        } catch (SQLException e) {
            assumeTrue(false, "a MariaDB answers");
        }
    }

    private static Connection connect() throws SQLException {
        return DriverManager.getConnection(SERVER);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /// As flows for MySQL name it.
    private static String url() {
        return SERVER.replace("jdbc:mariadb:", "jdbc:mysql:")
                .replaceFirst("/(\\?|$)", "/" + DATABASE + "$1");
    }

    private Map<String, @Nullable Object> query(String sql) throws Exception {
        return Tasks.run(
                new Query(), context, Map.of("url", url(), "sql", sql, "fetchType", "STORE"));
    }

    @Test
    void rowsGoThroughAFileIntoATable() throws Exception {
        Tasks.run(
                new Queries(),
                context,
                Map.of(
                        "url",
                        url(),
                        "sql",
                        "create table a (id int, t datetime, d decimal(10,2)); create table b like a; insert into a select seq, '2026-01-02 03:04:05', 1.5 from seq_1_to_3000"));
        var stored = query("select * from a");

        var batch =
                Tasks.run(
                        new Batch(),
                        context,
                        Map.of(
                                "url",
                                url(),
                                "from",
                                String.valueOf(stored.get("uri")),
                                "table",
                                "b"));

        assertThat(stored).containsEntry("size", 3000L);
        assertThat(batch).containsEntry("rowCount", 3000L).containsEntry("updatedCount", 3000L);
        assertThat(query("select * from b where t = '2026-01-02 03:04:05' and d = 1.5"))
                .containsEntry("size", 3000L);
    }

    @Test
    void aWrongPasswordIsRefused() {
        var url = url().replaceFirst("\\?.*", "");
        assertThatThrownBy(() ->
                        Tasks.run(
                                new Query(),
                                context,
                                Map.of(
                                        "url",
                                        url,
                                        "sql",
                                        "select 1",
                                        "username",
                                        "nobody",
                                        "password",
                                        "wr0ng")))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageStartingWith("Unable to connect")
                .hasMessageNotContaining("wr0ng");
    }

    @Test
    void aServerThatIsAwayOrHangsIsSaidAndLeft() throws Exception {
        var away = "jdbc:mysql://127.0.0.1:%d/db".formatted(SilentServer.closedPort());
        assertThatThrownBy(() ->
                        Tasks.run(new Query(), context, Map.of("url", away, "sql", "select 1")))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageStartingWith("Unable to connect");
        SilentServer.isLeft(
                context,
                port ->
                        Tasks.run(
                                new Query(),
                                context,
                                Map.of(
                                        "url",
                                        "jdbc:mysql://127.0.0.1:%d/db".formatted(port),
                                        "sql",
                                        "select 1")));
    }

    @Test
    void aKillEndsTheStatementOnTheServer() throws Exception {
        var task = RunningTask.start(context, () -> query("select sleep(300)"));
        await().until(() -> sleeping() == 1);

        assertThat(task.cancel()).isNotNull();
        await().until(() -> sleeping() == 0);
    }

    private static int sleeping() throws SQLException {
        try (var connection = connect();
                var statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                "select count(*) from information_schema.processlist where info like 'select sleep(300)%'")) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
