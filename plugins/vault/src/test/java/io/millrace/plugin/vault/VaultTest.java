// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.vault;

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
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a Vault can't be made to do: be silent, fail in the end, be killed in the middle.
class VaultTest {
    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));
    private final StandIn vault;

    VaultTest() throws IOException {
        vault = StandIn.start();
    }

    @BeforeEach
    void begin() {
        context = new FakeContext(directory);
    }

    @AfterEach
    void end() {
        vault.close();
    }

    private Map<String, @Nullable Object> run(TaskPlugin<?, ?> task, Object... properties)
            throws Exception {
        var all = new HashMap<String, @Nullable Object>();
        all.put("address", vault.url());
        all.put("auth", Map.of("token", "t0ken"));
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        return Tasks.run(task, context, all);
    }

    @Test
    void anAppRoleGetsATokenThatIsRevokedAfterTheTask() throws Exception {
        vault.on(
                        "POST /v1/auth/approle/login",
                        asked ->
                                asked.body().contains("good")
                                        ? Answer.json("{\"auth\":{\"client_token\":\"borrowed\"}}")
                                        : new Answer(400, Map.of(), "{\"errors\":[\"invalid\"]}"))
                .on("GET /v1/sys/health", Answer.json("{\"initialized\":true}"))
                .on("POST /v1/auth/token/revoke-self", Answer.status(204));

        run(new Request(), "path", "sys/health", "auth", Map.of("roleId", "r", "secretId", "good"));

        assertThat(vault.routesAsked())
                .containsExactly(
                        "POST /v1/auth/approle/login",
                        "GET /v1/sys/health",
                        "POST /v1/auth/token/revoke-self");
        assertThat(vault.asked.get(1).header("x-vault-token")).isEqualTo("borrowed");
        assertThat(context.concealed).contains("borrowed");
        assertThatThrownBy(() ->
                        run(
                                new Request(),
                                "path",
                                "sys/health",
                                "auth",
                                Map.of("roleId", "r", "secretId", "bad")))
                .hasMessage("Vault refuses the credentials (400)");
    }

    @Test
    void aTokenAndANamespaceAreHeadersAndAPatchSaysWhatItIs() throws Exception {
        vault.on("PATCH /v1/secret/data/a", Answer.status(204));

        run(
                new Request(),
                "path",
                "secret/data/a",
                "method",
                "patch",
                "body",
                Map.of("data", Map.of("k", "v")),
                "vaultNamespace",
                "bank");

        var asked = vault.asked.getFirst();
        assertThat(asked.header("x-vault-token")).isEqualTo("t0ken");
        assertThat(asked.header("x-vault-namespace")).isEqualTo("bank");
        assertThat(asked.header("content-type")).isEqualTo("application/merge-patch+json");
    }

    @Test
    void whatWasDoneStaysDoneThoughTheTokenIsntRevoked() throws Exception {
        vault.on(
                        "POST /v1/auth/approle/login",
                        Answer.json("{\"auth\":{\"client_token\":\"borrowed\"}}"))
                .on("GET /v1/sys/health", Answer.json("{\"initialized\":true}"))
                .on("POST /v1/auth/token/revoke-self", Answer.status(500));

        var done =
                run(
                        new Request(),
                        "path",
                        "sys/health",
                        "auth",
                        Map.of("roleId", "r", "secretId", "good"));

        assertThat(done.get("response")).isEqualTo(Map.of("initialized", true));
        assertThat(context.lines).anyMatch(line -> line.startsWith("WARN The task's token"));
    }

    @Test
    void aKilledTasksTokenIsRevokedToo() throws Exception {
        var asked = new CountDownLatch(1);
        var over = new CountDownLatch(1);
        vault.on(
                        "POST /v1/auth/approle/login",
                        Answer.json("{\"auth\":{\"client_token\":\"borrowed\"}}"))
                .on(
                        "GET /v1/slow",
                        _ -> {
                            asked.countDown();
                            try {
                                over.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                            return Answer.json("{}");
                        })
                .on("POST /v1/auth/token/revoke-self", Answer.status(204));
        var task =
                RunningTask.start(
                        context,
                        () ->
                                run(
                                        new Request(),
                                        "path",
                                        "slow",
                                        "auth",
                                        Map.of("roleId", "r", "secretId", "good")));
        assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();

        assertThat(task.cancel()).isInstanceOf(InterruptedException.class);

        await().until(() -> vault.routesAsked().contains("POST /v1/auth/token/revoke-self"));
        over.countDown();
    }

    @Test
    void whatIsRefusedAwayOrSilentIsSaid() throws Exception {
        vault.on(
                "GET /v1/secret/data/a",
                new Answer(403, Map.of(), "{\"errors\":[\"permission denied\"]}"));
        assertThatThrownBy(() -> run(new KvRead(), "path", "a"))
                .hasMessage(
                        "Vault doesn't permit this, or not to this token (403): permission denied");
        assertThatThrownBy(() -> run(new KvRead(), "path", "a", "auth", Map.of()))
                .hasMessageContaining("Expected in `auth` a token");
        assertThatThrownBy(() ->
                        run(
                                new KvRead(),
                                "path",
                                "a",
                                "address",
                                "http://127.0.0.1:" + SilentServer.closedPort()))
                .hasMessage("Unable to connect to Vault at 127.0.0.1");
        var denied = new KvRead();
        denied.start(new PluginSettings(Map.of("egress.deny", "127.0.0.0/8")));
        assertThatThrownBy(() -> run(denied, "path", "a")).hasMessageContaining("egress");
        SilentServer.isLeft(
                context,
                port -> run(new KvRead(), "path", "a", "address", "http://127.0.0.1:" + port));
    }
}
