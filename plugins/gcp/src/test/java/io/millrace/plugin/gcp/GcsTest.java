// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.plugin.NothingNewException;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.test.StoreCases;
import io.millrace.test.Tasks;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Against a stand-in of the JSON API.
class GcsTest extends StoreCases {
    private @Nullable GcsStandIn server;

    @BeforeEach
    void begin() throws Exception {
        server = GcsStandIn.start();
        run(new CreateBucket(), "name", "bucket", "location", "EU");
    }

    @AfterEach
    void stop() {
        server().close();
    }

    private GcsStandIn server() {
        return requireNonNull(server);
    }

    private Map<String, @Nullable Object> run(TaskPlugin<?, ?> task, Object... properties)
            throws Exception {
        var all = new HashMap<String, @Nullable Object>();
        all.put("endpoint", server().url());
        all.put("serviceAccount", server().serviceAccount());
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        all.values().removeIf("-"::equals);
        return Tasks.run(task, context, all);
    }

    @Override
    protected List<?> take(String task, String prefix, Object... more) throws Exception {
        Object[] below = {"from", "gs://bucket/" + prefix, "listingType", "RECURSIVE"};
        var outputs =
                run(
                        task.equals("Trigger") ? new Trigger() : new Downloads(),
                        Stream.concat(Stream.of(below), Stream.of(more)).toArray());
        return (List<?>) requireNonNull(outputs.get("blobs"));
    }

    @Override
    protected Object[] move(String bucket, String directory) {
        var place = "gs://%s/%s".formatted(bucket, directory);
        return new Object[] {"action", "MOVE", "moveDirectory", place};
    }

    @Override
    protected String names(String prefix) throws Exception {
        return listed("gs://bucket/" + prefix, "listingType", "RECURSIVE");
    }

    @Override
    protected void upload(String name, String text) throws Exception {
        var uri = context.store("kestra:///up", text).toString();
        run(new Upload(), "from", uri, "to", "gs://bucket/" + name);
    }

    private String listed(String from, Object... more) throws Exception {
        var properties = new Object[more.length + 2];
        properties[0] = "from";
        properties[1] = from;
        System.arraycopy(more, 0, properties, 2, more.length);
        return String.valueOf(run(new ListBlobs(), properties).get("blobs"));
    }

    private byte[] fetched(Map<String, @Nullable Object> outputs) {
        return context.bytes(URI.create(String.valueOf(outputs.get("uri"))));
    }

    @Test
    void aFileGoesThereIsCopiedComesBackAndIsDeleted() throws Exception {
        var uri = context.store("kestra:///a.txt", "content").toString();
        var up =
                run(
                        new Upload(),
                        "from",
                        uri,
                        "to",
                        "gs://bucket/one/ä b+c.txt",
                        "contentType",
                        "text/plain",
                        "metadata",
                        Map.of("who", "ada"));

        run(
                new Copy(),
                "from",
                "gs://bucket/one/ä b+c.txt",
                "to",
                "gs://bucket/one/b.txt",
                "delete",
                true);
        var down = run(new Download(), "from", "gs://bucket/one/b.txt");
        var deleted = run(new Delete(), "uri", "gs://bucket/one/b.txt");

        assertThat(up).containsEntry("uri", "gs://bucket/one/ä b+c.txt");
        assertThat(String.valueOf(up.get("blob"))).contains("contentType=text/plain", "{who=ada}");
        assertThat(fetched(down)).asString().isEqualTo("content");
        assertThat(down).containsEntry("bucket", "bucket").containsEntry("path", "one/b.txt");
        assertThat(deleted).containsEntry("deleted", true);
        assertThat(run(new Delete(), "uri", "gs://bucket/one/b.txt"))
                .containsEntry("deleted", false);
        assertThat(listed("gs://bucket/one/")).isEqualTo("[]");
        assertThat(run(new DeleteBucket(), "name", "bucket")).containsEntry("bucket", "bucket");
    }

    @Test
    void aBigFileGoesInChunksAndAnEmptyOneGoes() throws Exception {
        var big = new byte[(17 << 20) + 5];
        new Random(7).nextBytes(big);
        var uri = context.store("kestra:///big", big).toString();
        var whole = context.store("kestra:///whole", new byte[8 << 20]).toString();
        var empty = context.store("kestra:///empty", "").toString();

        run(new Upload(), "from", uri, "to", "gs://bucket/big");
        run(new Upload(), "from", whole, "to", "gs://bucket/whole");
        run(new Upload(), "from", empty, "to", "gs://bucket/empty");

        assertThat(fetched(run(new Download(), "from", "gs://bucket/big"))).isEqualTo(big);
        assertThat(fetched(run(new Download(), "from", "gs://bucket/whole"))).hasSize(8 << 20);
        assertThat(fetched(run(new Download(), "from", "gs://bucket/empty"))).isEmpty();
        assertThat(server().asked).filteredOn(a -> a.startsWith("PUT /upload/")).hasSize(5);
    }

