// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The command line against the whole suite, as a process of its own, as a user meets it.
class CliIT {
    private static final String FLOW =
            """
            id: %1$s
            namespace: company.cli
            inputs:
              - id: name
                type: STRING
                defaults: you
            tasks:
              - id: ask
                type: io.kestra.plugin.scripts.shell.Script
                script: |
                  echo '::{"outputs":{"answer":"from a worker"}}::'
              - id: greet
                type: io.kestra.plugin.core.log.Log
                message: "hello {{ inputs.name }} %2$s"
            """;
    @TempDir Path directory;
    private Path contexts = Path.of("");

    @BeforeEach
    void signedInNowhere() {
        contexts = directory.resolve("contexts.yaml");
    }

    @Test
    void filesAreAppliedComparedRunAndPruned() throws IOException {
        write("flows/a.yaml", FLOW.formatted("cli_a", "1"));
        write("flows/b.yaml", FLOW.formatted("cli_b", "1"));
        write("flows/tests/a.yaml", suite("cli_a"));
        var flows = directory.resolve("flows").toString();

        assertThat(run("validate", flows).out()).contains("3 valid");
        assertThat(run("diff", flows).code()).isEqualTo(1);
        var applied = good("apply", "-f", flows, "--prune");
        assertThat(applied.out())
                .contains("create     flow company.cli/cli_a")
                .contains("create     test company.cli/cli_a_tests");
        assertThat(applied.err()).as("the flow comes along").doesNotContain("there is none");
        assertThat(run("diff", flows)).isEqualTo(new CommandRun(0, "", ""));

        write("flows/a.yaml", FLOW.formatted("cli_a", "2"));
        Files.delete(directory.resolve("flows/b.yaml"));
        assertThat(run("diff", flows, "--prune").out())
                .contains("-    message: \"hello {{ inputs.name }} 1\"")
                .contains("+    message: \"hello {{ inputs.name }} 2\"")
                .contains("+++ /dev/null");
        var plan = good("apply", "-f", flows, "--prune", "--dry-run", "-o", "json").json();
        assertThat(plan.valueStream().map(step -> step.path("action").asString()))
                .containsExactly("update", "unchanged", "delete");
        assertThat(good("apply", "-f", flows, "--prune").out())
                .contains("1 updated, 1 unchanged, 1 deleted");
        assertThat(run("get", "flow", "company.cli", "cli_b").code()).isEqualTo(3);
        assertThat(good("get", "flow", "company.cli", "cli_a").out())
                .isEqualTo(FLOW.formatted("cli_a", "2"));

        var mistyped = run("run", "company.cli", "cli_a", "-i", "nmae=world");
        assertThat(mistyped.code()).isEqualTo(2);
        assertThat(mistyped.err()).contains("`nmae`. Did you mean `name`?");
        var followed = good("run", "company.cli", "cli_a", "-i", "name=world", "-f", "-l", "a=b");
        assertThat(followed.out()).contains("hello world 2").endsWith("SUCCESS\n");
        var id = followed.out().lines().findFirst().orElseThrow().substring("execution ".length());
        assertThat(good("logs", id).out()).contains("hello world 2");
        assertThat(good("get", "execution", id).out()).contains("greet").contains("SUCCESS");

        assertThat(good("test", flows, "--remote").out())
                .contains("SUCCESS  mocked")
                .contains("1 passed, 0 failed, 0 skipped");
        var report = directory.resolve("junit.xml");
        assertThat(good("flow", "test", flows, "--junit", report.toString()).out())
                .contains("SUCCESS  mocked");
        assertThat(report).content().contains("classname=\"company.cli.cli_a\"");
        var listed = good("get", "executions", "-n", "company.cli", "-o", "json").json();
        assertThat(listed.valueStream().map(e -> e.path("id").asString())).containsExactly(id);
    }

    @Test
    void whatIsWrongIsNamedByFileLineAndColumnAndNothingIsApplied() throws IOException {
        write("good.yaml", FLOW.formatted("cli_good", "1"));
        var bad = write("bad.yaml", FLOW.formatted("cli_bad", "1").replace("message:", "massage:"));

        var applied = run("apply", "-f", directory.toString());

        assertThat(applied.code()).isEqualTo(1);
        assertThat(applied.err()).contains(bad + ":14:5: ").contains("Nothing is applied");
        assertThat(run("get", "flow", "company.cli", "cli_good").code()).isEqualTo(3);

        var broken = write("broken.yaml", "\n\n---\nid: [\n");
        var validated = run("validate", directory.toString());
        assertThat(validated.code()).isEqualTo(1);
        assertThat(validated.out()).contains(bad + ":14:5: ", broken + ":5:1: This isn't YAML: ");
        assertThat(run("validate", broken.toString(), "-o", "json").json().path(0).path("line"))
                .hasToString("5");
        assertThat(run("apply", "-f", directory.toString()).err())
                .startsWith(broken + ":5:1: This isn't YAML: ");
    }

