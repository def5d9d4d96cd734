// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.plugin.NothingNewException;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.test.FakeContext;
import io.millrace.test.RunningTask;
import io.millrace.test.SilentServer;
import io.millrace.test.Tasks;
import io.millrace.test.TestDatabase;
import io.millrace.test.TestServices;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Against a real PostgreSQL.
@ExtendWith(TestServices.class)
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PostgresIT {
    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));
    private final TestDatabase database;

    PostgresIT(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void begin() {
        context = new FakeContext(directory);
    }

    private Map<String, @Nullable Object> run(TaskPlugin<?, ?> task, Object... properties)
            throws Exception {
        return Tasks.run(task, context, with(properties));
    }

    private Map<String, @Nullable Object> with(Object... properties) {
        var all = new HashMap<String, @Nullable Object>();
        all.put("url", database.url());
        all.put("username", database.user());
        all.put("password", database.password());
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        return all;
    }

    @Test
    void aRowIsReadAsJsonKnowsIt() throws Exception {
        var sql =
                """
                select :n::int as n, 'x' as text, 1.50::numeric as d, true as b, null as nothing,
                       timestamp '2026-01-02 03:04:05' as t, date '2026-01-02' as day,
                       '{"a":[1]}'::jsonb as j, array[1,2] as list, '\\xff00'::bytea as bytes,
                       time '03:04:05.678901' as tm, timetz '03:04:05.6+01' as tz
                """;

        var outputs =
                run(
                        new Query(),
                        "sql",
                        sql,
                        "fetchType",
                        "FETCH_ONE",
                        "parameters",
                        Map.of("n", 7));

        assertThat(outputs.get("size")).isEqualTo(1L);
        var row = (Map<?, ?>) outputs.get("row");
        assertThat(row).hasSize(12);
        assertThat(String.valueOf(row))
                .contains(
                        "n=7", "text=x", "d=1.5", "b=true", "nothing=null", "t=2026-01-02T03:04:05")
                .contains("day=2026-01-02", "j={a=[1]}", "list=[1, 2]", "bytes=/wA=")
                .contains("tm=03:04:05.678901", "tz=03:04:05.600+01:00");
    }

    @Test
    void storedRowsAreInsertedElsewhereInBatches() throws Exception {
        run(
                new Query(),
                "sql",
                "create table target (id int primary key, at timestamptz, j jsonb, amount numeric, rate float8)");
        var stored =
                run(
                        new Query(),
                        "sql",
                        """
                        select n as id, timestamptz '2026-01-01 00:00Z' as at, '{"k":1}'::jsonb as j,
                               12345678901234567.89 as amount, 0.1::float8 as rate
                          from generate_series(1, 2500) as n
                        """,
                        "store",
                        true,
                        "fetchSize",
                        100);

        var batch =
                run(
                        new Batch(),
                        "from",
                        String.valueOf(stored.get("uri")),
                        "table",
                        "target",
                        "chunk",
                        1000);
        var counted =
                run(
                        new Query(),
                        "sql",
                        "select count(*) as n, max(at)::text as at, max(j->>'k') as k, sum(amount)::text as amount, max(rate) as rate from target",
                        "fetchOne",
                        true);

        assertThat(stored.get("size")).isEqualTo(2500L);
        assertThat(batch).containsEntry("rowCount", 2500L).containsEntry("updatedCount", 2500L);
        assertThat(String.valueOf(counted.get("row")))
                .contains("n=2500", "k=1", "at=2026-01-01")
                .contains("amount=30864197253086419725.00", "rate=0.1");
        assertThat(context.metrics).containsEntry("records", 2500.0);
    }

    @Test
    void aBatchThatFailsChangesNothing() throws Exception {
        run(new Query(), "sql", "create table once (id int primary key)");
        context.store("kestra:///rows", "{\"id\":1}\n{\"id\":2}\n{\"id\":1}\n");

        assertThatThrownBy(() ->
                        run(
                                new Batch(),
                                "from",
                                "kestra:///rows",
                                "sql",
                                "insert into once values (:id)",
                                "chunk",
                                2))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("duplicate key");
        assertThat(run(new Query(), "sql", "select * from once", "fetch", true))
                .containsEntry("size", 0L);
    }

    @Test
    void statementsAreOneTransaction() throws Exception {
        assertThatThrownBy(() -> run(new Queries(), "sql", "create table gone (a int); select 1/0"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("division by zero");

        var outputs =
                run(
                        new Queries(),
                        "sql",
                        "create table kept (a int); insert into kept values (1), (2); select * from kept; select to_regclass('gone') as gone",
                        "fetchType",
                        "FETCH");

        var results = (List<?>) outputs.get("outputs");
        assertThat(results).hasSize(4);
        assertThat(String.valueOf(results.get(2))).contains("rows=[{a=1}, {a=2}]");
        assertThat(String.valueOf(results.get(3))).contains("gone=null");
    }

    @Test
    void aTriggerFindsARowOnce() throws Exception {
        run(new Query(), "sql", "create table inbox (id int, seen boolean default false)");
        run(new Query(), "sql", "insert into inbox values (1), (2)");

        Object[] look = {
            "sql",
            "select id from inbox where not seen order by id",
            "afterSQL",
            "update inbox set seen = true"
        };
        var found = run(new Trigger(), look);

        assertThat(found).containsEntry("rows", List.of(Map.of("id", 1), Map.of("id", 2)));
        assertThatThrownBy(() -> run(new Trigger(), look)).isInstanceOf(NothingNewException.class);
    }

    @Test
    void filesAreCopiedInAndOut() throws Exception {
        run(new Query(), "sql", "create table csv (id int, name text)");
        context.store("kestra:///in.csv", "id;name\n1;one\n2;\"t;wo\"\n");

        var in =
                run(
                        new CopyIn(),
                        "from",
                        "kestra:///in.csv",
                        "table",
                        "csv",
                        "format",
                        "CSV",
                        "header",
                        true,
                        "delimiter",
                        ";");
        Object[] copy = {
            "sql",
            "select * from csv order by id desc;",
            "format",
            "CSV",
            "forceQuote",
            List.of("name"),
            "connectionPooling",
            true
        };
        var out = run(new CopyOut(), copy);

        assertThat(in).containsEntry("rowCount", 2L);
        assertThat(out).containsEntry("rowCount", 2L);
        assertThat(context.text(URI.create(String.valueOf(out.get("uri")))))
                .isEqualTo("2,\"t;wo\"\n1,\"one\"\n");
        assertThatThrownBy(() ->
                        run(
                                new CopyIn(),
                                "from",
                                "kestra:///in.csv",
                                "table",
                                "csv; drop table csv"))
                .hasMessageContaining("Expected a name");
    }

    @Test
    void whatDoesntConnectSaysWhy() throws Exception {
        // what a URL says of users wins
        var noUser = database.url().replaceFirst("\\?.*", "");
        assertThatThrownBy(() ->
                        run(
                                new Query(),
                                "url",
                                noUser,
                                "sql",
                                "select 1",
                                "username",
                                "nobody",
                                "password",
                                "wr0ng"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageStartingWith("Unable to connect")
                .hasMessageNotContaining("wr0ng");
        var nowhere = "jdbc:postgresql://127.0.0.1:%d/db".formatted(SilentServer.closedPort());
        assertThatThrownBy(() -> run(new Query(), "sql", "select 1", "url", nowhere))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("Unable to connect");
        try (var silent = SilentServer.start()) {
            var url = "jdbc:postgresql://127.0.0.1:%d/db?loginTimeout=1".formatted(silent.port());
            assertThatThrownBy(() -> run(new Query(), "sql", "select 1", "url", url))
                    .isInstanceOf(TaskFailedException.class)
                    .hasMessageContaining("Unable to connect");
        }
        SilentServer.isLeft(
                context,
                port ->
                        run(
                                new Query(),
                                "sql",
                                "select 1",
                                "url",
                                "jdbc:postgresql://127.0.0.1:%d/db?sslmode=disable"
                                        .formatted(port)));
    }

    @Test
    void aKillEndsTheStatementOnTheServer() throws Exception {
        var task =
                RunningTask.start(
                        context,
                        () -> run(new Query(), "sql", "select pg_sleep(300) /* killed */"));
        var active =
                "select count(*) as n from pg_stat_activity where datname = current_database() and query like 'select pg_sleep%killed%'";
        var looking = new FakeContext(directory);
        await().until(() -> count(looking, active) == 1);

        var failure = task.cancel();

        assertThat(failure).isNotNull();
        await().until(() -> count(looking, active) == 0);
    }

    private int count(FakeContext own, String sql) throws Exception {
        var outputs = Tasks.run(new Query(), own, with("sql", sql, "fetchOne", true));
        var row = (Map<?, ?>) requireNonNull(outputs.get("row"));
        return Integer.parseInt(String.valueOf(row.get("n")));
    }
}
