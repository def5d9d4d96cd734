// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskPlugin;
import io.millrace.test.FakeContext;
import io.millrace.test.SilentServer;
import io.millrace.test.StandIn;
import io.millrace.test.StandIn.Answer;
import io.millrace.test.Tasks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What OpenSearch by itself lacks: ES|QL and users. Against a stand-in that answers as the REST
/// API is documented.
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
    void aRequestOfOnesOwnIsRoutedAsItSays() throws Exception {
        server.on("GET /logs/_count", Answer.json("{}"));

        run(new Request(), "endpoint", "logs/_count", "routing", "a b");
        run(
                new Request(),
                "endpoint",
                "logs/_count",
                "routing",
                "a",
                "parameters",
                Map.of("routing", "b"));

        assertThat(server.asked)
                .extracting(StandIn.Asked::path)
                .containsExactly("/logs/_count?routing=a%20b", "/logs/_count?routing=b");
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
        SilentServer.isLeft(
                context,
                port ->
                        run(
                                new Search(),
                                "connection",
                                connection("x", "http://127.0.0.1:" + port)));
    }
}
