// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskFailedException;
import io.millrace.test.FakeContext;
import io.millrace.test.SilentServer;
import io.millrace.test.StandIn;
import io.millrace.test.StandIn.Answer;
import io.millrace.test.Tasks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The worker's own account, which tasks come as where the operator says so.
class WorkersAccountTest {
    private static final String METADATA =
            "GET /computeMetadata/v1/instance/service-accounts/default/token";

    @TempDir Path directory = Path.of(".");
    private @Nullable StandIn google;
    private FakeContext context = new FakeContext(Path.of("."));
    private final Map<String, String> settings = new HashMap<>();
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void begin() throws Exception {
        context = new FakeContext(directory);
        google = StandIn.start();
        google.on(
                "GET /storage/v1/b/bucket/o/file.txt",
                request ->
                        request.header("authorization").equals("Bearer w0rker")
                                ? new Answer(200, Map.of(), "content")
                                : new Answer(401, Map.of(), "{}"));
        settings.put("gcp.endpoint", google.url());
        environment.put("HOME", directory.toString());
        environment.put("GCE_METADATA_HOST", google.url().substring("http://".length()));
    }

    @AfterEach
    void end() {
        google().close();
    }

    private StandIn google() {
        return requireNonNull(google);
    }

    private Map<String, @Nullable Object> fetch(String... more) throws Exception {
        var all = new HashMap<String, @Nullable Object>();
        all.put("from", "gs://bucket/file.txt");
        for (int i = 0; i < more.length; i += 2) {
            all.put(more[i], more[i + 1]);
        }
        try (var task = new Download()) {
            task.environment = environment;
            task.start(new PluginSettings(settings));
            return Tasks.run(task, context, all);
        }
    }

    @Test
    void noTaskComesAsTheWorkerUnlessTheOperatorSaysSo() {
        google().on(METADATA, Answer.json("{\"access_token\":\"w0rker\"}"));

        assertThatThrownBy(this::fetch)
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("(401)");

        assertThat(google().routesAsked()).doesNotContain(METADATA);
    }

    @Test
    void theMachinesAccountIsAskedForWhatTheFlowDoesNotName() throws Exception {
        settings.put("gcp.default-credentials", "true");
        google().on(
                        METADATA,
                        request ->
                                request.header("metadata-flavor").equals("Google")
                                        ? Answer.json(
                                                "{\"access_token\":\"w0rker\",\"expires_in\":3000}")
                                        : Answer.status(403));

        fetch();

        assertThat(context.stored()).containsValue("content");
        assertThat(context.concealed).contains("w0rker");
    }

    @Test
    void noTokenOfTheWorkersGoesToAHostThatAFlowNames() {
        settings.put("gcp.default-credentials", "true");
        google().on(METADATA, Answer.json("{\"access_token\":\"w0rker\"}"));

        assertThatThrownBy(() -> fetch("endpoint", google().url())).hasMessageContaining("(401)");

        assertThat(google().asked)
                .noneMatch(request -> request.header("authorization").contains("w0rker"))
                .noneMatch(request -> request.path().startsWith("/computeMetadata"));
    }

    @Test
    void aFileOfTheWorkersIsTakenBeforeTheMachinesAccount() throws Exception {
        settings.put("gcp.default-credentials", "true");
        google().on(
                        "POST /tokens",
                        request ->
                                request.body().contains("refresh_token=r3fresh")
                                        ? Answer.json("{\"access_token\":\"w0rker\"}")
                                        : Answer.status(400));
        var known =
                Files.createDirectories(directory.resolve(".config/gcloud"))
                        .resolve("application_default_credentials.json");
        Files.writeString(
                known,
                """
                {"type": "authorized_user", "client_id": "c", "client_secret": "cs3cret",
                 "refresh_token": "r3fresh", "token_uri": "%s/tokens"}
                """
                        .formatted(google().url()));

        fetch();

        assertThat(context.stored()).containsValue("content");
        Files.writeString(known, "{\"type\": \"gdch_service_account\"}");
        assertThatThrownBy(this::fetch).hasMessageContaining("'gdch_service_account'");
        Files.writeString(known, "{\"s3cret");
        assertThatThrownBy(this::fetch)
                .hasMessageContaining("file of JSON")
                .hasMessageNotContaining("s3cret");
        environment.put("GOOGLE_APPLICATION_CREDENTIALS", directory + "/none.json");
        assertThatThrownBy(this::fetch).hasMessageContaining("file of JSON");
    }

    @Test
    void aTokenOfAnotherIsExchangedForOneOfGoogles() throws Exception {
        settings.put("gcp.default-credentials", "true");
        google().on(
                        "POST /sts",
                        request ->
                                request.body().contains("subject_token=cluster&")
                                                || request.body().endsWith("subject_token=cluster")
                                        ? Answer.json("{\"access_token\":\"exchanged\"}")
                                        : Answer.status(400));
        google().on(
                        "POST /v1/account:generateAccessToken",
                        request ->
                                request.header("authorization").equals("Bearer exchanged")
                                        ? Answer.json("{\"accessToken\":\"w0rker\"}")
                                        : Answer.status(403));
        var file = directory.resolve("federation.json");
        environment.put("GOOGLE_APPLICATION_CREDENTIALS", file.toString());
        var token = directory.resolve("token");
        Files.writeString(
                file,
                """
                {"type": "external_account", "audience": "//iam/pool", "token_url": "%1$s/sts",
                 "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
                 "service_account_impersonation_url": "%1$s/v1/account:generateAccessToken",
                 "credential_source": {"file": "%2$s",
                   "format": {"type": "json", "subject_token_field_name": "id"}}}
                """
                        .formatted(google().url(), token));
        assertThatThrownBy(this::fetch).hasMessageContaining("can't be read from its file");
        Files.writeString(token, "{\"id\": \"cluster\"}");

        fetch();

        assertThat(context.stored()).containsValue("content");
        Files.writeString(token, "{\"id\": \"0ld\"}");
        assertThatThrownBy(this::fetch).hasMessageNotContaining("0ld");
        Files.writeString(
                file,
                """
                {"type": "external_account", "credential_source": {"executable": {}}}
                """);
        assertThatThrownBy(this::fetch).hasMessageContaining("`credential_source`");
    }

    @Test
    void aMachineThatNeverAnswersIsLeftWhenTheTaskEnds() throws Exception {
        settings.put("gcp.default-credentials", "true");
        SilentServer.isLeft(
                context,
                port -> {
                    environment.put("GCE_METADATA_HOST", "127.0.0.1:" + port);
                    fetch();
                });
    }
}
