// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.aws;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.plugin.NothingNewException;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.test.FakeContext;
import io.millrace.test.SilentServer;
import io.millrace.test.StandIn;
import io.millrace.test.StandIn.Answer;
import io.millrace.test.StoreCases;
import io.millrace.test.Tasks;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against S3Proxy.
class S3IT extends StoreCases {
    @TempDir static Path data = Path.of(".");
    private static @Nullable S3Server server;

    @BeforeAll
    static void start() throws Exception {
        server = S3Server.start(data);
        Tasks.run(
                new CreateBucket(),
                new FakeContext(data),
                Map.of(
                        "endpointOverride", server.endpoint(),
                        "accessKeyId", "test-key",
                        "secretKeyId", "test-secret",
                        "bucket", "bucket"));
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private Map<String, @Nullable Object> run(TaskPlugin<?, ?> task, Object... properties)
            throws Exception {
        var all = new HashMap<String, @Nullable Object>();
        all.put("endpointOverride", requireNonNull(server).endpoint());
        all.put("accessKeyId", "test-key");
        all.put("secretKeyId", "test-secret");
        all.put("bucket", "bucket");
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        return Tasks.run(task, context, all);
    }

    @Override
    protected List<?> take(String task, String prefix, Object... more) throws Exception {
        var outputs =
                run(
                        task.equals("Trigger") ? new Trigger() : new Downloads(),
                        Stream.concat(Stream.of("prefix", prefix), Stream.of(more)).toArray());
        return (List<?>) requireNonNull(outputs.get("objects"));
    }

    @Override
    protected Object[] move(String bucket, String directory) {
        var place = Map.of("bucket", bucket, "key", directory);
        return new Object[] {"action", "MOVE", "moveTo", place};
    }

    @Override
    protected void upload(String key, String text) throws Exception {
        var uri = context.store("kestra:///up", text).toString();
        run(new Upload(), "from", uri, "key", key);
    }

    @Override
    protected String names(String prefix) throws Exception {
        return String.valueOf(run(new ListObjects(), "prefix", prefix).get("objects"));
    }

    @Test
    void aFileGoesThereIsCopiedComesBackAndIsDeleted() throws Exception {
        var uri = context.store("kestra:///a.txt", "content").toString();
        run(
                new Upload(),
                "from",
                uri,
                "key",
                "one/a.txt",
                "contentType",
                "text/plain",
                "cacheControl",
                "max-age=60",
                "contentDisposition",
                "attachment",
                "metadata",
                Map.of("who", "ada"));

        run(
                new Copy(),
                "from",
                Map.of("bucket", "bucket", "key", "one/a.txt"),
                "to",
                Map.of("key", "one/b.txt"),
                "delete",
                true);
        var down = run(new Download(), "key", "one/b.txt", "validateChecksum", true);
        run(new Delete(), "key", "one/b.txt");

        assertThat(context.text(URI.create(String.valueOf(down.get("uri"))))).isEqualTo("content");
        assertThat(down)
                .containsEntry("contentLength", 7L)
                .containsEntry("contentType", "text/plain");
        assertThat(down).containsEntry("metadata", Map.of("who", "ada"));
        assertThat(names("one/")).isEqualTo("[]");
    }

    private static Answer xml(int status, String body) {
        return new Answer(status, Map.of("Content-Type", "text/xml"), body);
    }

    @Test
    void aRoleIsTakenOnByWhoeverMay() throws Exception {
        // the store of the other tests knows no sessions
        try (var tokens = StandIn.start()) {
            tokens.on("GET /bucket/role.txt", new Answer(200, Map.of(), "content"));
            tokens.on(
                    "POST /",
                    xml(
                            200,
                            """
                            <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
                              <AssumeRoleResult><Credentials>
                                <AccessKeyId>test-key</AccessKeyId>
                                <SecretAccessKey>test-secret</SecretAccessKey>
                                <SessionToken>token</SessionToken>
                                <Expiration>2100-01-01T00:00:00Z</Expiration>
                              </Credentials></AssumeRoleResult>
                            </AssumeRoleResponse>
                            """),
                    xml(
                            403,
                            """
                            <ErrorResponse><Error>
                              <Code>AccessDenied</Code><Message>not you</Message>
                            </Error></ErrorResponse>
                            """));
            Object[] role = {
                "key",
                "role.txt",
                "accessKeyId",
                "somebody",
                "secretKeyId",
                "his-secret",
                "stsRoleArn",
                "arn:aws:iam::123456789012:role/backup",
                "stsRoleExternalId",
                "x1",
                "stsRoleSessionDuration",
                "PT15M",
                "stsEndpointOverride",
                tokens.url(),
                "endpointOverride",
                tokens.url()
            };

            var down = run(new Download(), role);

            assertThat(down).containsEntry("contentLength", 7L);
            assertThat(tokens.asked.getFirst().body())
                    .contains("role%2Fbackup", "ExternalId=x1", "DurationSeconds=900")
                    .doesNotContain("his-secret");
            assertThat(tokens.asked.getFirst().header("authorization")).contains("somebody/");
            assertThat(tokens.asked.get(1).header("x-amz-security-token")).isEqualTo("token");
            assertThat(tokens.asked.get(1).header("authorization")).contains("test-key/");
            assertThatThrownBy(() -> run(new Download(), role))
                    .isInstanceOf(TaskFailedException.class)
                    .hasMessage("The role isn't given: not you (403)");
            SilentServer.isLeft(
                    context,
                    port -> {
                        role[role.length - 3] = "http://127.0.0.1:" + port;
                        run(new Download(), role);
                    });
        }
    }

    @Test
    void aBigFileGoesInParts() throws Exception {
        var big = new byte[(16 << 20) + 5];
        big[big.length - 1] = 7;
        var uri = context.store("kestra:///big", big).toString();

        run(
                new Upload(),
                "from",
                uri,
                "key",
                "big",
                "contentType",
                "text/plain",
                "metadata",
                Map.of("who", "ada"));
        var down = run(new Download(), "key", "big");

        assertThat(down)
                .containsEntry("contentType", "text/plain")
                .containsEntry("metadata", Map.of("who", "ada"));
        assertThat(context.bytes(URI.create(String.valueOf(down.get("uri"))))).isEqualTo(big);
        run(new Delete(), "key", "big");
    }

    @Test
    void objectsThatFitAreFetchedOnce() throws Exception {
        upload("in/a.csv", "a");
        upload("in/b.txt", "b");
        upload("in/deep/c.csv", "c");
        Object[] look = {
            "prefix", "in/", "regexp", ".*\\.csv", "action", "MOVE", "moveTo", Map.of("key", "done")
        };

        var found = run(new Trigger(), look);

        assertThat((List<?>) found.get("objects")).hasSize(2);
        assertThat(context.stored().values()).contains("a", "c");
        assertThat(names("done/")).contains("key=done/a.csv", "key=done/c.csv");
        context.executionId = "the next look";
        assertThatThrownBy(() -> run(new Trigger(), look)).isInstanceOf(NothingNewException.class);
        assertThat(run(new DeleteList(), "prefix", "done/")).containsEntry("count", 2L);
        assertThat(run(new Downloads(), "prefix", "in/").get("outputFiles"))
                .asString()
                .contains("in/b.txt");
    }

    @Test
    void whatTheStoreRefusesIsSaid() {
        assertThatThrownBy(() -> run(new Download(), "key", "none"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("(404)");
        assertThatThrownBy(() -> run(new Download(), "key", "none", "secretKeyId", "wr0ng"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("(403)")
                .hasMessageNotContaining("wr0ng");
        assertThatThrownBy(
                        () -> Tasks.run(new Download(), context, Map.of("bucket", "b", "key", "k")))
                .hasMessageContaining("aren't for tasks");
    }
}
