// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.stores;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.plugin.KeyValues;
import io.millrace.plugin.NamespaceFiles;
import io.millrace.plugin.NamespaceFilesOptions;
import io.millrace.plugin.NamespaceFilesOptions.IfExists;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskLog;
import io.millrace.plugin.core.execution.OwnSuite;
import io.millrace.plugin.core.log.Fetch;
import io.millrace.plugin.core.metric.Publish;
import io.millrace.plugin.core.namespace.DeleteFiles;
import io.millrace.plugin.core.namespace.DownloadFiles;
import io.millrace.plugin.core.namespace.UploadFiles;
import io.millrace.plugin.core.storage.DeduplicateItems;
import io.millrace.plugin.core.storage.FilterItems;
import io.millrace.plugin.core.storage.LocalFiles;
import io.millrace.plugin.core.storage.PurgeCurrentExecutionFiles;
import io.millrace.plugin.core.storage.Write;
import io.millrace.test.FakeContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoreTasksTest {
    @TempDir Path directory;
    private FakeContext context;

    @BeforeEach
    void makeContext() {
        context = new FakeContext(directory);
    }

    private KeyValues.Put set(Object value, KeyValues.@Nullable Type type)
            throws TaskFailedException {
        new io.millrace.plugin.core.kv.Set()
                .run(
                        new io.millrace.plugin.core.kv.Set.Properties(
                                "key", value, null, true, null, type, null),
                        context);
        return requireNonNull(context.stores.keys.get("company.team/key"));
    }

    @ParameterizedTest
    @CsvSource({
        "NUMBER, 123.45, 123.45",
        "NUMBER, 12, 12",
        "BOOLEAN, true, true",
        "DATETIME, 2023-05-02T03:02:03+02:00, 2023-05-02T01:02:03Z",
        "DATE, 2023-05-02, 2023-05-02",
        "DURATION, P1DT5S, PT24H5S",
        "STRING, 12, 12",
    })
    void aTextBecomesWhatTheTypeSays(KeyValues.Type type, String text, String expected)
            throws Exception {
        var put = set(text, type);

        assertThat(put.type()).isEqualTo(type);
        assertThat(String.valueOf(put.value())).isEqualTo(expected);
    }

    @Test
    void aWholeExpressionKeepsItsType() throws Exception {
        context.variables.put("map", Map.of("a", List.of(1)));
        context.variables.put("at", Instant.parse("2024-01-01T00:00:00Z"));
        context.variables.put("day", LocalDate.parse("2024-01-01"));

        assertThat(set("{{ map }}", null).value()).isEqualTo(Map.of("a", List.of(1)));
        assertThat(set("{{ at }}", null).type()).isEqualTo(KeyValues.Type.DATETIME);
        assertThat(set("{{ day }}", null).type()).isEqualTo(KeyValues.Type.DATE);
        assertThat(set(Map.of("x", "{{ map }}"), null).value())
                .isEqualTo(Map.of("x", Map.of("a", List.of(1))));
        assertThat(set("{{ map }}", KeyValues.Type.STRING).value()).isEqualTo("{\"a\":[1]}");
    }

    @Test
    void aTextThatIsNotOfTheTypeIsRefused() {
        assertThatThrownBy(() -> set("tomorrow", KeyValues.Type.DATE))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("tomorrow");
    }

    @Test
    void aMissingKeyIsNullOrAnError() throws Exception {
        var get = new io.millrace.plugin.core.kv.Get();

        assertThat(
                        get.run(
                                        new io.millrace.plugin.core.kv.Get.Properties(
                                                "k", null, false),
                                        context)
                                .value())
                .isNull();
        assertThatThrownBy(() ->
                        get.run(
                                new io.millrace.plugin.core.kv.Get.Properties("k", null, true),
                                context))
                .hasMessage(
                        "No value found for key 'k' in namespace 'company.team' and"
                                + " `errorOnMissing` is set to true");
    }

    @Test
    void aStateIsMergedUnderItsFlowItsNameAndTheValueOfTheLoop() throws Exception {
        var set = new io.millrace.plugin.core.state.Set();
        var get = new io.millrace.plugin.core.state.Get();
        var delete = new io.millrace.plugin.core.state.Delete();

        set.run(state(Map.of("a", Map.of("x", 1))), context);
        var second = set.run(state(Map.of("a", Map.of("y", 2), "b", 3)), context);

        assertThat(second.count()).isEqualTo(2);
        assertThat(second.key()).isEqualTo("my-flow_states_tasks-states_default");
        var read =
                get.run(
                        new io.millrace.plugin.core.state.Get.Properties(
                                "default", false, true, null, true),
                        context);
        assertThat(read.data()).isEqualTo(Map.of("a", Map.of("x", 1, "y", 2), "b", 3));
        context.variables.put("taskrun", Map.of("value", "eu"));
        assertThat(set.run(state(Map.of()), context).key())
                .startsWith("my-flow_states_tasks-states_default_")
                .matches("[A-Za-z0-9._-]+");
        assertThat(
                        delete.run(
                                        new io.millrace.plugin.core.state.Delete.Properties(
                                                "default", false, false, null, true),
                                        context)
                                .deleted())
                .isTrue();
        assertThatThrownBy(() ->
                        get.run(
                                new io.millrace.plugin.core.state.Get.Properties(
                                        "default", false, false, null, true),
                                context))
                .hasMessageContaining("not found");
    }

    private static io.millrace.plugin.core.state.Set.Properties state(Map<String, Object> data) {
        return new io.millrace.plugin.core.state.Set.Properties(
                "default", false, true, null, Map.copyOf(data));
    }

    @Test
    void aLogIsStoredLineByLine() throws Exception {
        context.stores.lines.add(Map.of("taskId", "a", "message", "one"));
        context.stores.lines.add(Map.of("taskId", "b", "message", "two"));

        var fetched =
                new Fetch()
                        .run(
                                new Fetch.Properties(
                                        null,
                                        null,
                                        null,
                                        List.of("b"),
                                        TaskLog.Level.INFO,
                                        new OwnSuite("http://elsewhere", null, null)),
                                context);

        assertThat(fetched.size()).isEqualTo(1);
        assertThat(context.text(fetched.uri())).contains("\"message\":\"two\"").hasLineCount(1);
    }

    @Test
    void metricsOfAllKindsAreRecorded() throws Exception {
        new Publish()
                .run(
                        new Publish.Properties(
                                List.of(
                                        new Publish.Metric("counter", "rows", null, "42", null),
                                        new Publish.Metric("timer", "took", null, "PT2S", null),
                                        new Publish.Metric(
                                                "gauge", "load", null, "0.5", Map.of("a", "b")))),
                        context);

        assertThat(context.metrics).isEqualTo(Map.of("rows", 42.0, "took", 2.0, "load", 0.5));
    }

    @Test
    void filesGoToANamespaceAndBack() throws Exception {
        Files.createDirectories(directory.resolve("sql"));
        Files.writeString(directory.resolve("sql/a.sql"), "select 1");
        Files.writeString(directory.resolve("b.txt"), "b");
        context.store("kestra:///up.csv", "x,y");

        var uploaded =
                new UploadFiles()
                        .run(
                                new UploadFiles.Properties(
                                        null,
                                        List.of("**.sql"),
                                        Map.of("data/up.csv", "kestra:///up.csv"),
                                        "/project",
                                        NamespaceFiles.Conflict.OVERWRITE),
                                context);
        var downloaded =
                new DownloadFiles().run(new DownloadFiles.Properties(null, "up.csv", ""), context);
        var deleted =
                new DeleteFiles()
                        .run(new DeleteFiles.Properties(null, List.of("**.sql"), true), context);

        assertThat(uploaded.files()).containsOnlyKeys("/project/sql/a.sql", "/project/data/up.csv");
        assertThat(downloaded.files()).containsOnlyKeys("/project/data/up.csv");
        assertThat(context.text(downloaded.files().get("/project/data/up.csv"))).isEqualTo("x,y");
        assertThat(deleted.files()).containsOnlyKeys("/project/sql/a.sql");
        assertThat(context.stores.files).containsOnlyKeys("company.team/project/data/up.csv");
    }

    @Test
    void namespaceFilesAreChosenByPatternsAndLaterNamespacesWin() throws Exception {
        context.stores.files.put("company/main.py", "old");
        context.stores.files.put("company/lib/util.py", "util");
        context.stores.files.put("company.team/main.py", "new");
        context.stores.files.put("company.team/secret.txt", "no");

        var namespaces = List.of("company", "company.team");
        int copied =
                new NamespaceFilesOptions(
                                true,
                                List.of("**.py"),
                                List.of("lib/**"),
                                namespaces,
                                IfExists.OVERWRITE,
                                false)
                        .copyTo(directory.resolve("flat"), context);
        new NamespaceFilesOptions(true, null, null, namespaces, IfExists.FAIL, true)
                .copyTo(directory.resolve("each"), context);

        assertThat(copied).isEqualTo(2);
        assertThat(directory.resolve("flat/main.py")).hasContent("new");
        assertThat(directory.resolve("flat/secret.txt")).doesNotExist();
        assertThat(directory.resolve("flat/lib")).doesNotExist();
        assertThat(directory.resolve("each/company/main.py")).hasContent("old");
        assertThat(directory.resolve("each/company.team/main.py")).hasContent("new");
        assertThatThrownBy(() ->
                        new NamespaceFilesOptions(
                                        true, null, null, namespaces, IfExists.FAIL, false)
                                .copyTo(directory.resolve("clash"), context))
                .hasMessageContaining("main.py");
    }

    @Test
    void theLastItemOfEachKeyStays() throws Exception {
        context.store(
                "kestra:///items",
                "{\"id\":1,\"n\":\"a\"}\n{\"id\":2,\"n\":\"b\"}\n{\"id\":1,\"n\":\"c\"}\n");

        var out =
                new DeduplicateItems()
                        .run(
                                new DeduplicateItems.Properties("kestra:///items", "{{ id }}"),
                                context);

        assertThat(context.text(out.uri()))
                .isEqualTo("{\"id\":2,\"n\":\"b\"}\n{\"id\":1,\"n\":\"c\"}\n");
        assertThat(out.numKeys()).isEqualTo(2);
        assertThat(out.processedItemsTotal()).isEqualTo(3);
        assertThat(out.droppedItemsTotal()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "INCLUDE, INCLUDE, 2, 1",
        "INCLUDE, EXCLUDE, 1, 2",
        "EXCLUDE, INCLUDE, 2, 1",
        "EXCLUDE, EXCLUDE, 1, 2",
    })
    void itemsAreFiltered(
            FilterItems.FilterType type, FilterItems.ErrorOrNull onError, long kept, long dropped)
            throws Exception {
        context.store("kestra:///items", "{\"ok\":true}\n{\"ok\":false}\n{\"no\":1}\n");

        var out =
                new FilterItems()
                        .run(
                                new FilterItems.Properties(
                                        "kestra:///items", "{{ ok }}", type, onError),
                                context);

        assertThat(context.text(out.uri())).hasLineCount((int) kept);
        assertThat(out.droppedItemsTotal()).isEqualTo(dropped);
        assertThatThrownBy(() ->
                        new FilterItems()
                                .run(
                                        new FilterItems.Properties(
                                                "kestra:///items",
                                                "{{ ok }}",
                                                type,
                                                FilterItems.ErrorOrNull.FAIL),
                                        context))
                .isInstanceOf(TaskFailedException.class);
    }

    @Test
    void localFilesStayInTheWorkingDirectory() throws Exception {
        var out =
                new LocalFiles()
                        .run(
                                new LocalFiles.Properties(
                                        Map.of("sub/hello.txt", "Hello"), List.of("sub/**")),
                                context);

        assertThat(directory.resolve("sub/hello.txt")).hasContent("Hello");
        assertThat(out.uris()).containsOnlyKeys("sub/hello.txt");
        assertThat(
                        new LocalFiles()
                                .run(
                                        new LocalFiles.Properties(
                                                Map.of("top.txt", "x"), List.of("*.txt")),
                                        context)
                                .uris())
                .containsOnlyKeys("top.txt");
        assertThatThrownBy(() ->
                        new LocalFiles()
                                .run(
                                        new LocalFiles.Properties(Map.of("../out", "x"), null),
                                        context))
                .isInstanceOf(TaskFailedException.class);
    }

    @Test
    void aTextIsWrittenAndAllFilesPurged() throws Exception {
        var written = new Write().run(new Write.Properties("a,b", "csv"), context);

        assertThat(written.uri().toString()).endsWith(".csv");
        assertThat(context.text(written.uri())).isEqualTo("a,b");
        var purged =
                new PurgeCurrentExecutionFiles()
                        .run(new PurgeCurrentExecutionFiles.Properties(), context);
        assertThat(purged.uris()).containsExactly(written.uri());
    }
}
