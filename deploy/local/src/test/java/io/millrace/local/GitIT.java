// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.test.GitRepository;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// From a repository to running flows, through a whole suite that may be killed on the way.
/// `-Dmillrace.git.flows=450` takes the size of a large team.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // set before each test
class GitIT {
    private static final Logger log = LoggerFactory.getLogger(GitIT.class);
    private static final int FLOWS = Integer.getInteger("millrace.git.flows", 30);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final SuiteProcess suite = RunningSuite.process();
    private int tests;
    private String ops;
    private String target;
    private GitRepository repository;

    @BeforeEach
    void freshRepository(@TempDir Path directory) throws Exception {
        ops = "git" + tests++;
        target = ops + ".data";
        repository = new GitRepository(Files.createDirectories(directory.resolve("git")));
        var secret =
                send(
                        api("/namespaces/" + ops + "/secrets")
                                .header("Content-Type", "application/json")
                                .PUT(
                                        BodyPublishers.ofString(
                                                JSON.writeValueAsString(
                                                        Map.of(
                                                                "key",
                                                                "GIT_TOKEN",
                                                                "value",
                                                                GitRepository.PASSWORD)))));
        assertThat(secret.statusCode()).as(secret.body()).isLessThan(300);
    }

    /// A schedule of every second would go on beside all other tests.
    @AfterEach
    void endKeeper() throws Exception {
        send(api("/flows/" + ops + "/keeper").DELETE());
    }

    // ---- what lies in the repository

    private String flow(String id, String message) {
        return """
        id: %s
        namespace: %s
        tasks:
          - {id: say, type: io.kestra.plugin.core.log.Log, message: %s}
        """
                .formatted(id, target, message);
    }

    private static String path(int number) {
        return "_flows/f%03d.yaml".formatted(number);
    }

    private void write(int number, String message) throws IOException {
        repository.write(path(number), flow("f%03d".formatted(number), message));
    }

    /// All flows, three files and a test, in a commit.
    private String commitAll(String message) throws IOException {
        for (int i = 0; i < FLOWS; i++) {
            write(i, message);
        }
        for (int i = 0; i < 3; i++) {
            repository.write(
                    "_files/lib/part%d.py".formatted(i), "print('%s')\n".formatted(message));
        }
        repository.write(
                "_tests/t.yaml",
                """
                id: t
                namespace: %s
                flowId: f000
                testCases:
                  - id: says
                    type: io.kestra.core.tests.flow.UnitTest
                    assertions:
                      - {value: "{{ execution.state }}", equalTo: SUCCESS}
                """
                        .formatted(target));
        return repository.commit(message);
    }

    /// The flow that keeps the target as its repository says.
    private void keep(String more, String triggers) throws Exception {
        save(
                """
                id: keeper
                namespace: %s
                inputs:
                  - {id: commit, type: STRING, required: false}
                  - {id: dryRun, type: BOOL, defaults: false}
                tasks:
                  - id: sync
                    type: io.millrace.plugin.git.Sync
                    url: %s
                    username: %s
                    password: "{{ secret('GIT_TOKEN') }}"
                    namespace: %s
                    commit: "{{ inputs.commit ?? '' }}"
                    dryRun: "{{ inputs.dryRun }}"
                %s%s\
                """
                        .formatted(
                                ops, repository.url(), GitRepository.USER, target, more, triggers));
    }

    // ---- from plan to roll-back

