// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.azure;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.plugin.NothingNewException;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.test.FakeContext;
import io.millrace.test.StandIn;
import io.millrace.test.StoreCases;
import io.millrace.test.Tasks;
import java.net.URI;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against Azurite.
class BlobIT extends StoreCases {
    @TempDir static Path data = Path.of(".");
    private static @Nullable Azurite server;

    @BeforeAll
    static void start() throws Exception {
        var started = Azurite.start(data);
        assumeTrue(started.isPresent(), "npm gets Azurite");
        server = started.get();
        Tasks.run(
                new CreateContainer(),
                new FakeContext(data),
                Map.of("connectionString", server.connectionString(), "container", "box"));
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static Azurite server() {
        return requireNonNull(server);
    }

    private Map<String, @Nullable Object> run(TaskPlugin<?, ?> task, Object... properties)
            throws Exception {
        var all = new HashMap<String, @Nullable Object>();
        all.put("endpoint", server().endpoint());
        all.put("sharedKeyAccountName", Azurite.ACCOUNT);
        all.put("sharedKeyAccountAccessKey", server().key());
        all.put("container", "box");
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        all.values().removeIf("-"::equals);
        return Tasks.run(task, context, all);
    }

    @Override
    protected List<?> take(String task, String prefix, Object... more) throws Exception {
        var outputs =
                run(
                        task.equals("Trigger") ? new Trigger() : new Downloads(),
                        Stream.concat(Stream.of("prefix", prefix), Stream.of(more)).toArray());
        return (List<?>) requireNonNull(outputs.get("blobs"));
    }

    @Override
    protected Object[] move(String bucket, String directory) {
        var place =
                Map.of("container", bucket.equals("bucket") ? "box" : bucket, "name", directory);
        return new Object[] {"action", "MOVE", "moveTo", place};
    }

    @Override
    protected void upload(String name, String text) throws Exception {
        var uri = context.store("kestra:///up", text).toString();
        run(new Upload(), "from", uri, "name", name);
    }

    @Override
    protected String names(String prefix) throws Exception {
        return names(prefix, new Object[0]);
    }

    private String names(String prefix, Object... more) throws Exception {
        var properties = new Object[more.length + 2];
        properties[0] = "prefix";
        properties[1] = prefix;
        System.arraycopy(more, 0, properties, 2, more.length);
        return String.valueOf(run(new ListBlobs(), properties).get("blobs"));
    }

    private @Nullable String fetched(Map<String, @Nullable Object> outputs) {
        var blob = (Map<?, ?>) requireNonNull(outputs.get("blob"));
        return context.text(URI.create(String.valueOf(blob.get("uri"))));
    }

    @Test
    void aFileGoesThereIsCopiedComesBackAndIsDeleted() throws Exception {
        var uri = context.store("kestra:///a.txt", "content").toString();
        run(
                new Upload(),
                "from",
                uri,
                "name",
                "one/ä b+c.txt",
                "contentType",
                "text/plain",
                "accessTier",
                "COOL",
                "tags",
                Map.of("kind", "a b"),
                "metadata",
                Map.of("who", "ada"));

        run(
                new Copy(),
                "from",
                Map.of("container", "box", "name", "one/ä b+c.txt"),
                "to",
                Map.of("name", "one/b.txt"),
                "delete",
                true);
        var down = run(new Download(), "name", "one/b.txt");
        var deleted = run(new Delete(), "name", "one/b.txt");

        assertThat(fetched(down)).isEqualTo("content");
        assertThat(down)
                .containsEntry("contentType", "text/plain")
                .containsEntry("metadata", Map.of("who", "ada"));
        assertThat(String.valueOf(deleted.get("blob"))).contains("size=7");
        assertThat(names("one/")).isEqualTo("[]");
    }

    @Test
    void aBigFileGoesInBlocks() throws Exception {
        var big = new byte[(20 << 20) + 5];
        new Random(7).nextBytes(big);
        var uri = context.store("kestra:///big", big).toString();

        var up = run(new Upload(), "from", uri, "name", "big", "contentType", "a/b");
        var down = run(new Download(), "name", "big");

        assertThat(String.valueOf(up.get("blob"))).contains("size=" + big.length);
        var blob = (Map<?, ?>) requireNonNull(down.get("blob"));
        assertThat(context.bytes(URI.create(String.valueOf(blob.get("uri"))))).isEqualTo(big);
        assertThat(down).containsEntry("contentType", "a/b");
        run(new Delete(), "name", "big");
    }

    @Test
    void blobsThatFitAreFetchedOnce() throws Exception {
        upload("in/a.csv", "a");
        upload("in/b.txt", "b");
        upload("in/deep/c.csv", "c");
        Object[] look = {
            "prefix",
            "in/",
            "regexp",
            ".*\\.csv",
            "action",
            "MOVE",
            "moveTo",
            Map.of("name", "done")
        };

        assertThat(names("in/", "delimiter", "/", "filter", "DIRECTORY"))
                .contains("name=in/deep/")
                .doesNotContain("b.txt");
        assertThat(names("in/", "maxFiles", 1)).contains("in/a.csv").doesNotContain("in/b.txt");
        var found = run(new Trigger(), look);

        assertThat((List<?>) found.get("blobs")).hasSize(2);
        assertThat(context.stored().values()).contains("a", "c");
        assertThat(names("done/")).contains("name=done/a.csv", "name=done/c.csv");
        context.executionId = "the next look";
        assertThatThrownBy(() -> run(new Trigger(), look)).isInstanceOf(NothingNewException.class);
        assertThat(run(new DeleteList(), "prefix", "done/"))
                .containsEntry("count", 2L)
                .containsEntry("size", 2L);
        assertThat(run(new Downloads(), "prefix", "in/").get("outputFiles"))
                .asString()
                .contains("in/b.txt");
        assertThatThrownBy(() -> run(new DeleteList(), "prefix", "none/", "errorOnEmpty", true))
                .hasMessageContaining("no such blob");
    }

    @Test
    void aUrlGivesAccessForAWhile() throws Exception {
        upload("shared.txt", "shared");

        var uri =
                String.valueOf(
                        run(
                                        new SharedAccess(),
                                        "name",
                                        "shared.txt",
                                        "expirationDate",
                                        "2100-01-01T00:00:00Z",
                                        "permissions",
                                        List.of("READ"))
                                .get("uri"));

        assertThat(context.concealed).contains(uri);
        Object[] signed = {
            "name",
            "shared.txt",
            "sharedKeyAccountName",
            "-",
            "sharedKeyAccountAccessKey",
            "-",
            "sasToken",
            uri.substring(uri.indexOf('?'))
        };
        assertThat(fetched(run(new Download(), signed))).isEqualTo("shared");
        assertThatThrownBy(() -> run(new Delete(), signed))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("(403)");
    }

    @Test
    void whatTheStoreRefusesIsSaid() {
        assertThatThrownBy(() -> run(new Download(), "name", "none"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("BlobNotFound")
                .hasMessageContaining("(404)");
        var wrong = Base64.getEncoder().encodeToString(new byte[32]);
        assertThatThrownBy(() ->
                        run(new Download(), "name", "none", "sharedKeyAccountAccessKey", wrong))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("(403)")
                .hasMessageNotContaining(wrong);
        assertThatThrownBy(() ->
                        run(
                                new Download(),
                                "name",
                                "none",
                                "sharedKeyAccountAccessKey",
                                "no base64!"))
                .hasMessageContaining("in Base64")
                .hasMessageNotContaining("no base64");
        assertThatThrownBy(() -> run(new Download(), "name", "../x"))
                .hasMessageContaining("name of a blob");
        assertThatThrownBy(() -> run(new Download(), "name", "x", "container", "a/b"))
                .hasMessageContaining("container's name");
    }

    @Test
    void aStoreThatIsBusyIsAskedAgain() throws Exception {
        try (var busy = StandIn.start()) {
            busy.on(
                    "DELETE /box/n",
                    new StandIn.Answer(503, Map.of("Retry-After", "0"), ""),
                    StandIn.Answer.status(202));
            busy.on("HEAD /box/n", StandIn.Answer.status(200));

            run(new Delete(), "name", "n", "endpoint", busy.url());

            assertThat(busy.asked.stream().map(StandIn.Asked::method))
                    .containsExactly("HEAD", "DELETE", "DELETE");
        }
    }
}