    @Test
    void theAuditLogIsWholeAndTheNextLookKnowsIt() throws IOException {
        var anchor = directory.resolve("anchor");

        assertThat(good("audit", "verify", "--anchor", anchor.toString()).out())
                .contains("The audit log is whole");
        assertThat(anchor).content().matches("\\d+ [0-9a-f]{64}\n");
        assertThat(good("audit", "verify", "--anchor", anchor.toString()).code()).isZero();
        assertThat(good("audit", "list", "--outcome", "success").out()).contains("RESOURCE");
        // a chain that was forged later doesn't lead to what was noted
        Files.writeString(anchor, "1 " + "0".repeat(64));
        var forged = run("audit", "verify", "--anchor", anchor.toString());
        assertThat(forged.code()).isEqualTo(1);
        assertThat(forged.out()).contains("NOT whole: entry 1 ");
    }

    @Test
    void aTokenIsKeptInAContextAndWhoAsksIsKnown() throws IOException {
        var token = good("token", "bob").out().strip();

        assertThat(
                        input(
                                        token,
                                        "login",
                                        RunningSuite.server(),
                                        "--token-stdin",
                                        "--name",
                                        "team")
                                .code())
                .isZero();
        var me = run("whoami");
        var asBob = input("value", "secret", "set", "examples", "S", "-u", "carol");

        assertThat(me.out()).contains("bob");
        assertThat(good("context").out()).contains("*  team  " + RunningSuite.server());
        assertThat(asBob.code()).as(asBob.err()).isZero(); // the context counts, not -u
        Files.delete(contexts);
        var viewer = input("value", "secret", "set", "examples", "S", "-u", "carol");
        assertThat(viewer.code()).isEqualTo(4);
        assertThat(good("whoami", "-u", "carol").out()).contains("carol");
        assertThat(run("whoami", "-u", "dave").code()).as("nobody in this tenant").isEqualTo(4);
    }

    @Test
    void aUserMakesATokenOfHisOwnWithBoundsAndTakesItBack() throws IOException {
        var made =
                good(
                                "token",
                                "create",
                                "for scripts",
                                "--expires-in",
                                "P1D",
                                "--permission",
                                "FLOW_READ,KV_READ")
                        .out()
                        .strip();

        assertThat(made).startsWith("mlr_");
        assertThat(with(made, "whoami").out()).contains("alice");
        assertThat(with(made, "get", "flows").code()).isZero();
        assertThat(with(made, "kv", "set", "company.cli", "k", "1").code()).isIn(3, 4);
        assertThat(with(made, "token", "create", "another").code()).isEqualTo(4);
        var listed = good("token", "list");
        assertThat(listed.out()).contains("for scripts", "FLOW_READ").doesNotContain(made);
        assertThat(good("token", "list", "-u", "bob").out()).doesNotContain("for scripts");
        var id =
                good("token", "list", "-o", "json")
                        .json()
                        .valueStream()
                        .filter(token -> token.path("name").asString().equals("for scripts"))
                        .findFirst()
                        .orElseThrow()
                        .path("id")
                        .asString();

        assertThat(run("token", "delete", id, "-u", "bob").code()).isEqualTo(3);
        good("token", "delete", id);

        assertThat(with(made, "whoami").code()).isEqualTo(4);
        assertThat(good("token", "list").out()).doesNotContain("for scripts");
        assertThat(run("token", "create", "long", "--expires-in", "soon").code()).isEqualTo(1);
    }

    @Test
    void secretsAreWrittenAndNeverShown() throws IOException {
        assertThat(input("hunter2-cli", "secret", "set", "company.cli", "CLI_PASS").code())
                .isZero();

        var listed = good("secret", "list", "company.cli", "-o", "json").out();
        assertThat(listed).contains("CLI_PASS").doesNotContain("hunter2");
        assertThat(good("secret", "delete", "company.cli", "CLI_PASS").out()).isEmpty();
        assertThat(good("secret", "list", "company.cli").out()).doesNotContain("CLI_PASS");
    }

    @Test
    void keysAreSetReadListedAndDeleted() throws IOException {
        good("kv", "set", "company.cli", "cli_json", "{\"a\": 1}");
        good("kv", "set", "company.cli", "cli_text", "plain words", "--ttl", "PT1H");

        assertThat(good("kv", "get", "company.cli", "cli_json").out()).isEqualTo("{\"a\":1}\n");
        assertThat(good("kv", "get", "company.cli", "cli_text").out()).isEqualTo("plain words\n");
        assertThat(good("kv", "list", "company.cli").out()).contains("cli_json", "cli_text");
        good("kv", "delete", "company.cli", "cli_json");
        assertThat(run("kv", "get", "company.cli", "cli_json").code()).isEqualTo(3);
        assertThat(run("kv", "delete", "company.cli", "cli_json").code()).isEqualTo(3);
    }