    @Test
    void flowsArePlannedAppliedChangedRefusedDeletedAndRolledBack() throws Exception {
        var times = new LinkedHashMap<String, Long>();
        var first = commitAll("one");
        keep("    managed: true\n", "");

        var planned =
                timed(times, "plan", () -> good("run", ops, "keeper", "-i", "dryRun=true", "-f"));
        assertThat(planned.out()).contains("Would apply {create=" + (FLOWS + 4) + "}");
        assertThat(messages()).isEmpty();

        timed(times, "apply", () -> good("run", ops, "keeper", "-f"));
        assertThat(messages())
                .hasSize(FLOWS)
                .allSatisfy((_, said) -> assertThat(said).isEqualTo("one"));
        assertThat(file("lib/part2.py")).isEqualTo("print('one')\n");
        assertThat(good("git", "drift", target).out()).doesNotContain("changed", "missing");

        for (int i = 0; i < 10; i++) {
            write(i, "two");
        }
        var second = repository.commit("two");
        var changed = timed(times, "change ten", () -> good("git", "sync", target));
        assertThat(changed.out()).contains("unchanged=" + (FLOWS + 4 - 10), "update=10");
        assertThat(messages().values()).filteredOn("two"::equals).hasSize(10);

        repository.write(path(11), flow("f011", "three"));
        repository.write(path(12), flow("f012", "three").replace("type:", "typ:"));
        var third = repository.commit("three");
        var refused = timed(times, "refuse", () -> command("git", "sync", target));
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.out())
                .containsPattern("_flows/f012\\.yaml:4:\\d+: ")
                .contains("Nothing was applied");
        assertThat(messages()).containsEntry("f011", "one");
        assertThat(good("git", "status", target).out()).contains(second).doesNotContain(third);

        write(11, "one");
        write(12, "one");
        for (int i = 0; i < 5; i++) {
            repository.delete(path(FLOWS - 1 - i));
        }
        var fourth = repository.commit("four");
        timed(times, "delete five", () -> good("git", "sync", target));
        assertThat(messages()).hasSize(FLOWS - 5);

        timed(times, "roll back", () -> good("git", "rollback", target, first));
        assertThat(messages()).hasSize(FLOWS).containsEntry("f000", "one");
        assertThat(good("git", "sync", target).out()).endsWith("WARNING\n");
        assertThat(good("git", "list").out()).contains(first);
        good("git", "unpin", target);
        good("git", "sync", target);
        assertThat(messages()).hasSize(FLOWS - 5).containsEntry("f000", "two");
        assertThat(commits("APPLIED")).containsExactly(fourth, first, fourth, second, first);
        assertThat(commits("REFUSED")).containsExactly(third);

