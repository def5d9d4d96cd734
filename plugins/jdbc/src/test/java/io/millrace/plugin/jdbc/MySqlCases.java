// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.test.FakeContext;
import io.millrace.test.RunningTask;
import io.millrace.test.SilentServer;
import io.millrace.test.Tasks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What MySQL and MariaDB have in common, by URLs as flows for MySQL have them.
abstract class MySqlCases {
    private static final String DATABASE = "test_" + UUID.randomUUID().toString().substring(0, 8);

    @TempDir Path directory = Path.of(".");
    protected FakeContext context = new FakeContext(Path.of("."));

    /// Of one who may do anything: `jdbc:mariadb://host:port/?user=…`.
    abstract String server();

    @BeforeEach
    void begin() throws SQLException {
        context = new FakeContext(directory);
        boolean answers;
        try {
            execute("create database " + DATABASE);
            answers = true;
        } catch (SQLException e) {
            answers = false;
        }
        assumeTrue(answers, "a database answers at " + server().replaceFirst("\\?.*", ""));
    }

    @AfterEach
    void drop() throws SQLException {
        try {
            execute("drop database if exists " + DATABASE);
        } catch (SQLException e) {
            assumeTrue(false, "a database answers");
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(server());
    }

    void execute(String... statements) throws SQLException {
        try (var connection = connect();
                var statement = connection.createStatement()) {
            for (var sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /// As flows for MySQL name it.
    String url() {
        return server().replace("jdbc:mariadb:", "jdbc:mysql:")
                .replaceFirst("/(\\?|$)", "/" + DATABASE + "$1");
    }

    Map<String, @Nullable Object> query(String sql) throws Exception {
        return run(new Query(), "sql", sql, "fetchType", "STORE");
    }

    Map<String, @Nullable Object> run(TaskPlugin<?, ?> task, Object... properties)
            throws Exception {
        var all = new HashMap<String, @Nullable Object>();
        all.put("url", url());
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        return Tasks.run(task, context, all);
    }

    /// The values of one row.
    Map<?, ?> row(String sql, Object... properties) throws Exception {
        var all = new ArrayList<Object>(List.of("sql", sql, "fetchType", "FETCH_ONE"));
        all.addAll(List.of(properties));
        return (Map<?, ?>) requireNonNull(run(new Query(), all.toArray()).get("row"));
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
                        "create table a (id int, t datetime, d decimal(10,2)); create table b like a; insert into a with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000) select i + 1000 * h, '2026-01-02 03:04:05', 1.5 from n, (select 0 h union all select 1 union all select 2) t"));
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
    void valuesComeAsTheDatabaseHasThemAndGoBack() throws Exception {
        execute(
                "use " + DATABASE,
                "create table a (j json, b bit(1), b8 bit(8), y year, dt datetime(6), ts timestamp(3) null, d date, tm time(6), ub bigint unsigned, bl blob, e enum('a','b'), st set('x','y'), dc decimal(20,5))",
                "create table c like a",
                "insert into a values ('{\"a\":[1,2]}', b'1', b'10000001', 2026, '2026-01-02 03:04:05.123456', '2026-01-02 03:04:05.123', '2026-01-02', '12:13:14.123456', 18446744073709551615, x'00ff', 'a', 'x,y', 12345.67890)",
                "set sql_mode = ''",
                "insert into a (dt, ts, d, tm) values ('0000-00-00', '0000-00-00', '0000-00-00', '-12:13:14')",
                "insert into a (tm) values ('838:59:59')");

        var stored = query("select * from a order by tm");
        run(
                new Batch(),
                "from",
                String.valueOf(stored.get("uri")),
                "table",
                "c",
                "columns",
                List.of("j", "b", "dt", "ts", "d", "tm", "ub", "e", "st", "dc"));

        assertThat(row("select * from a where e = 'a'").toString())
                .isEqualTo(
                        "{j={a=[1, 2]}, b=true, b8=gQ==, y=2026-01-01, dt=2026-01-02T03:04:05.123456, ts=2026-01-02T03:04:05.123, d=2026-01-02, tm=12:13:14.123456, ub=18446744073709551615, bl=AP8=, e=a, st=x,y, dc=12345.67890}");
        assertThat(row("select dt, ts, d from a where tm < 0").toString())
                .isEqualTo("{dt=null, ts=null, d=null}");
        var times = run(new Query(), "sql", "select tm from c order by tm", "fetchType", "FETCH");
        assertThat(String.valueOf(times.get("rows")))
                .contains("tm=-12:13:14", "tm=12:13:14.123456", "tm=838:59:59");
        assertThat(
                        row(
                                "select count(*) n from a join c using (j, b, dt, ts, d, tm, ub, e, st, dc)"))
                .hasToString("{n=1}");
    }

    @Test
    void aFileIsLoadedAndNoneOfTheWorkerIsSent() throws Exception {
        execute(
                "set global local_infile = on",
                "use " + DATABASE,
                "create table f (a varchar(300), b int)");
        var file = context.store("kestra:///rows.csv", "one,1\ntwo,2\n").toString();
        var own = Files.writeString(directory.resolve("own.csv"), "own,9\n");
        var loads = "load data local infile '%s' into table f fields terminated by ','";

        run(new Query(), "inputFile", file, "sql", loads.formatted("{{ inputFile }}"));

        assertThat(row("select count(*) n, sum(b) s from f")).hasToString("{n=2, s=3}");
        run(new Query(), "inputFile", file, "sql", loads.formatted(own));
        assertThat(row("select count(*) n, sum(b) s from f")).hasToString("{n=4, s=6}");
        assertThatThrownBy(() -> run(new Query(), "sql", loads.formatted(own)))
                .isInstanceOf(TaskFailedException.class);
        assertThat(row("select count(*) n from f")).hasToString("{n=4}");
        assertThatThrownBy(() ->
                        run(
                                new Query(),
                                "url",
                                "jdbc:sqlite::memory:",
                                "inputFile",
                                file,
                                "sql",
                                "select 1"))
                .hasMessageContaining("Only MySQL and MariaDB");
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

    private int sleeping() throws SQLException {
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
