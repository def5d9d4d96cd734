// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.test.FakeContext;
import io.millrace.test.RunningTask;
import io.millrace.test.SilentServer;
import io.millrace.test.StandIn;
import io.millrace.test.StandIn.Answer;
import io.millrace.test.StandIn.Asked;
import io.millrace.test.Tasks;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// Against a stand-in of the API, which gives tokens as Google does.
class BigQueryTest {
    private static final String JOBS = "/bigquery/v2/projects/project/jobs";
    private static final String DONE = "\"status\":{\"state\":\"DONE\"}";
    private static final String SCHEMA =
            """
            "schema": {"fields": [
              {"name": "id", "type": "INTEGER", "mode": "REQUIRED"},
              {"name": "price", "type": "NUMERIC"}, {"name": "good", "type": "BOOLEAN"},
              {"name": "at", "type": "TIMESTAMP"}, {"name": "share", "type": "FLOAT"},
              {"name": "tags", "type": "STRING", "mode": "REPEATED"},
              {"name": "who", "type": "RECORD", "fields": [{"name": "name", "type": "STRING"}]}]}
            """;

    @TempDir Path directory = Path.of(".");
    private @Nullable GcsStandIn tokens;
    private @Nullable StandIn google;
    private FakeContext context = new FakeContext(Path.of("."));

    @BeforeEach
    void begin() throws Exception {
        tokens = GcsStandIn.start();
        google = StandIn.start();
        context = new FakeContext(directory);
    }

    @AfterEach
    void end() {
        requireNonNull(tokens).close();
        google().close();
    }

    private StandIn google() {
        return requireNonNull(google);
    }

    private Map<String, @Nullable Object> run(TaskPlugin<?, ?> task, Object... properties)
            throws Exception {
        var all = new HashMap<String, @Nullable Object>();
        all.put("endpoint", google().url());
        all.put("serviceAccount", requireNonNull(tokens).serviceAccount());
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        all.values().removeIf("-"::equals);
        return Tasks.run(task, context, all);
    }

    private Map<String, @Nullable Object> query(Object... more) throws Exception {
        var properties = new Object[more.length + 2];
        properties[0] = "sql";
        properties[1] = "select 1";
        System.arraycopy(more, 0, properties, 2, more.length);
        return run(new QueryTables(), properties);
    }

    /// A job that is begun is found once as running and then as this.
    private void jobEnds(String as) {
        google().on(
                        "POST " + JOBS,
                        request -> {
                            if (!request.header("authorization").startsWith("Bearer ")) {
                                return new Answer(
                                        401,
                                        Map.of(),
                                        "{\"error\":{\"message\":\"Login Required.\"}}");
                            }
                            return begun(request, as);
                        });
    }

    private Answer begun(Asked request, String as) {
        var body = JsonMapper.shared().readValue(request.body(), Object.class);
        var id = HttpApi.text(body, "jobReference", "jobId");
        var running = "{\"jobReference\":{\"location\":\"EU\"},\"status\":{\"state\":\"RUNNING\"}}";
        google().on("GET " + JOBS + "/" + id, Answer.json(running), Answer.json(as));
        google().on("POST " + JOBS + "/" + id + "/cancel", Answer.json("{}"));
        google().on(
                        "GET /bigquery/v2/projects/project/queries/" + id,
                        asked ->
                                Answer.json(
                                        asked.path().contains("pageToken=more")
                                                ? page("3", "")
                                                : page("1", ", \"pageToken\": \"more\"")));
        return Answer.json(running);
    }

    private static String page(String id, String more) {
        return "{%s, \"rows\": [%s]%s}"
                .formatted(
                        SCHEMA,
                        """
                        {"f": [{"v": "%s"}, {"v": "12.50"}, {"v": "true"}, {"v": "1767323045000000"},
                         {"v": "0.5"}, {"v": [{"v": "a"}, {"v": "b"}]}, {"v": {"f": [{"v": "ada"}]}}]}
                        """
                                .formatted(id),
                        more);
    }

    private String asked(String route) {
        return google().asked.stream()
                .filter(r -> (r.method() + " " + r.path()).startsWith(route))
                .findFirst()
                .orElseThrow()
                .body();
    }

    @Test
    void rowsAreStoredPageByPageWithTheirTypes() throws Exception {
        jobEnds(
                """
                {"status": {"state": "DONE"},
                 "statistics": {"totalBytesProcessed": "2048", "query": {"totalBytesBilled": "4096"}},
                 "configuration": {"query": {"destinationTable":
                   {"projectId": "project", "datasetId": "d", "tableId": "t"}}}}
                """);

        var outputs =
                query(
                        "store",
                        true,
                        "destinationTable",
                        "d.t",
                        "writeDisposition",
                        "WRITE_TRUNCATE",
                        "labels",
                        Map.of("team", "data"));

        assertThat(outputs).containsEntry("size", 2L);
        assertThat(String.valueOf(outputs.get("destinationTable"))).contains("table=t");
        assertThat(context.text(URI.create(String.valueOf(outputs.get("uri")))))
                .contains("\"id\":1", "\"id\":3", "\"price\":12.50", "\"good\":true")
                .contains("\"at\":\"2026-01-02T03:04:05Z\"", "\"share\":0.5")
                .contains("\"tags\":[\"a\",\"b\"]", "\"who\":{\"name\":\"ada\"}");
        assertThat(asked("POST " + JOBS))
                .contains("\"writeDisposition\":\"WRITE_TRUNCATE\"", "\"datasetId\":\"d\"")
                .contains("\"labels\":{\"team\":\"data\"}", "\"useLegacySql\":false");
        assertThat(google().asked).anyMatch(r -> r.path().contains("location=EU"));
        assertThat(context.metrics).containsEntry("total.bytes.billed", 4096.0);
        assertThat(query("fetchOne", true).get("row")).asString().contains("id=1");
        assertThat((List<?>) query("fetchType", "FETCH").get("rows")).hasSize(2);
        assertThat(query()).doesNotContainKeys("rows", "uri", "size");
    }

