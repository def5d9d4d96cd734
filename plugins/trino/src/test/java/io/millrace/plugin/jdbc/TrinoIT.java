// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.plugin.TaskFailedException;
import io.millrace.test.FakeContext;
import io.millrace.test.RunningTask;
import io.millrace.test.SilentServer;
import io.millrace.test.Tasks;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// The databases' tasks against Trino, whose driver the team installs.
class TrinoIT {
    @TempDir static Path home = Path.of(".");
    private static @Nullable TrinoServer server;

    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));

    @BeforeAll
    static void start() throws Exception {
        server = TrinoServer.start(home);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void begin() {
        context = new FakeContext(directory);
    }

    private static TrinoServer server() {
        return Objects.requireNonNull(server);
    }

    private Map<String, @Nullable Object> query(String sql, Object... more) throws Exception {
        var properties = new HashMap<String, @Nullable Object>();
        properties.put("url", server().url());
        properties.put("username", "etl");
        properties.put("sql", sql);
        properties.put("fetchType", "FETCH_ONE");
        for (int i = 0; i < more.length; i += 2) {
            properties.put((String) more[i], more[i + 1]);
        }
        return Tasks.run(new Query(), context, properties);
    }

    @Test
    void valuesOfAllTypesAreAsJsonKnowsThem() throws Exception {
        var row =
                query(
                                """
                                select true as b, bigint '9007199254740993' as i, nan() as n,
                                  decimal '12345678901234567890.123456789' as d,
                                  cast('ab' as char(4)) as c, X'00ff' as x,
                                  json '{"x":[1,null]}' as j, date '2026-01-02' as day,
                                  time '03:04:05.678' as t, time '03:04:05+01:00' as tz,
                                  timestamp '2026-01-02 03:04:05.123456' as ts,
                                  timestamp '2026-01-02 03:04:05.678 Europe/Vienna' as tsz,
                                  interval '3' month as months, array[1, null] as list,
                                  map(array['k'], array[array[1]]) as m,
                                  cast(row(1, 'two') as row(x integer, y varchar)) as r,
                                  array[row(1, date '2026-01-02')] as rs,
                                  uuid '12151fd2-7586-11e9-8f9e-2a86e4085a59' as u, null as z
                                """)
                        .get("row");

        assertThat(String.valueOf(row))
                .isEqualTo(
                        "{b=true, i=9007199254740993, n=NaN, d=12345678901234567890.123456789, c=ab  ,"
                                + " x=AP8=, j={x=[1, null]}, day=2026-01-02, t=03:04:05.678,"
                                + " tz=03:04:05+01:00, ts=2026-01-02T03:04:05.123456,"
                                + " tsz=2026-01-02T03:04:05.678+01:00, months=0-3, list=[1, null],"
                                + " m={k=[1]}, r={x=1, y=two}, rs=[[1, 2026-01-02]],"
                                + " u=12151fd2-7586-11e9-8f9e-2a86e4085a59, z=null}");
    }

    @Test
    void rowsOfAllTypesGoThroughAFileIntoATable() throws Exception {
        Tasks.run(
                new Queries(),
                context,
                Map.of(
                        "url",
                        server().url(),
                        "username",
                        "etl",
                        "sql",
                        """
                        create table source as
                        select sequence as id, true as b, 1.5e0 as f,
                          decimal '12345678901234567890.123456789' as d,
                          'it''s ' || cast(sequence as varchar) as text, cast('ab' as char(4)) as c,
                          X'00ff' as x, json '{"x":["1",null]}' as j, date '2026-01-02' as day,
                          time '03:04:00' as t, time '03:04:05+01:00' as tz,
                          timestamp '2026-01-02 03:04:00.000000' as ts,
                          timestamp '2026-01-02 03:04:05.678 +01:00' as tsz,
                          timestamp '2026-01-02 03:04:05.678 UTC' as utc,
                          array[date '2026-01-02', null] as list,
                          map(array['k'], array[array[1]]) as m,
                          cast(row(1, 'two') as row(x integer, y varchar)) as r,
                          uuid '12151fd2-7586-11e9-8f9e-2a86e4085a59' as u,
                          cast(null as bigint) as z
                        from unnest(sequence(1, 3000)) as t(sequence);
                        create table target as select * from source with no data
                        """));
        var stored = query("select * from source", "fetchType", "STORE");

        var batch = batch(stored.get("uri"), "target");

        assertThat(stored).containsEntry("size", 3000L);
        assertThat(batch).containsEntry("rowCount", 3000L).containsEntry("updatedCount", 3000L);
        assertThat(rows("target").equals(rows("source"))).as("rows are the same").isTrue();
    }

    private Map<String, @Nullable Object> batch(@Nullable Object from, String table)
            throws Exception {
        return Tasks.run(
                new Batch(),
                context,
                Map.of(
                        "url",
                        server().url(),
                        "username",
                        "etl",
                        "from",
                        String.valueOf(from),
                        "table",
                        table));
    }

    private List<?> rows(String table) throws Exception {
        return (List<?>)
                Objects.requireNonNull(
                        query("select * from %s order by id".formatted(table), "fetchType", "FETCH")
                                .get("rows"));
    }

    /// What is asked of it is at most a million characters long.
    @Test
    void rowsThatAreLongAreSentInParts() throws Exception {
        query("create table texts (id integer, text varchar)");
        var rows = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            rows.append("{\"id\":%d,\"text\":\"%s\"}%n".formatted(i, "it's ".repeat(20_000)));
        }
        var uri = context.store("kestra:///rows.jsonl", rows.toString().getBytes(UTF_8));

        var batch = batch(uri, "texts");

        assertThat(batch).containsEntry("updatedCount", 50L);
        assertThat(query("select count(*) as n from texts where length(text) = 100000").get("row"))
                .isEqualTo(Map.of("n", 50L));
    }

    @Test
    void parametersAreBound() throws Exception {
        assertThat(
                        query(
                                        "select :name || '!' as name, :n + 1 as n",
                                        "parameters",
                                        Map.of("name", "it's", "n", 41))
                                .get("row"))
                .isEqualTo(Map.of("name", "it's!", "n", 42));
    }

    @Test
    void whoeverNeedsAPasswordIsAskedForIt() throws Exception {
        var secure =
                Map.<String, @Nullable Object>of(
                        "url",
                        server().secureUrl(),
                        "username",
                        TrinoServer.USER,
                        "password",
                        TrinoServer.PASSWORD,
                        "ssl",
                        true,
                        "sslRootCert",
                        server().certificate(),
                        "sql",
                        "select current_user as who",
                        "fetchType",
                        "FETCH_ONE");

        assertThat(Tasks.run(new Query(), context, secure).get("row"))
                .isEqualTo(Map.of("who", TrinoServer.USER));

        assertThatThrownBy(() -> run(secure, "password", "wr0ng"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("Authentication failed")
                .hasMessageNotContaining("wr0ng");
        assertThatThrownBy(() -> run(secure, "sslRootCert", null))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("certification path");
        assertThatThrownBy(() -> run(secure, "url", server().url(), "ssl", null))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("SSL")
                .hasMessageNotContaining(TrinoServer.PASSWORD);
    }

    private void run(Map<String, @Nullable Object> properties, @Nullable Object... changes)
            throws Exception {
        var changed = new HashMap<String, @Nullable Object>(properties);
        for (int i = 0; i < changes.length; i += 2) {
            changed.put(String.valueOf(changes[i]), changes[i + 1]);
        }
        Tasks.run(new Query(), context, changed);
    }

    @Test
    void aServerThatIsAwayOrHangsIsSaidAndLeft() throws Exception {
        var away = "jdbc:trino://127.0.0.1:%d/memory".formatted(SilentServer.closedPort());
        assertThatThrownBy(() -> query("select 1", "url", away))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("Failed to connect");
        SilentServer.isLeft(
                context,
                port ->
                        query(
                                "select 1",
                                "url",
                                "jdbc:trino://127.0.0.1:%d/memory".formatted(port)));
    }

    @Test
    void aStatementThatIsWrongIsSaid() {
        assertThatThrownBy(() -> query("select nothing from nowhere"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("Table 'memory.default.nowhere' does not exist");
    }

    /// As a task's time-out does, too.
    @Test
    void aKillEndsTheStatementOnTheServer() throws Exception {
        var endless =
                "select count(*) as endless from unnest(sequence(1, 10000)) a(x), unnest(sequence(1, 10000)) b(y), unnest(sequence(1, 10000)) c(z)";
        var task = RunningTask.start(context, () -> query(endless));
        await().until(() -> state("endless").equals("RUNNING"));

        assertThat(task.cancel()).isNotNull();
        await().until(() -> state("endless").equals("FAILED"));
    }

    private static String state(String part) throws Exception {
        for (var query : JsonMapper.shared().readTree(server().queries())) {
            if (query.path("query").asString().contains(part)) {
                return query.path("state").asString();
            }
        }
        return "";
    }
}
