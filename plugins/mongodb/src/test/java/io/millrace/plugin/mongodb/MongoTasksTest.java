// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.mongodb;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import io.millrace.plugin.NothingNewException;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.test.FakeContext;
import io.millrace.test.SilentServer;
import io.millrace.test.StallingProxy;
import io.millrace.test.StallingProxy.Way;
import io.millrace.test.Tasks;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Against a server that speaks MongoDB's protocol: what it says of users and of transactions isn't
/// tested here.
class MongoTasksTest {
    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));
    private @Nullable MongoServer server;
    private String uri = "";

    @BeforeEach
    void begin() {
        context = new FakeContext(directory);
        server = new MongoServer(new MemoryBackend());
        uri = "mongodb://127.0.0.1:%d/".formatted(server.bind().getPort());
    }

    @AfterEach
    void end() {
        requireNonNull(server).shutdownNow();
    }

    private Map<String, @Nullable Object> run(TaskPlugin<?, ?> task, Object... properties)
            throws Exception {
        var all = new HashMap<String, @Nullable Object>();
        all.put("connection", Map.of("uri", uri));
        all.put("database", "db");
        all.put("collection", "people");
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        return Tasks.run(task, context, all);
    }

    private void load() throws Exception {
        context.store(
                "kestra:///in",
                """
                {"id":1,"name":"ada","at":{"$date":"2026-01-02T03:04:05Z"},"n":12345678901}
                {"id":2,"name":"grace","n":2}
                {"id":3,"name":"ada","n":3}
                """);
        assertThat(run(new Load(), "from", "kestra:///in", "chunk", 2, "idKey", "id"))
                .containsEntry("size", 3L)
                .containsEntry("insertedCount", 3L);
    }

    @Test
    void aFileOfWritesIsRunInBatches() throws Exception {
        load();
        context.store(
                "kestra:///writes",
                """
                {"insertOne": {"_id": 9, "name": "joan"}}
                {"updateMany": {"filter": {"name": "ada"}, "update": {"$set": {"n": 0}}}}

                {"updateOne": {"filter": {"_id": 7}, "update": {"$set": {"n": 7}}, "upsert": true}}
                {"replaceOne": {"filter": {"_id": 2}, "replacement": {"name": "grace h"}}}
                {"deleteOne": {"filter": {"_id": 9}}}
                """);

        var done = run(new Bulk(), "from", "kestra:///writes", "chunk", 2);

        assertThat(done)
                .containsEntry("size", 5L)
                .containsEntry("insertedCount", 1L)
                .containsEntry("modifiedCount", 3L)
                .containsEntry("deletedCount", 1L);
        assertThat(String.valueOf(run(new Find(), "sort", Map.of("_id", 1)).get("rows")))
                .contains("_id=7, n=7", "name=grace h", "n=0")
                .doesNotContain("joan");
        context.store("kestra:///wrong", "{\"drop\": {}}\n");
        assertThatThrownBy(() -> run(new Bulk(), "from", "kestra:///wrong"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("but got 'drop'");
    }

    @Test
    void rowsOfAFileAreFoundAgainAsPlainJson() throws Exception {
        load();

        var found = run(new Find(), "filter", Map.of("name", "ada"), "sort", Map.of("_id", 1));
        var stored =
                run(
                        new Find(),
                        "filter",
                        "{n: {$gt: 2}}",
                        "projection",
                        "{_id: 0, n: 1}",
                        "store",
                        true);

        assertThat(String.valueOf(found.get("rows")))
                .isEqualTo(
                        "[{_id=1, name=ada, at=2026-01-02T03:04:05Z, n=12345678901}, {_id=3, name=ada, n=3}]");
        assertThat(context.text(URI.create(String.valueOf(stored.get("uri")))))
                .isEqualTo("{\"n\":12345678901}\n{\"n\":3}\n");
    }

    @Test
    void documentsAreCountedChangedAndDeleted() throws Exception {
        load();

        var groups =
                run(
                        new Aggregate(),
                        "pipeline",
                        List.of(
                                Map.of("$group", Map.of("_id", "$name", "n", Map.of("$sum", 1))),
                                Map.of("$sort", Map.of("_id", 1))));
        assertThat(groups.get("rows"))
                .isEqualTo(List.of(Map.of("_id", "ada", "n", 2), Map.of("_id", "grace", "n", 1)));
        Object[] ada = {"filter", "{name: 'ada'}", "document", "{$set: {x: 1}}"};
        assertThat(run(new Update(), ada)).containsEntry("modifiedCount", 1L);
        var many = new ArrayList<>(List.of(ada));
        many.addAll(List.of("operation", "UPDATE_MANY"));
        assertThat(run(new Update(), many.toArray())).containsEntry("matchedCount", 2L);
        assertThat(run(new Delete(), "filter", "{x: 1}", "operation", "DELETE_MANY"))
                .containsEntry("deletedCount", 2L);
        assertThat(
                        String.valueOf(
                                run(new InsertOne(), "document", Map.of("a", 1)).get("insertedId")))
                .hasSize(24);
    }

    @Test
    void idsOfOnesOwnArePlainTextsAndRefusalsAreSaidOnce() throws Exception {
        assertThat(run(new InsertOne(), "document", Map.of("_id", 7)))
                .containsEntry("insertedId", "7");
        assertThat(run(new InsertOne(), "document", Map.of("_id", "seven")))
                .containsEntry("insertedId", "seven");
        assertThat(run(new InsertOne(), "document", Map.of("_id", Map.of("n", 7))))
                .containsEntry("insertedId", "{\"n\":7}");
        assertThatThrownBy(() -> run(new Aggregate(), "pipeline", List.of(Map.of("$nope", 1))))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageMatching(
                        "The server at 127.0.0.1:\\d+ answered: Unrecognized pipeline stage.*\\(\\d+\\)");
    }

    @Test
    void aTriggerFindsOrNot() throws Exception {
        assertThatThrownBy(() -> run(new Trigger(), "filter", "{name: 'ada'}"))
                .isInstanceOf(NothingNewException.class);
        load();
        assertThat(run(new Trigger(), "filter", "{name: 'ada'}")).containsEntry("size", 2L);
    }

    @Test
    void whatDoesntConnectOrFitIsSaid() throws Exception {
        uri =
                "mongodb://ada:wr0ng@127.0.0.1:%d/?serverSelectionTimeoutMS=500"
                        .formatted(SilentServer.closedPort());
        assertThatThrownBy(() -> run(new Find()))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("Unable to reach")
                .hasMessageNotContaining("wr0ng");
        uri = "mongodb://ada:wr0ng@ho st/";
        assertThatThrownBy(() -> run(new Find()))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageNotContaining("wr0ng");
        uri = "mongodb://169.254.169.254/";
        assertThatThrownBy(() -> run(new Find())).hasMessageContaining("egress policy");
        uri = "mongodb://127.0.0.1:1/";
        assertThatThrownBy(() -> run(new Find(), "filter", "{no json"))
                .hasMessageContaining("Expected a document");
    }

    @Test
    void aServerThatDoesntLetTheUserInIsSaidWithoutThePassword() {
        // the one here knows no users, and so refuses each
        uri = uri.replace("mongodb://", "mongodb://ada:wr0ng@") + "?serverSelectionTimeoutMS=2000";

        assertThatThrownBy(() -> run(new Find()))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("refuses")
                .hasMessageNotContaining("wr0ng");
    }

    @Test
    void aServerThatHangsIsLeftWhenTheTaskIsCancelled() throws Exception {
        SilentServer.isLeft(
                context,
                port -> {
                    uri = "mongodb://127.0.0.1:%d/".formatted(port);
                    run(new Find());
                });
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aKillInTheMiddleOfManyDocumentsLeavesNoHalfOfThem(Way way) throws Exception {
        var rows = new StringBuilder();
        for (int i = 0; i < 2000; i++) {
            rows.append("{\"id\":%d,\"text\":\"%s\"}%n".formatted(i, "x".repeat(10_000)));
        }
        context.store("kestra:///in", rows.toString());
        Object[] load = {"from", "kestra:///in", "chunk", 1000, "idKey", "id"};
        Object[] find = {"store", true};
        if (way == Way.TO_CLIENT) {
            run(new Load(), load);
        }
        int port = URI.create(uri).getPort();

        StallingProxy.isLeft(
                context,
                port,
                way,
                // a whole batch, and a part of the next one
                15_000_000,
                proxy -> {
                    uri = "mongodb://127.0.0.1:%d/".formatted(proxy);
                    run(
                            way == Way.TO_SERVER ? new Load() : new Find(),
                            way == Way.TO_SERVER ? load : find);
                });

        uri = "mongodb://127.0.0.1:%d/".formatted(port);
        assertThat(directory).isEmptyDirectory();
        assertThat(context.stored()).hasSize(1);
        context = new FakeContext(directory);
        context.store("kestra:///in", rows.toString());
        assertThat(run(new Find(), find))
                .containsEntry("size", way == Way.TO_SERVER ? 1000L : 2000L);
        run(new Delete(), "filter", "{}", "operation", "DELETE_MANY");
        assertThat(run(new Load(), load)).containsEntry("insertedCount", 2000L);
    }
}