    @Test
    void objectsThatFitAreFetchedOnce() throws Exception {
        upload("in/a.csv", "a");
        upload("in/b.txt", "b");
        upload("in/b2.txt", "b");
        upload("in/c.csv", "c");
        upload("in/deep/d.csv", "d");
        Object[] look = {
            "from",
            "gs://bucket/in/",
            "regExp",
            ".*\\.csv",
            "action",
            "MOVE",
            "moveDirectory",
            "gs://bucket/done"
        };

        assertThat(listed("gs://bucket/in/", "filter", "DIRECTORY"))
                .contains("in/deep/")
                .doesNotContain("b.txt");
        assertThat(listed("gs://bucket/in/", "listingType", "RECURSIVE", "filter", "FILES"))
                .contains("in/deep/d.csv", "in/a.csv");
        assertThat(listed("gs://bucket/in/", "maxFiles", 1)).doesNotContain("in/b.txt");
        var found = run(new Trigger(), look);

        assertThat((List<?>) found.get("blobs")).hasSize(2);
        assertThat(context.stored().values()).contains("a", "c");
        assertThat(listed("gs://bucket/done/")).contains("name=done/a.csv", "name=done/c.csv");
        context.executionId = "the next look";
        assertThatThrownBy(() -> run(new Trigger(), look)).isInstanceOf(NothingNewException.class);
        assertThat(run(new DeleteList(), "from", "gs://bucket/done/"))
                .containsEntry("count", 2L)
                .containsEntry("size", 2L);
        assertThat(run(new Downloads(), "from", "gs://bucket/in/").get("outputFiles"))
                .asString()
                .contains("in/b.txt", "in/b2.txt");
        assertThatThrownBy(() ->
                        run(new DeleteList(), "from", "gs://bucket/none/", "errorOnEmpty", true))
                .hasMessageContaining("no such object");
    }

    @Test
    void oneFileIsMadeOfSeveral() throws Exception {
        upload("part/1", "one ");
        upload("part/2", "two ");
        upload("part/3", "three");

        var made =
                run(
                        new Compose(),
                        "list",
                        Map.of("from", "gs://bucket/part/"),
                        "to",
                        "gs://bucket/all");

        assertThat(made).containsEntry("uri", "gs://bucket/all");
        assertThat(fetched(run(new Download(), "from", "gs://bucket/all")))
                .asString()
                .isEqualTo("one two three");
    }

    @Test
    void bucketsAreMadeOnce() throws Exception {
        assertThat(run(new CreateBucket(), "name", "other")).containsEntry("created", true);
        assertThat(run(new CreateBucket(), "name", "other", "ifExists", "SKIP"))
                .containsEntry("created", false);
        assertThatThrownBy(() -> run(new CreateBucket(), "name", "other"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("(409)");
        assertThatThrownBy(
                        () -> run(new CreateBucket(), "name", "x", "projectId", "somebody-elses"))
                .hasMessageContaining("(403)");
    }

    @Test
    void whatTheStoreRefusesIsSaid() throws Exception {
        assertThatThrownBy(() -> run(new Download(), "from", "gs://bucket/none"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("No such object: bucket/none (404)");
        assertThatThrownBy(() ->
                        run(new Download(), "from", "gs://bucket/none", "serviceAccount", "-"))
                .hasMessageContaining("Anonymous caller")
                .hasMessageContaining("(401)");
        try (var other = GcsStandIn.start()) {
            var wrong =
                    other.serviceAccount()
                            .replace(other.url() + "/token", server().url() + "/token");
            assertThatThrownBy(() ->
                            run(
                                    new Download(),
                                    "from",
                                    "gs://bucket/none",
                                    "serviceAccount",
                                    wrong))
                    .isInstanceOf(TaskFailedException.class)
                    .hasMessageContaining("Invalid JWT Signature");
        }
        assertThatThrownBy(() ->
                        run(
                                new Download(),
                                "from",
                                "gs://bucket/none",
                                "serviceAccount",
                                "{\"s3cret"))
                .hasMessageContaining("key file")
                .hasMessageNotContaining("s3cret");
        assertThatThrownBy(() -> run(new Download(), "from", "s3://bucket/none"))
                .hasMessageContaining("gs://bucket/name");
    }

    @Test
    void aStoreThatIsBusyIsAskedAgain() throws Exception {
        upload("a", "a");
        server().refuse(2);

        assertThat(fetched(run(new Download(), "from", "gs://bucket/a"))).asString().isEqualTo("a");
    }
}