    @Test
    void aFileIsLoadedIntoATable() throws Exception {
        jobEnds("{%s}".formatted(DONE));
        google().on(
                        "POST /upload" + JOBS,
                        request ->
                                new Answer(
                                        200, Map.of("Location", google().url() + "/session"), ""));
        google().on(
                        "PUT /session",
                        request ->
                                Answer.json(
                                        "{%s, \"statistics\": {\"load\": {\"outputRows\": \"2\", \"badRecords\": \"1\"}}}"
                                                .formatted(DONE)));
        var uri = context.store("kestra:///rows.csv", "id;name\n1;a\n2;b\n").toString();

        var outputs =
                run(
                        new Load(),
                        "from",
                        uri,
                        "destinationTable",
                        "other.d.t",
                        "format",
                        "CSV",
                        "csvOptions",
                        Map.of("fieldDelimiter", ";", "skipLeadingRows", 1),
                        "schema",
                        Map.of("fields", List.of(Map.of("name", "id", "type", "INTEGER"))));

        assertThat(outputs).containsEntry("rows", 2L);
        assertThat(asked("PUT /session")).isEqualTo("id;name\n1;a\n2;b\n");
        assertThat(asked("POST /upload"))
                .contains("\"fieldDelimiter\":\";\"", "\"skipLeadingRows\":\"1\"")
                .contains("\"projectId\":\"other\"", "\"sourceFormat\":\"CSV\"");
        assertThat(context.lines).anyMatch(line -> line.contains("1 rows are bad"));
    }

    @Test
    void objectsOfTheStoreAreLoaded() throws Exception {
        jobEnds("{%s, \"statistics\": {\"load\": {\"outputRows\": \"7\"}}}".formatted(DONE));
        var uris = List.of("gs://bucket/in/*.json");

        var outputs =
                run(
                        new LoadFromGcs(),
                        "from",
                        uris,
                        "destinationTable",
                        "d.t",
                        "format",
                        "JSON",
                        "autodetect",
                        true);

        assertThat(outputs).containsEntry("rows", 7L);
        assertThat(asked("POST " + JOBS))
                .contains("\"sourceUris\":[\"gs://bucket/in/*.json\"]")
                .contains("NEWLINE_DELIMITED_JSON");
        assertThatThrownBy(() ->
                        run(
                                new LoadFromGcs(),
                                "from",
                                uris,
                                "destinationTable",
                                "t",
                                "format",
                                "JSON"))
                .hasMessageContaining("project.dataset.table");
    }

    @Test
    void whatFailsIsRefusedOrAwayIsSaid() throws Exception {
        jobEnds(
                "{\"status\":{\"state\":\"DONE\",\"errorResult\":{\"message\":\"Syntax error at [1:8]\"}}}");
        assertThatThrownBy(this::query)
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("Syntax error at [1:8]");
        assertThatThrownBy(() -> query("serviceAccount", "-")).hasMessage("Expected `projectId`");
        assertThatThrownBy(() -> query("serviceAccount", "-", "projectId", "project"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("Login Required. (401)");
        assertThatThrownBy(() -> query("endpoint", "http://127.0.0.1:" + SilentServer.closedPort()))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageStartingWith("Unable to connect to BigQuery");
        assertThatThrownBy(() -> query("endpoint", "http://169.254.169.254"))
                .hasMessageContaining("egress policy");
    }

    @Test
    void aKillCancelsTheJob() {
        jobEnds("{\"status\":{\"state\":\"RUNNING\"}}");
        var task = RunningTask.start(context, this::query);
        await().until(() -> google().asked.stream().anyMatch(r -> r.method().equals("GET")));

        assertThat(task.cancel()).isInstanceOf(InterruptedException.class);

        await().until(() -> google().asked.stream().anyMatch(r -> r.path().contains("/cancel")));
    }

    @Test
    void aServiceThatNeverAnswersIsLeftWhenTheTaskEnds() throws Exception {
        try (var silent = SilentServer.start()) {
            var task =
                    RunningTask.start(
                            context, () -> query("endpoint", "http://127.0.0.1:" + silent.port()));
            await().until(silent::isMet);

            // not so the word that the job ends, which is given for a while
            assertThat(task.cancel()).isInstanceOf(InterruptedException.class);
        }
    }
}
