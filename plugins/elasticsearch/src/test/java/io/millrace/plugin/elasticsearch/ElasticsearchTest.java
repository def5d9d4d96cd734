// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskPlugin;
import io.millrace.test.FakeContext;
import io.millrace.test.RunningTask;
import io.millrace.test.SilentServer;
import io.millrace.test.StandIn;
import io.millrace.test.StandIn.Answer;
import io.millrace.test.Tasks;
import java.io.IOException;
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

/// Against a stand-in that answers as the REST API is documented.
class ElasticsearchTest {
    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));
    private final StandIn server;

    ElasticsearchTest() throws IOException {
        server = StandIn.start().requiring("authorization", "Basic ZWxhc3RpYzpzM2NyZXQ=");
    }

    @BeforeEach
    void begin() {
        context = new FakeContext(directory);
    }

    @AfterEach
    void end() {
        server.close();
    }

    private Map<String, @Nullable Object> run(TaskPlugin<?, ?> task, Object... properties)
            throws Exception {
        var all = new HashMap<String, @Nullable Object>();
        all.put("connection", connection("s3cret", server.url()));
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        return Tasks.run(task, context, all);
    }

    private static Map<String, Object> connection(String password, String... hosts) {
        return Map.of(
                "hosts",
                List.of(hosts),
                "basicAuth",
                Map.of("username", "elastic", "password", password));
    }

    private static String hits(String... documents) {
        var all = new StringBuilder();
        for (var document : documents) {
            all.append(all.isEmpty() ? "" : ",")
                    .append("{\"_source\":")
                    .append(document)
                    .append('}');
        }
        return "{\"_scroll_id\":\"s1\",\"hits\":{\"total\":{\"value\":9},\"hits\":[%s]}}"
                .formatted(all);
    }

    @Test
    void aQueryInItsOwnLanguageGetsItsValuesBeside() throws Exception {
        var columns = "\"columns\":[{\"name\":\"level\"},{\"name\":\"n\"}]";
        server.on(
                "POST /_query",
                Answer.json("{%s,\"values\":[[\"info\",3],[\"warn\",1]]}".formatted(columns)));
        server.on("POST /_query/async", Answer.json("{\"id\":\"q/1\",\"is_running\":true}"));
        server.on(
                "GET /_query/async/q%2F1",
                Answer.json("{\"is_running\":true}"),
                Answer.json(
                        "{\"is_running\":false,%s,\"values\":[[\"info\",\"warn\"],[3,1]]}"
                                .formatted(columns)));
        Object[] query = {
            "query",
            "FROM logs | WHERE service == ? AND n > ?",
            "params",
            List.of("a\" OR true", "5")
        };

        var rows = run(new Esql(), query);
        var byColumn = run(new Esql(), "query", "FROM logs", "async", true, "columnar", true);

        assertThat(rows.get("rows"))
                .isEqualTo(
                        List.of(Map.of("level", "info", "n", 3), Map.of("level", "warn", "n", 1)));
        assertThat(server.asked.getFirst().body()).contains("\"params\":[\"a\\\" OR true\",5]");
        assertThat(byColumn.get("rows"))
                .isEqualTo(
                        List.of(
                                Map.of("level", List.of("info", "warn")),
                                Map.of("n", List.of(3, 1))));
        assertThat(server.routesAsked()).contains("GET /_query/async/q%2F1");
    }

    @Test
    void documentsAreFoundAsRowsAFileOrTheFirst() throws Exception {
        server.on("POST /a,b/_search", Answer.json(hits("{\"n\":1}", "{\"n\":2}")));
        Object[] search = {"indexes", List.of("a", "b"), "request", Map.of("size", 2)};

        var all = run(new Search(), search);

        assertThat(all).containsEntry("size", 2L).containsEntry("total", 9L);
        assertThat(all.get("rows")).isEqualTo(List.of(Map.of("n", 1), Map.of("n", 2)));
        assertThat(server.asked.getFirst().body()).isEqualTo("{\"size\":2}");
        assertThat(
                        run(
                                        new Search(),
                                        "indexes",
                                        List.of("a", "b"),
                                        "request",
                                        "{\"size\":2}",
                                        "fetchType",
                                        "FETCH_ONE")
                                .get("row"))
                .isEqualTo(Map.of("n", 1));
        assertThatThrownBy(() -> run(new Search(), "request", "{size"))
                .hasMessageStartingWith("Expected JSON but");
    }

    @Test
    void aScrollReadsAllPagesAndIsGivenBack() throws Exception {
        server.on("POST /a/_search", Answer.json(hits("{\"n\":1}")))
                .on("POST /_search/scroll", Answer.json(hits("{\"n\":2}")), Answer.json(hits()))
                .on("DELETE /_search/scroll", Answer.json("{}"));

        var read = run(new Scroll(), "indexes", List.of("a"));

        assertThat(read).containsEntry("size", 2L);
        assertThat(context.text(URI.create(String.valueOf(read.get("uri")))))
                .isEqualTo("{\"n\":1}\n{\"n\":2}\n");
        assertThat(server.routesAsked()).contains("DELETE /_search/scroll");
    }

    @Test
    void aDocumentIsPutAndGot() throws Exception {
        server.on("PUT /a/_doc/k%201", Answer.json("{\"_id\":\"k 1\",\"_version\":3}"))
                .on("GET /a/_doc/k%201", Answer.json("{\"_source\":{\"n\":1}}"));

        var put =
                run(
                        new Put(),
                        "index",
                        "a",
                        "key",
                        "k 1",
                        "value",
                        Map.of("n", 1),
                        "refreshPolicy",
                        "WAIT_UNTIL",
                        "routing",
                        "r");

        assertThat(put).containsEntry("id", "k 1").containsEntry("version", 3L);
        assertThat(server.asked.getFirst().path()).endsWith("?routing=r&refresh=wait_for");
        assertThat(run(new Get(), "index", "a", "key", "k 1").get("row")).isEqualTo(Map.of("n", 1));
        assertThat(run(new Get(), "index", "a", "key", "none").get("row")).isNull();
        assertThatThrownBy(
                        () -> run(new Get(), "index", "a", "key", "none", "errorOnMissing", true))
                .hasMessage("There is no document 'none' in a");
    }

    @Test
    void rowsAreLoadedInChunksAndWhatIsRefusedFailsTheTask() throws Exception {
        context.store(
                "kestra:///rows", "{\"id\":1,\"n\":1}\n{\"id\":2,\"n\":2}\n{\"id\":3,\"n\":3}\n");
        server.on("POST /_bulk", Answer.json("{\"errors\":false,\"items\":[]}"));

        var loaded =
                run(new Load(), "from", "kestra:///rows", "index", "a", "idKey", "id", "chunk", 2);

        assertThat(loaded).containsEntry("size", 3L);
        assertThat(server.asked).hasSize(2);
        assertThat(server.asked.getFirst().body())
                .startsWith("{\"index\":{\"_index\":\"a\",\"_id\":\"1\"}}\n{\"n\":1}\n");
        context.store(
                "kestra:///bulk",
                "{\"delete\":{\"_index\":\"a\",\"_id\":\"1\"}}\n{\"index\":{\"_index\":\"a\"}}\n{\"n\":1}\n");
        assertThat(run(new Bulk(), "from", "kestra:///bulk")).containsEntry("size", 2L);
        server.on(
                "POST /_bulk",
                Answer.json(
                        "{\"errors\":true,\"items\":[{\"index\":{\"error\":{\"reason\":\"mapping\"}}},{\"index\":{}}]}"));
        assertThatThrownBy(() -> run(new Bulk(), "from", "kestra:///bulk"))
                .hasMessage("1 documents were refused, the first: mapping");
    }

    @Test
    void theNextNodeIsAskedWhereOneIsAway() throws Exception {
        server.on("HEAD /", Answer.status(200))
                .on("GET /_cluster/health", Answer.json("{\"status\":\"green\"}"));

        var asked =
                run(
                        new Request(),
                        "endpoint",
                        "_cluster/health",
                        "connection",
                        connection(
                                "s3cret",
                                "http://127.0.0.1:" + SilentServer.closedPort(),
                                server.url()));

        assertThat(asked.get("response")).isEqualTo(Map.of("status", "green"));
    }

    @Test
    void whatIsRefusedAwayOrSilentIsSaid() throws Exception {
        assertThatThrownBy(() -> run(new Search(), "connection", connection("wr0ng", server.url())))
                .hasMessage("Elasticsearch refuses the credentials (401)");
        assertThatThrownBy(() ->
                        run(
                                new Search(),
                                "connection",
                                connection("x", "http://127.0.0.1:" + SilentServer.closedPort())))
                .hasMessage("Unable to connect to Elasticsearch at 127.0.0.1");
        var denied = new Search();
        denied.start(new PluginSettings(Map.of("egress.deny", "127.0.0.0/8")));
        assertThatThrownBy(() -> run(denied)).hasMessageContaining("egress");
        try (var silent = SilentServer.start()) {
            var url = "http://127.0.0.1:" + silent.port();
            var task =
                    RunningTask.start(
                            context, () -> run(new Search(), "connection", connection("x", url)));
            await().until(silent::isMet);
            assertThat(task.cancel()).isInstanceOf(InterruptedException.class);
        }
    }
}
