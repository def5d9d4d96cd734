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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    jdbc:duckdb:                    | select * from read_text('DIR/links/file')
                    jdbc:duckdb:                    | copy (select 1) to 'DIR/links/new'
                    jdbc:duckdb:                    | copy (select 1) to 'DIR/links/directory/new'
                    jdbc:duckdb:                    | attach 'DIR/links/new' as other
                    jdbc:duckdb:links/new           | create table t (a int)
                    jdbc:duckdb:links/directory/new | create table t (a int)
                    jdbc:sqlite:links/new           | create table t (a int)
                    jdbc:sqlite:links/directory/new | create table t (a int)
                    """)
    void noDatabaseFollowsALinkOutOfTheTasksDirectory(String url, String sql, @TempDir Path others)
            throws Exception {
        var secret = Files.writeString(others.resolve("secret"), "of somebody else");
        var links = Files.createDirectory(directory.resolve("links"));
        Files.createSymbolicLink(links.resolve("file"), secret);
        Files.createSymbolicLink(links.resolve("new"), others.resolve("new"));
        Files.createSymbolicLink(links.resolve("directory"), others);

        assertThatThrownBy(() ->
                        Tasks.run(
                                new Query(),
                                context,
                                Map.of(
                                        "url",
                                        url,
                                        "sql",
                                        sql.replace("DIR", directory.toString()))))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("links/");
        assertThat(others.toFile().list()).containsExactly("secret");
        assertThat(secret).hasContent("of somebody else");
    }

    @Test
    void inputFilesDontFollowALinkEither(@TempDir Path others) throws Exception {
        Files.createSymbolicLink(directory.resolve("link"), others);

        assertThatThrownBy(() ->
                        Tasks.run(
                                new Query(),
                                context,
                                Map.of("inputFiles", Map.of("link/new", "x"), "sql", "select 1")))
                .hasMessageContaining("'link' is a link");
        assertThat(others).isEmptyDirectory();
    }

    @Test
    void linksWithinTheTasksDirectoryAreFine() throws Exception {
        Files.writeString(directory.resolve("rows.csv"), "id\n7\n");
        Files.createSymbolicLink(directory.resolve("link.csv"), Path.of("rows.csv"));

        var outputs =
                Tasks.run(
                        new Query(),
                        context,
                        Map.of(
                                "sql", "select id from '{{ workingDir }}/link.csv'",
                                "fetchType", "FETCH_ONE"));

        assertThat(outputs).containsEntry("row", Map.of("id", 7L));
    }

    @Test
    void nobodyAllowsSqliteToAttach() {
        assertThatThrownBy(() ->
                        Tasks.run(
                                new Query(),
                                context,
                                Map.of(
                                        "url", "jdbc:sqlite:",
                                        "properties", Map.of("limit_attached", "9"),
                                        "sql", "select 1")))
                .hasMessage("The option limit_attached isn't allowed");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    jdbc:sqlite:                          | backup to 'OTHER'
                    jdbc:sqlite:                          | BackUp main to OTHER
                    jdbc:sqlite:                          | restore from 'OTHER'
                    jdbc:sqlite:                          | vacuum into 'OTHER'
                    jdbc:sqlite:                          | attach 'OTHER' as o
                    jdbc:sqlite:a.db?limit_attached=9     | attach 'OTHER' as o
                    jdbc:sqlite::memory:?Limit_Attached=9 | attach 'OTHER' as o
                    """)
    void sqliteWritesAndReadsNoOtherFileHoweverItIsAsked(
            String url, String sql, @TempDir Path others) {
        var other = others.resolve("other.db");

        assertThatThrownBy(() ->
                        Tasks.run(
                                new Query(),
                                context,
                                Map.of("url", url, "sql", sql.replace("OTHER", other.toString()))))
                .isInstanceOf(TaskFailedException.class);
        assertThat(other).doesNotExist();
    }

    @Test
    void duckDbTakesNoMoreMemoryThanItMay() throws Exception {
        var query = new Query();
        query.start(new PluginSettings(Map.of("jdbc.duckdb.memory", "60MB")));

        assertThatThrownBy(() ->
                        Tasks.run(
                                query,
                                context,
                                Map.of("sql", "select list(range) from range(30000000)")))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("Out of Memory");
        var sorted =
                "select last(a) as a from (select hash(range) as a from range(12000000) order by 1)";
        assertThat(Tasks.run(query, context, Map.of("sql", sorted, "fetchType", "FETCH_ONE")))
                .as("sorted by way of files")
                .containsKey("row");
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