        var edited =
                send(
                        yaml("/flows/" + target + "/f000")
                                .PUT(BodyPublishers.ofString(flow("f000", "mine"))));
        assertThat(edited.statusCode()).isEqualTo(409);
        good("git", "release", target);
        save(flow("f000", "mine"), "f000");
        var drift = command("git", "drift", target);
        assertThat(drift.code()).isEqualTo(1);
        assertThat(drift.out()).containsPattern("changed +flow +" + target + " +f000");
        log.info("{} flows, in ms: {}", FLOWS, times);
    }

    private List<String> commits(String outcome) throws IOException {
        return good("git", "history", target, "-o", "json")
                .json()
                .valueStream()
                .filter(entry -> entry.path("outcome").asString().equals(outcome))
                .map(entry -> entry.path("commit").asString())
                .toList();
    }

    // ---- what begins it

    @Test
    void aScheduleBringsWhatWasPushed() throws Exception {
        write(0, "one");
        var first = repository.commit("one");
        keep(
                "",
                """
                triggers:
                  - id: often
                    type: io.kestra.plugin.core.trigger.Schedule
                    cron: "* * * * * *"
                    withSeconds: true
                """);

        awaitCommit(first);
        write(0, "two");
        awaitCommit(repository.commit("two"));

        assertThat(messages()).containsEntry("f000", "two");
    }

    @Test
    void pushesToGitHubAndGitLabBringIt() throws Exception {
        write(0, "one");
        var first = repository.commit("one");
        keep(
                "",
                """
                triggers:
                  - id: github
                    type: io.kestra.plugin.core.trigger.Webhook
                    key: from-github
                    signature: {scheme: GITHUB, secret: "{{ secret('GIT_TOKEN') }}"}
                  - id: gitlab
                    type: io.kestra.plugin.core.trigger.Webhook
                    key: from-gitlab
                    signature: {scheme: GITLAB, secret: "{{ secret('GIT_TOKEN') }}"}
                """);
        var push = "{\"ref\": \"refs/heads/main\"}";

        assertThat(
                        hook(
                                "from-github",
                                push,
                                "X-Hub-Signature-256",
                                "sha256=" + hmac("other", push)))
                .isEqualTo(401);
        assertThat(
                        hook(
                                "from-github",
                                push,
                                "X-Hub-Signature-256",
                                "sha256=" + hmac(GitRepository.PASSWORD, push)))
                .isEqualTo(200);
        awaitCommit(first);
        write(0, "two");
        var second = repository.commit("two");
        assertThat(hook("from-gitlab", push, "X-Gitlab-Token", "other")).isEqualTo(401);
        assertThat(hook("from-gitlab", push, "X-Gitlab-Token", GitRepository.PASSWORD))
                .isEqualTo(200);
        awaitCommit(second);
    }

    private void awaitCommit(String commit) {
        await().atMost(Duration.ofSeconds(90))
                .untilAsserted(() ->
                        assertThat(send(api("/git/" + target).GET()).body()).contains(commit));
    }

    private int hook(String key, String body, String header, String value) throws Exception {
        var uri = suite.server() + "/api/v1/main/executions/webhook/" + ops + "/keeper/" + key;
        return send(HttpRequest.newBuilder(URI.create(uri))
                        .header(header, value)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body)))
                .statusCode();
    }

    private static String hmac(String key, String signed) throws Exception {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    }

    // ---- tasks with Kestra's names

    @Test
    void kestrasTasksSyncPushAndClone() throws Exception {
        commitAll("one");
        var access =
                """
                url: %s
                    username: %s
                    password: "{{ secret('GIT_TOKEN') }}"\
                """
                        .formatted(repository.url(), GitRepository.USER);
        save(
                """
                id: tasks
                namespace: %1$s
                tasks:
                  - id: flows
                    type: io.kestra.plugin.git.SyncFlows
                    %3$s
                    targetNamespace: %2$s
                    delete: true
                  - id: files
                    type: io.kestra.plugin.git.SyncNamespaceFiles
                    %3$s
                    namespace: %2$s
                  - id: push
                    type: io.kestra.plugin.git.PushFlows
                    %3$s
                    sourceNamespace: %2$s
                    gitDirectory: pushed
                    branch: copies
                  - id: pushFiles
                    type: io.kestra.plugin.git.PushNamespaceFiles
                    %3$s
                    namespace: %2$s
                    gitDirectory: pushed_files
                    branch: copies
                  - id: cloned
                    type: io.kestra.plugin.core.flow.WorkingDirectory
                    tasks:
                      - id: clone
                        type: io.kestra.plugin.git.Clone
                        url: %4$s
                        username: %5$s
                        password: "{{ secret('GIT_TOKEN') }}"
                        branch: copies
                      - id: list
                        type: io.kestra.plugin.scripts.shell.Commands
                        commands: ["ls pushed | wc -l", "cat pushed_files/lib/part0.py"]
                """
                        .formatted(ops, target, access, repository.url(), GitRepository.USER));

        var run = good("run", ops, "tasks", "-f");

        assertThat(run.out()).contains("print('one')").endsWith("SUCCESS\n");
        assertThat(run.out()).containsPattern("(?m)\\b" + FLOWS + "$");
        assertThat(messages()).hasSize(FLOWS);
        assertThat(file("lib/part0.py")).isEqualTo("print('one')\n");
        assertThat(repository.show("copies", "pushed/f000.yaml"))
                .isEqualTo(flow("f000", "one").strip());
    }

    // ---- killed in the middle

    /// A lock holds up the transaction when all but its last rows are written, and there the
    /// process dies.
    @Test
    void killedInTheMiddleOfItTheOldIsThereWholeAndTheNewComes() throws Exception {
        var first = commitAll("one");
        keep("", "");
        good("run", ops, "keeper", "-f");
        var second = commitAll("two");

        try (var database = database()) {
            database.setAutoCommit(false);
            try (var statement = database.createStatement()) {
                statement.execute("lock table flow.tree_sync in share mode");
            }
            var started = send(api("/executions/" + ops + "/keeper").POST(BodyPublishers.noBody()));
            assertThat(started.statusCode()).as(started.body()).isEqualTo(200);
            await().atMost(Duration.ofMinutes(1)).until(() -> somebodyWaits(database));

            suite.kill();
        }
        suite.startAgain();

        // the task runs again: until then it is the old, then the new
        var seen = new ArrayList<String>();
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    var before = commit();
                    var messages = messages();
                    if (before.equals(commit())) {
                        assertThat(messages).hasSize(FLOWS);
                        assertThat(messages.values())
                                .containsOnly(before.equals(first) ? "one" : "two");
                        seen.add(before);
                    }
                    return before.equals(second);
                });
        assertThat(seen).isSubsetOf(first, second);
        log.info("seen after the kill: {}", seen);
        assertThat(good("git", "drift", target, "-o", "json").json()).isEmpty();
        assertThat(file("lib/part0.py")).isEqualTo("print('two')\n");
    }

    private String commit() throws Exception {
        return JSON.readTree(send(api("/git/" + target).GET()).body()).path("commit").asString();
    }

    /// Another connection, of whoever may do everything.
    private Connection database() throws SQLException, IOException {
        var environment = System.getenv();
        return environment.containsKey("MILLRACE_POSTGRES_URL")
                ? DriverManager.getConnection(
                        environment.get("MILLRACE_POSTGRES_URL"),
                        environment.getOrDefault("MILLRACE_POSTGRES_USER", "postgres"),
                        environment.getOrDefault("MILLRACE_POSTGRES_PASSWORD", ""))
                : DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + suite.postgresPort() + "/millrace",
                        "postgres",
                        Files.readString(suite.data().resolve("postgres/password")).strip());
    }

    private static boolean somebodyWaits(Connection database) throws SQLException {
        try (var statement = database.createStatement();
                var rows =
                        statement.executeQuery(
                                """
                                select exists (
                                    select from pg_locks l join pg_class c on c.oid = l.relation
                                     where c.relname = 'tree_sync' and not l.granted)
                                """)) {
            rows.next();
            return rows.getBoolean(1);
        }
    }

    // ---- the API and the command line

    private interface Step {
        CommandRun run() throws IOException;
    }

    private static CommandRun timed(Map<String, Long> times, String what, Step step)
            throws IOException {
        long begin = System.nanoTime();
        var result = step.run();
        times.put(what, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
        return result;
    }

    private CommandRun good(String... arguments) throws IOException {
        var result = command(arguments);
        assertThat(result.code()).as(result.out() + result.err()).isZero();
        return result;
    }

    private CommandRun command(String... arguments) throws IOException {
        return CommandRun.of(
                Map.of(
                        "MILLRACE_URL", suite.server(),
                        "MILLRACE_DATA", suite.data().toString(),
                        "MILLRACE_CONTEXTS", suite.data().resolve("contexts.yaml").toString()),
                "",
                List.of(arguments));
    }

    /// What each flow of the target says.
    private Map<String, String> messages() throws Exception {
        var answer = send(api("/flows/" + target).GET());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        var messages = new TreeMap<String, String>();
        for (JsonNode flow : JSON.readTree(answer.body())) {
            messages.put(flow.path("id").asString(), flow.at("/tasks/0/message").asString());
        }
        return messages;
    }

    private String file(String path) throws Exception {
        return send(api("/namespaces/" + target + "/files?path=/" + path).GET()).body();
    }

    private void save(String source) throws Exception {
        var answer = send(yaml("/flows").POST(BodyPublishers.ofString(source)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private void save(String source, String id) throws Exception {
        var answer = send(yaml("/flows/" + target + "/" + id).PUT(BodyPublishers.ofString(source)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private HttpRequest.Builder yaml(String path) throws Exception {
        return api(path).header("Content-Type", "application/x-yaml");
    }

    private HttpRequest.Builder api(String path) throws Exception {
        return HttpRequest.newBuilder(URI.create(suite.server() + "/api/v1/main" + path))
                .header("Authorization", "Bearer " + suite.token("alice"))
                .timeout(Duration.ofMinutes(1));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