    @Test
    void aBackfillIsWaitedFor() throws IOException {
        var flow =
                write(
                        "days.yaml",
                        """
                        id: cli_days
                        namespace: company.cli.days
                        tasks:
                          - id: day
                            type: io.kestra.plugin.core.log.Log
                            message: "{{ trigger.date }}"
                        triggers:
                          - id: daily
                            type: io.kestra.plugin.core.trigger.Schedule
                            cron: "0 0 * * *"
                        """);
        good("apply", flow.toString());
        await().atMost(Duration.ofSeconds(30))
                .until(() ->
                        good("get", "triggers", "-n", "company.cli.days").out().contains("daily"));

        var done =
                good(
                        "backfill",
                        "create",
                        "company.cli.days",
                        "cli_days",
                        "daily",
                        "--start",
                        "2026-01-01T12:00:00Z",
                        "--end",
                        "2026-01-04T12:00:00Z",
                        "--wait");

        assertThat(done.out()).contains("daily");
        var started = good("get", "executions", "-n", "company.cli.days", "-o", "json").json();
        assertThat(started).hasSize(3);
        assertThat(good("backfill", "status", "company.cli.days", "cli_days", "daily").out())
                .contains("none");
    }

    @Test
    void whoIsToldOfExecutionsIsSaidAndDeadLettersAreSentAgain() throws IOException {
        var status = new AtomicInteger(410);
        var receiver =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext(
                "/",
                exchange -> {
                    exchange.getRequestBody().readAllBytes();
                    exchange.sendResponseHeaders(status.get(), -1);
                    exchange.close();
                });
        receiver.start();
        var url = "http://127.0.0.1:" + receiver.getAddress().getPort() + "/events";
        write("told.yaml", FLOW.formatted("cli_told", "1").replace("company.cli", "company.told"));
        good("apply", "-f", directory.resolve("told.yaml").toString());
        try {
            var created =
                    good(
                            "subscription",
                            "create",
                            "company.told",
                            url,
                            "--id",
                            "portal",
                            "--flow",
                            "cli_told",
                            "--state",
                            "SUCCESS,FAILED");
            assertThat(created.out()).contains("portal", "cli_told", "FAILED");
            good("run", "company.told", "cli_told", "-f");
            await().atMost(Duration.ofSeconds(30)).until(() -> !deliveries("DEAD").isEmpty());
            assertThat(good("subscription", "list", "company.told").out()).contains(url);

            status.set(204);
            assertThat(good("subscription", "redeliver", "company.told", "portal").out())
                    .isEqualTo("1 sent again\n");
            await().atMost(Duration.ofSeconds(30)).until(() -> deliveries("DELIVERED").size() == 1);

            assertThat(good("subscription", "test", "company.told", "portal").out())
                    .contains("PENDING");
            await().atMost(Duration.ofSeconds(30)).until(() -> deliveries("DELIVERED").size() == 2);

            good("subscription", "disable", "company.told", "portal");
            assertThat(run("subscription", "test", "company.told", "portal").code()).isNotZero();
            var disabled = good("subscription", "get", "company.told", "portal", "-o", "json");
            assertThat(disabled.json().path("disabled").asBoolean()).isTrue();
            assertThat(disabled.json().path("states")).hasSize(2);
        } finally {
            good("subscription", "delete", "company.told", "portal");
            receiver.stop(0);
        }
        assertThat(run("subscription", "get", "company.told", "portal").code()).isEqualTo(3);
    }

    private JsonNode deliveries(String state) throws IOException {
        return good(
                        "subscription",
                        "deliveries",
                        "company.told",
                        "portal",
                        "--state",
                        state,
                        "-o",
                        "json")
                .json();
    }

    @Test
    void theShellCompletesCommands() throws IOException {
        assertThat(good("generate-completion").out()).contains("complete -F").contains("backfill");
    }

    private static String suite(String flow) {
        return """
        id: %1$s_tests
        namespace: company.cli
        flowId: %1$s
        testCases:
          - id: mocked
            type: io.kestra.core.tests.flow.UnitTest
            fixtures:
              inputs: {name: test}
              tasks:
                - id: ask
                  outputs: {vars: {answer: mocked}}
            assertions:
              - value: "{{ outputs.ask.vars.answer }}"
                equalTo: mocked
              - value: "{{ logs.text }}"
                contains: hello test
        """
                .formatted(flow);
    }

    private Path write(String name, String text) throws IOException {
        var file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private CommandRun good(String... arguments) throws IOException {
        var result = run(arguments);
        assertThat(result.code()).as(result.out() + result.err()).isZero();
        return result;
    }

    private CommandRun run(String... arguments) throws IOException {
        return input("", arguments);
    }

    /// With a token from the environment.
    private CommandRun with(String token, String... arguments) throws IOException {
        return CommandRun.of(
                Map.of(
                        "MILLRACE_URL", RunningSuite.server(),
                        "MILLRACE_TOKEN", token,
                        "MILLRACE_CONTEXTS", contexts.toString()),
                "",
                List.of(arguments));
    }

    private CommandRun input(String text, String... arguments) throws IOException {
        return CommandRun.of(
                Map.of(
                        "MILLRACE_URL", RunningSuite.server(),
                        "MILLRACE_DATA", RunningSuite.data().toString(),
                        "MILLRACE_CONTEXTS", contexts.toString()),
                text,
                List.of(arguments));
    }
}
