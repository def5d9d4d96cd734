// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskFailedException;
import io.millrace.test.FakeContext;
import io.millrace.test.RunningTask;
import io.millrace.test.SilentServer;
import io.millrace.test.Tasks;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// DuckDB and SQLite, which run within the task.
class LocalDatabasesTest {
    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));

    @BeforeEach
    void begin() {
        context = new FakeContext(directory);
    }

    @Test
    void duckDbReadsInputFilesAndWritesOutputFiles() throws Exception {
        context.store("kestra:///in", "id,name\n1,one\n2,two\n");

        var outputs =
                Tasks.run(
                        new Queries(),
                        context,
                        Map.of(
                                "sql",
                                "copy (select id * 10 as id from read_csv('{{ workingDir }}/in.csv')) to '{{ workingDir }}/out.csv'; select {'a': 1} as s, [1, 2] as l",
                                "inputFiles",
                                Map.of("in.csv", "kestra:///in"),
                                "outputFiles",
                                List.of("out.csv"),
                                "fetchType",
                                "FETCH"));

        var files = (Map<?, ?>) outputs.get("outputFiles");
        assertThat(files).isNotNull();
        var uri = URI.create(String.valueOf(files == null ? "" : files.get("out.csv")));
        assertThat(context.text(uri)).isEqualTo("id\n10\n20\n");
        assertThat(String.valueOf(outputs.get("outputs"))).contains("l=[1, 2]");
    }

    @Test
    void duckDbSeesNoFileOutsideOfTheTask() {
        for (var sql :
                List.of(
                        "select * from read_text('/etc/hostname')",
                        "attach '/tmp/other.db'",
                        "set enable_external_access = true")) {
            assertThatThrownBy(() -> Tasks.run(new Query(), context, Map.of("sql", sql)))
                    .as(sql)
                    .isInstanceOf(TaskFailedException.class);
        }
        assertThatThrownBy(() ->
                        Tasks.run(
                                new Query(),
                                context,
                                Map.of("sql", "select 1", "url", "jdbc:sqlite:/tmp/other.db")))
                .hasMessageContaining("working directory");
    }

    @Test
    void aSqliteDatabaseIsHandedFromTaskToTask() throws Exception {
        var first =
                Tasks.run(
                        new Queries(),
                        context,
                        Map.of(
                                "url", "jdbc:sqlite:",
                                "sql", "create table t (a); insert into t values (1), ('x')",
                                "outputDbFile", true));

        var second =
                Tasks.run(
                        new Query(),
                        context,
                        Map.of(
                                "url", "jdbc:sqlite:",
                                "databaseUri", String.valueOf(first.get("databaseUri")),
                                "sql", "select a from t",
                                "fetchType", "FETCH"));

        var third =
                Tasks.run(
                        new Query(),
                        context,
                        Map.of(
                                "url", "jdbc:sqlite:",
                                "sqliteFile", String.valueOf(first.get("databaseUri")),
                                "sql", "select count(*) as n from t",
                                "fetchType", "FETCH_ONE"));

        assertThat(second).containsEntry("rows", List.of(Map.of("a", 1), Map.of("a", "x")));
        assertThat(third).containsEntry("row", Map.of("n", 2));
    }

    @Test
    void aDatabaseThatLetsNobodyInIsLeftWhenItsTimeIsOver() throws Exception {
        var query = new Query();
        query.start(new PluginSettings(Map.of("jdbc.login-timeout", "PT0.3S")));
        try (var silent = SilentServer.start()) {
            var url = "jdbc:postgresql://127.0.0.1:%d/db".formatted(silent.port());

            assertThatThrownBy(
                            () -> Tasks.run(query, context, Map.of("url", url, "sql", "select 1")))
                    .isInstanceOf(TaskFailedException.class)
                    .hasMessage(
                            "Unable to connect to 127.0.0.1:%d: the database doesn't answer within PT0.3S"
                                    .formatted(silent.port()));
        }
    }

    @Test
    void aKillEndsALongQuery() {
        var task =
                RunningTask.start(
                        context,
                        () ->
                                Tasks.run(
                                        new Query(),
                                        context,
                                        Map.of(
                                                "sql",
                                                "select sum(a.range * b.range) from range(10000000) a, range(10000000) b",
                                                "fetchType",
                                                "FETCH")));
        await().until(() -> !context.onCancel.isEmpty());

        assertThat(task.cancel()).isNotNull();
    }
}
