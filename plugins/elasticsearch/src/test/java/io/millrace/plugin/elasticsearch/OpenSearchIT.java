// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.test.FakeContext;
import io.millrace.test.RunningTask;
import io.millrace.test.SilentServer;
import io.millrace.test.Tasks;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against OpenSearch.
class OpenSearchIT {
    @TempDir static Path home = Path.of(".");
    private static @Nullable OpenSearchNode node;
    private static String url = "";

    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));
    private final String index = "books-" + UUID.randomUUID();

    @BeforeAll
    static void start() throws Exception {
        int port = SilentServer.closedPort();
        node = OpenSearchNode.start(home, port);
        url = "http://127.0.0.1:" + port;
    }

    @AfterAll
    static void stop() throws Exception {
        if (node != null) {
            node.close();
        }
    }

    @BeforeEach
    void begin() {
        context = new FakeContext(directory);
    }

    private Map<String, @Nullable Object> run(TaskPlugin<?, ?> task, Object... properties)
            throws Exception {
        var all = new HashMap<String, @Nullable Object>();
        all.put("connection", Map.of("hosts", List.of(url)));
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        return Tasks.run(task, context, all);
    }

    private @Nullable Object get(Object key, Object... more) throws Exception {
        Object[] properties = {"index", index, "key", key, "errorOnMissing", more.length > 0};
        return run(new Get(), properties).get("row");
    }

    /// Puts this many rows there, and lets searches find them.
    private void load(int rows) throws Exception {
        var file = new StringBuilder();
        for (int i = 0; i < rows; i++) {
            file.append("{\"id\":%d,\"n\":%d}\n".formatted(i, i));
        }
        var loaded =
                run(
                        new Load(),
                        "from",
                        context.store("kestra:///rows", file.toString()).toString(),
                        "index",
                        index,
                        "idKey",
                        "id",
                        "chunk",
                        100);
        assertThat(loaded).containsEntry("size", (long) rows);
        run(new Request(), "method", "POST", "endpoint", index + "/_refresh");
    }

    @Test
    void aDocumentIsPutChangedAndGot() throws Exception {
        Object[] put = {
            "index", index, "key", "k 1/ä", "value", Map.of("n", 1), "refreshPolicy", "WAIT_UNTIL"
        };

        assertThat(run(new Put(), put)).containsEntry("id", "k 1/ä").containsEntry("version", 1L);
        put[5] = "{\"n\":2}";
        assertThat(run(new Put(), put)).containsEntry("version", 2L);

        assertThat(get("k 1/ä")).isEqualTo(Map.of("n", 2));
        assertThat(get("none")).isNull();
        assertThatThrownBy(() -> get("none", "or fail"))
                .hasMessage("There is no document 'none' in " + index);
        assertThatThrownBy(() -> run(new Get(), "index", "no-index", "key", "k"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("no such index");
        assertThatThrownBy(() ->
                        run(
                                new Put(),
                                "index",
                                index,
                                "key",
                                "k 1/ä",
                                "value",
                                Map.of("n", 3),
                                "opType",
                                "CREATE"))
                .hasMessageContaining("already exists");
        assertThat(run(new Put(), "index", index, "value", "{}").get("id")).isNotNull();
    }

    @Test
    void aRoutedDocumentIsFoundByItsRouting() throws Exception {
        run(
                new Put(),
                "index",
                index,
                "key",
                "k",
                "value",
                Map.of("n", 1),
                "routing",
                "a",
                "refreshPolicy",
                "IMMEDIATE");

        var found = run(new Search(), "indexes", List.of(index), "routing", "a");

        assertThat(found.get("rows")).isEqualTo(List.of(Map.of("n", 1)));
    }

    @Test
    void documentsAreFoundAsRowsAFileOrTheFirst() throws Exception {
        load(12);
        Object[] search = {
            "indexes",
            List.of(index),
            "request",
            Map.of(
                    "query",
                    Map.of("range", Map.of("n", Map.of("gte", 3))),
                    "sort",
                    List.of("n"),
                    "size",
                    2),
            "fetchType",
            "FETCH"
        };

        var rows = run(new Search(), search);
        search[5] = "FETCH_ONE";
        var first = run(new Search(), search);
        search[5] = "STORE";
        var file = run(new Search(), search);

        assertThat(rows).containsEntry("size", 2L).containsEntry("total", 9L);
        assertThat(rows.get("rows")).isEqualTo(List.of(Map.of("n", 3), Map.of("n", 4)));
        assertThat(first.get("row")).isEqualTo(Map.of("n", 3));
        assertThat(context.text(URI.create(String.valueOf(file.get("uri")))))
                .isEqualTo("{\"n\":3}\n{\"n\":4}\n");
        assertThatThrownBy(() -> run(new Search(), "request", "{\"query\":{\"nothing\":{}}}"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("unknown query [nothing]");
        assertThatThrownBy(() -> run(new Search(), "request", "{size"))
                .hasMessageStartingWith("Expected JSON but");
    }

    @Test
    void aScrollReadsAllPagesAndIsGivenBack() throws Exception {
        load(250);

        var read =
                run(
                        new Scroll(),
                        "indexes",
                        List.of(index),
                        "request",
                        Map.of("size", 100, "sort", List.of("n")));

        assertThat(read).containsEntry("size", 250L);
        assertThat(context.text(URI.create(String.valueOf(read.get("uri")))))
                .startsWith("{\"n\":0}\n{\"n\":1}\n")
                .endsWith("{\"n\":249}\n");
        assertThat(openScrolls()).isZero();
    }

    @Test
    void aScrollThatIsKilledIsGivenBack() throws Exception {
        load(2_000);
        var task =
                RunningTask.start(
                        context,
                        () ->
                                run(
                                        new Scroll(),
                                        "indexes",
                                        List.of(index),
                                        "request",
                                        Map.of("size", 1)));
        await().until(() -> openScrolls() > 0);

        assertThat(task.cancel()).isNotNull();

        await().until(() -> openScrolls() == 0);
    }

    private long openScrolls() throws Exception {
        var stats =
                Tasks.run(
                        new Request(),
                        new FakeContext(directory),
                        Map.of(
                                "connection",
                                Map.of("hosts", List.of(url)),
                                "endpoint",
                                index + "/_stats/search"));
        var response = (Map<?, ?>) stats.get("response");
        var open = HttpApi.text(response, "_all", "primaries", "search", "scroll_current");
        return Long.parseLong(String.valueOf(open));
    }

    @Test
    void aFileOfActionsIsRunAndWhatIsRefusedFailsTheTask() throws Exception {
        load(3);
        var actions =
                context.store(
                        "kestra:///bulk",
                        """
                        {"delete":{"_index":"%1$s","_id":"0"}}
                        {"update":{"_index":"%1$s","_id":"1"}}
                        {"doc":{"n":11}}

                        {"create":{"_index":"%1$s","_id":"3"}}
                        {"n":3}
                        """
                                .formatted(index));

        assertThat(run(new Bulk(), "from", actions.toString())).containsEntry("size", 3L);

        assertThat(get("0")).isNull();
        assertThat(get("1")).isEqualTo(Map.of("n", 11));
        assertThat(get("3")).isEqualTo(Map.of("n", 3));
        assertThatThrownBy(() -> run(new Bulk(), "from", actions.toString()))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageStartingWith("1 documents were refused, the first: ")
                .hasMessageContaining("document already exists");
        context.store("kestra:///text", "{\"id\":7,\"n\":\"no number\"}\n");
        assertThatThrownBy(() -> run(new Load(), "from", "kestra:///text", "index", index))
                .hasMessageContaining("failed to parse field [n]");
    }

    @Test
    void anyRequestIsAskedOfTheNextNodeWhereOneIsAway() throws Exception {
        load(2);
        var hosts = List.of("http://127.0.0.1:" + SilentServer.closedPort(), url);

        var count =
                run(
                        new Request(),
                        "endpoint",
                        "_cat/count/" + index,
                        "parameters",
                        Map.of("h", "count"),
                        "connection",
                        Map.of("hosts", hosts));

        assertThat(count).containsEntry("status", 200);
        assertThat(count.get("response")).isEqualTo(List.of(Map.of("count", "2")));
        assertThat(run(new Request(), "method", "DELETE", "endpoint", index).get("response"))
                .isEqualTo(Map.of("acknowledged", true));
        assertThatThrownBy(() -> run(new Request(), "endpoint", index + "/_count"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("answered 404");
    }
}
