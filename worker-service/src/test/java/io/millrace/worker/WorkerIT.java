// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker;

import static io.millrace.worker.WorkerFixture.properties;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.millrace.contracts.Codec;
import io.millrace.contracts.Control;
import io.millrace.contracts.Heartbeat;
import io.millrace.contracts.Job;
import io.millrace.contracts.LaneEvent;
import io.millrace.contracts.LogLine;
import io.millrace.plugin.KeyValues;
import io.millrace.storage.ExecutionFolder;
import io.millrace.storage.NamespaceFolder;
import io.millrace.storage.StoragePath;
import io.millrace.worker.report.LaneReports;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerIT {
    private static final String SHELL = "io.kestra.plugin.scripts.shell.Commands";
    private static final String PYTHON = "io.kestra.plugin.scripts.python.Script";
    private static final String SLEEP = "io.kestra.plugin.core.flow.Sleep";

    @TempDir Path directory;
    private WorkerFixture worker;

    @BeforeEach
    void connect() {
        worker = new WorkerFixture(directory);
    }

    @AfterEach
    void close() {
        worker.close();
    }

    private static List<String> messages(List<LogLine> lines) {
        return lines.stream().map(LogLine::message).toList();
    }

    @Test
    void aShortTaskCostsOneMessageWithItsOutputsAndLog() throws Exception {
        worker.start(properties(4, "main"));

        var ended =
                worker.job(SHELL)
                        .variable("inputs", Map.of("name", "world"))
                        .with(
                                "commands",
                                List.of(
                                        "echo hello {{ inputs.name }}",
                                        "echo '::{\"outputs\":{\"n\":3}}::'"))
                        .run();

        assertThat(ended.state()).isEqualTo("SUCCESS");
        assertThat(ended.outputs()).containsEntry("exitCode", 0);
        assertThat(ended.outputs().get("vars")).isEqualTo(Map.of("n", 3));
        assertThat(messages(ended.logs())).containsExactly("hello world");
        assertThat(worker.said).hasSize(1);
        assertThat(worker.queued("main")).isZero();
    }

    @Test
    void aJobThatCannotEvenBeStartedHoldsUpNoOther() {
        worker.start(properties(4, "main"));
        var job = worker.job(SHELL).with("commands", List.of("true"));

        worker.sendRaw("main", job.json().replace("\"type\":\"" + SHELL + "\"", "\"type\":null"));

        assertThat(worker.job(SHELL).with("commands", List.of("true")).run().state())
                .isEqualTo("SUCCESS");
    }

    @Test
    void whatBreaksTheLoopOfReportsCostsNoOtherReport() {
        var queued = new CountDownLatch(1);
        var confirmed = new CountDownLatch(1);
        var job = worker.job(SHELL).build();
        var started = new LaneEvent.TaskStarted(0, 1, "worker", Instant.EPOCH);
        try (var reports =
                new LaneReports(
                        worker.broker.publisher(), worker.topology, InstantSource.system())) {
            // all that come while the first is held are one batch
            reports.report(job, started, () -> awaitUninterruptibly(queued));
            reports.report(
                    job,
                    started,
                    () -> {
                        throw new StackOverflowError("in a test");
                    });
            reports.report(job, started, confirmed::countDown);
            queued.countDown();

            await().until(() -> confirmed.getCount() == 0);
        }
        // the third may come twice
        assertThat(worker.said).hasSizeGreaterThanOrEqualTo(3);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void outputsOfAnEqualTaskAreTakenOver() {
        worker.start(properties(4, "main"));
        var count = directory.resolve("count");
        var command =
                "echo x >> %s; echo '::{\"outputs\":{\"n\":\"{{ inputs.n }}\"}}::'"
                        .formatted(count);

        for (var n : List.of("one", "one", "two", "one")) {
            var ended =
                    worker.job(SHELL)
                            .variable("inputs", Map.of("n", n))
                            .with("commands", List.of(command))
                            .cached()
                            .run();
            assertThat(ended.outputs().get("vars")).isEqualTo(Map.of("n", n));
        }

        assertThat(count).hasContent("x\nx\n");
    }

    @Test
    void anEncryptedBodyIsOpenedByTheNextTaskAlone() throws Exception {
        worker.start(properties(4, "main"));
        var server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    var body = "correct-horse".getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        try {
            var got =
                    worker.job("io.kestra.plugin.core.http.Request")
                            .with("uri", "http://127.0.0.1:" + server.getAddress().getPort())
                            .with("encryptBody", true)
                            .run();
            var next =
                    worker.job(SHELL)
                            .variable("outputs", Map.of("get", got.outputs()))
                            .with(
                                    "commands",
                                    List.of(
                                            "x='{{ outputs.get.encryptedBody }}'",
                                            "echo letters: $(printf %s $x | wc -c)",
                                            "echo $x"))
                            .run();

            assertThat(got.state()).isEqualTo("SUCCESS");
            assertThat(got.outputs().toString()).doesNotContain("correct-horse");
            assertThat(messages(next.logs())).containsExactly("letters: 13", "******");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aTaskThatRunsLongerIsReportedAndCarriedByHeartbeatsAndItsLogStreams() {
        worker.start(properties(4, "main"));

        var id = worker.job(SHELL).with("commands", List.of("echo one; sleep 2; echo two")).send();

        worker.awaitEvent(id, LaneEvent.TaskStarted.class);
        assertThat(worker.find(id, LaneEvent.TaskEnded.class)).isEmpty();
        await().untilAsserted(() ->
                assertThat(worker.heartbeats)
                        .anyMatch(h -> h.running().contains(new Heartbeat.Running(id, 0, 1))));
        await().untilAsserted(() -> assertThat(messages(worker.streamed)).contains("one"));
        var ended = worker.ended(id);
        var all = new ArrayList<>(messages(worker.streamed));
        all.addAll(messages(ended.logs()));
        assertThat(all).containsExactly("one", "two");
    }

    @Test
    void aTenantsQueueDelaysAnotherTenantByOneTask() {
        var jobs = new ArrayList<Job>();
        for (int i = 0; i < 300; i++) {
            jobs.add(worker.job(SLEEP).with("duration", "PT0.02S").build());
        }
        worker.send(jobs);
        worker.start(properties(1, "main", "other"));
        await().until(() -> worker.said.size() > 5);
        int before = worker.said.size();

        var id = worker.job(SLEEP).tenant("other").with("duration", "PT0.02S").send();

        worker.ended(id);
        assertThat(worker.said.size() - before).isLessThan(10);
        await().atMost(Duration.ofSeconds(30)).until(() -> worker.said.size() == 301);
    }

    @Test
    void aKillEndsTheWholeProcessTree() throws Exception {
        worker.start(properties(4, "main"));
        var pids = directory.resolve("pids");
        var id =
                worker.job(SHELL)
                        .with(
                                "commands",
                                List.of(
                                        "trap '' TERM",
                                        "(trap '' TERM; sleep 300; sleep 300) &",
                                        "echo $! >> " + pids,
                                        "setsid sh -c 'trap \"\" TERM; echo $$ >> "
                                                + pids
                                                + "; sleep 300; sleep 300' &",
                                        "echo $$ >> " + pids,
                                        "sleep 300; sleep 300"))
                        .send();
        worker.awaitEvent(id, LaneEvent.TaskStarted.class);
        await().until(() -> Files.exists(pids) && Files.readAllLines(pids).size() == 3);

        worker.kill(id);

        assertThat(worker.ended(id).state()).isEqualTo("KILLED");
        var alive =
                Files.readAllLines(pids).stream().map(Long::parseLong).filter(WorkerIT::isAlive);
        assertThat(alive).isEmpty();
    }

    /// What nobody has buried yet is dead all the same.
    private static boolean isAlive(long pid) {
        try {
            return !Files.readString(Path.of("/proc/" + pid + "/stat")).contains(") Z ");
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void whatWasKilledBeforeItCameNeverStarts() {
        worker.start(properties(4, "main"));
        var marker = directory.resolve("marker");
        var job = worker.job(SHELL).with("commands", List.of("touch " + marker));
        worker.kill(job.build().executionId());
        var first = worker.job(SLEEP).with("duration", "PT0S").run();

        var ended = job.run();

        assertThat(first.state()).isEqualTo("SUCCESS");
        assertThat(ended.state()).isEqualTo("KILLED");
        assertThat(marker).doesNotExist();
    }

    @Test
    void aTaskOverItsTimeFails() {
        worker.start(properties(4, "main"));

        var ended = worker.job(SLEEP).with("duration", "PT5M").timeout(Duration.ofSeconds(1)).run();

        assertThat(ended.state()).isEqualTo("FAILED");
        assertThat(ended.error()).isEqualTo("Timeout after PT1S");
        assertThat(messages(ended.logs()))
                .containsExactly("Waiting for PT5M", "Timeout after PT1S");
    }

    @Test
    void anOldJobThatIsStaleIsDropped() throws Exception {
        worker.grants = false;
        var marker = directory.resolve("marker");
        var id =
                worker.job(SHELL)
                        .with("commands", List.of("touch " + marker))
                        .createdAt(Instant.now().minusSeconds(60))
                        .send();
        worker.start(properties(4, "main"));

        await().until(() -> !worker.asked.isEmpty());
        worker.job(SLEEP).with("duration", "PT0.1S").run();

        assertThat(worker.find(id, LaneEvent.TaskEnded.class)).isEmpty();
        assertThat(marker).doesNotExist();
        assertThat(worker.queued("main")).isZero();
    }

    @Test
    void anOldJobThatIsStillAwaitedRuns() {
        var id =
                worker.job(SLEEP)
                        .with("duration", "PT0S")
                        .createdAt(Instant.now().minusSeconds(60))
                        .send();

        worker.start(properties(4, "main"));

        assertThat(worker.ended(id).state()).isEqualTo("SUCCESS");
        assertThat(worker.asked).hasSize(1);
    }

    @Test
    void manyOldJobsAreClaimedInBatches() {
        var jobs = new ArrayList<Job>();
        for (int i = 0; i < 100; i++) {
            jobs.add(
                    worker.job(SLEEP)
                            .with("duration", "PT0S")
                            .createdAt(Instant.now().minusSeconds(60))
                            .build());
        }
        worker.send(jobs);

        worker.start(properties(8, "main"));

        await().atMost(Duration.ofSeconds(20)).until(() -> worker.said.size() == 100);
        assertThat(worker.asked).doesNotHaveDuplicates();
    }

    @Test
    void aDrainingWorkerFinishesWhatItCanAndHandsBackTheRest() throws Exception {
        var draining = worker.start(properties(3, "main"));
        var shortOne = worker.job(SLEEP).with("duration", "PT2S").send();
        var longOne = worker.job(SLEEP).with("duration", "PT10M").send();
        worker.awaitEvent(longOne, LaneEvent.TaskStarted.class);
        worker.job(SLEEP).with("duration", "PT10M").send();
        for (int i = 0; i < 3; i++) {
            worker.job(SLEEP).with("duration", "PT10M").send();
        }
        await().until(() -> worker.queued("main") == 0);

        draining.stop();

        assertThat(worker.ended(shortOne).state()).isEqualTo("SUCCESS");
        assertThat(worker.awaitEvent(longOne, LaneEvent.TaskLost.class).reason())
                .isEqualTo("drain");
        assertThat(worker.find(longOne, LaneEvent.TaskEnded.class)).isEmpty();
        await().until(() -> worker.queued("main") >= 3);
    }

    @Test
    void aWorkerThatIsToldToDrainTakesNoMoreUntilItIsToldToResume() throws Exception {
        worker.start(properties(3, "main"));
        var running = worker.job(SLEEP).with("duration", "PT2S").send();
        await().until(() -> worker.heartbeats.stream().anyMatch(beat -> beat.used() == 1));

        worker.tell(new Control.Drain("worker-0"));
        await().until(() -> worker.heartbeats.stream().anyMatch(Heartbeat::draining));
        var later = worker.job(SHELL).with("commands", List.of("true")).send();

        assertThat(worker.ended(running).state()).isEqualTo("SUCCESS");
        assertThat(worker.queued("main")).isEqualTo(1);
        assertThat(worker.find(later, LaneEvent.TaskEnded.class)).isEmpty();

        worker.tell(new Control.Resume("worker-0"));

        assertThat(worker.ended(later).state()).isEqualTo("SUCCESS");
    }

    @Test
    void secretsAreMaskedAlsoWhenEncodedOrSplit() {
        worker.start(properties(4, "main"));
        worker.secrets.put("PASSWORD", "correct horse battery staple");

        var ended =
                worker.job(SHELL)
                        .with("env", Map.of("P", "{{ secret('PASSWORD') }}"))
                        .with("warningOnStdErr", false)
                        .with(
                                "commands",
                                List.of(
                                        "echo plain $P",
                                        "printf %s \"user:$P\" | base64",
                                        "printf %s \"$P\" | fold -w 9",
                                        "echo",
                                        "echo '::{\"outputs\":{\"p\":\"'\"$P\"'\"}}::'",
                                        "exit 3"))
                        .run();

        assertThat(ended.state()).isEqualTo("FAILED");
        assertThat(ended.error()).isEqualTo("Command failed with exit code 3");
        assertThat(messages(ended.logs())).contains("plain ******");
        assertThat(String.join("", messages(ended.logs())))
                .doesNotContain("correct", "horse", "battery", "Y29ycmVjdCBob3JzZ");
        assertThat(ended.outputs().get("vars")).isEqualTo(Map.of("p", "******"));
    }

    @Test
    void aMissingSecretFailsTheTask() {
        worker.start(properties(4, "main"));

        var ended = worker.job(SHELL).with("commands", List.of("echo {{ secret('X') }}")).run();

        assertThat(ended.state()).isEqualTo("FAILED");
        assertThat(ended.error()).contains("Unable to find secret 'X'");
    }

    @Test
    void bigOutputsGoToTheStorage() throws Exception {
        worker.start(properties(4, "main"));
        var script =
                "import json\nprint('::' + json.dumps({'outputs': {'x': 'y' * 400000}}) + '::')";

        var big = worker.job(PYTHON).with("script", script).run();

        assertThat(big.state()).isEqualTo("SUCCESS");
        assertThat(big.outputs()).isEmpty();
        var uri = URI.create(Objects.requireNonNull(big.outputsUri()));
        var path = StoragePath.of("main", uri);
        assertThat(worker.storage.size(path)).isGreaterThan(400_000);
    }

    @Test
    void aRenderJobGivesItsPropertiesRenderedAndMasked() {
        worker.start(properties(4, "main"));
        worker.secrets.put("KEY", "abracadabra");

        var ended =
                worker.job(Job.RENDER)
                        .variable("inputs", Map.of("x", List.of(1, 2)))
                        .with("values", "{{ inputs.x }}")
                        .with("key", "k-{{ secret('KEY') }}")
                        .run();

        assertThat(ended.outputs())
                .containsEntry("values", "[1,2]")
                .containsEntry("key", "k-******");
    }

    @Test
    void filesGoInAndOutOfTheStorage() throws Exception {
        worker.start(properties(4, "main"));
        var job = worker.job(SHELL);
        var folder = new ExecutionFolder("main", "company.team", "flow", job.build().executionId());
        var input = folder.ofInput("file", "in.txt");
        worker.storage.put(
                input, new ByteArrayInputStream("42\n".getBytes(StandardCharsets.UTF_8)));

        var ended =
                job.with("inputFiles", Map.of("a/in.txt", input.uri().toString(), "b", "inline"))
                        .with("outputFiles", List.of("*.out"))
                        .with("commands", List.of("cat a/in.txt b > x.out"))
                        .run();

        assertThat(ended.state()).isEqualTo("SUCCESS");
        var files = (Map<?, ?>) Objects.requireNonNull(ended.outputs().get("outputFiles"));
        var stored = StoragePath.of("main", URI.create(String.valueOf(files.get("x.out"))));
        try (var content = worker.storage.get(stored)) {
            assertThat(new String(content.readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("42\ninline");
        }
    }

    @Test
    void filesOfOtherExecutionsAreRefused() {
        worker.start(properties(4, "main"));
        for (var uri :
                List.of(
                        "kestra:///company/team/flow/executions/other/inputs/a/b",
                        "kestra:///company/team/flow/executions/execution0000000000000/../other/x",
                        "kestra:///secret/ns/_files/x")) {

            var ended = worker.job("io.kestra.plugin.core.storage.Size").with("uri", uri).run();

            assertThat(ended.state()).isEqualTo("FAILED");
            assertThat(ended.error()).containsAnyOf("didn't belong", "Expected a plain path");
        }
    }

    @Test
    void aNewTenantIsServedWhenItsQueueIsAnnounced() {
        worker.start(properties(4, "main"));

        worker.tell(new Control.JobQueueAdded("default", "other"));

        var ended = worker.job(SLEEP).tenant("other").with("duration", "PT0S").run();
        assertThat(ended.state()).isEqualTo("SUCCESS");
    }

    @Test
    void theChildSeesNothingOfTheWorkersEnvironment() {
        worker.start(properties(4, "main"));

        var ended = worker.job(SHELL).with("commands", List.of("env | cut -d= -f1 | sort")).run();

        assertThat(messages(ended.logs()))
                .isSubsetOf(
                        "HOME",
                        "LANG",
                        "LC_ALL",
                        "MILLRACE_TASK_RUN",
                        "OLDPWD",
                        "OUTPUT_DIR",
                        "PATH",
                        "PWD",
                        "SHLVL",
                        "TMPDIR",
                        "TZ",
                        "WORKING_DIR",
                        "_");
    }

    @Test
    void fortySmallPythonScriptsInARowAreQuickAndStrangersToEachOther() {
        worker.start(properties(8, "main"));
        var script =
                """
                import builtins, os, sys
                assert not hasattr(builtins, 'leak'), 'state of another task'
                assert not os.path.exists('leak') and 'LEAK' not in os.environ
                builtins.leak = 1
                os.environ['LEAK'] = '1'
                open('leak', 'w').close()
                def fibo(n): return n if n < 2 else fibo(n - 1) + fibo(n - 2)
                print(fibo(10))
                """;
        worker.job(PYTHON).with("script", script).run();
        await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
        long started = System.nanoTime();

        for (int i = 0; i < 40; i++) {
            var ended = worker.job(PYTHON).with("script", script).run();

            assertThat(messages(ended.logs())).containsExactly("55");
            assertThat(ended.state()).isEqualTo("SUCCESS");
        }
        System.out.printf("40 Python scripts: %d ms%n", (System.nanoTime() - started) / 1_000_000);
    }

    @Test
    void aPythonErrorShowsTheScriptAlone() {
        worker.start(properties(4, "main"));
        worker.job(PYTHON).with("script", "print(1)").run();
        await().pollDelay(Duration.ofMillis(500)).until(() -> true);

        var ended = worker.job(PYTHON).with("script", "x = 1\nraise ValueError('no')").run();

        assertThat(ended.state()).isEqualTo("FAILED");
        assertThat(messages(ended.logs()))
                .contains("ValueError: no")
                .noneMatch(m -> m.contains("<string>"))
                .anyMatch(m -> m.contains("script.py\", line 2"));
    }

    @Test
    void expressionsReadKeysWithTheirTypes() {
        worker.stores.values.put(
                "conf", new KeyValues.Typed(KeyValues.Type.JSON, Map.of("field", "value")));
        worker.stores.values.put("since", new KeyValues.Typed(KeyValues.Type.DATE, "2024-05-15"));
        worker.stores.values.put("company/shared", new KeyValues.Typed(KeyValues.Type.NUMBER, 7));
        worker.start(properties(4, "main"));

        var ended =
                worker.job(Job.RENDER)
                        .with("field", "{{ kv('conf').field }}")
                        .with("year", "{{ kv('since') | date('yyyy') }}")
                        .with("shared", "{{ kv('shared', 'company') + 1 }}")
                        .with("missing", "{{ kv('missing') ?? 'none' }}")
                        .with("absent", "{{ kv('missing', errorOnMissing=false) }}")
                        .run();
        var failed = worker.job(Job.RENDER).with("x", "{{ kv('missing') }}").run();

        assertThat(ended.outputs())
                .containsEntry("field", "value")
                .containsEntry("year", "2024")
                .containsEntry("shared", "8")
                .containsEntry("missing", "none")
                .containsEntry("absent", "");
        assertThat(failed.state()).isEqualTo("FAILED");
        assertThat(String.valueOf(failed.error()))
                .contains("The key 'missing' does not exist in the namespace 'company.team'");
        assertThat(failed.logs()).as("the execution says it itself").isEmpty();
    }

    @Test
    void aTemplatedTaskIsTheOneThatItsSpecificationDescribes() {
        worker.start(properties(4, "main"));
        var templated = "io.kestra.plugin.core.templating.TemplatedTask";
        var spec =
                """
                type: io.kestra.plugin.scripts.shell.Commands
                commands:
                  - echo {{ inputs.name }}
                """;

        var ended =
                worker.job(templated)
                        .variable("inputs", Map.of("name", "world"))
                        .with("spec", spec)
                        .run();
        var itself = worker.job(templated).with("spec", "type: " + templated).run();

        assertThat(ended.state()).isEqualTo("SUCCESS");
        assertThat(messages(ended.logs())).containsExactly("world");
        assertThat(itself.error()).contains("cannot be of type");
    }

    @Test
    void expressionsReadErrorLogs() {
        worker.stores.lines.add(Map.of("taskId", "broken", "message", "no such table"));
        worker.start(properties(4, "main"));

        var ended =
                worker.job(Job.RENDER).with("error", "{{ (errorLogs() | first).message }}").run();

        assertThat(ended.outputs()).containsEntry("error", "no such table");
    }

    @Test
    void anExpressionAsksTheWeb() throws Exception {
        worker.start(properties(4, "main"));
        var server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    var body =
                            Map.of(
                                    "method",
                                    exchange.getRequestMethod(),
                                    "query",
                                    String.valueOf(exchange.getRequestURI().getRawQuery()),
                                    "body",
                                    new String(
                                            exchange.getRequestBody().readAllBytes(),
                                            StandardCharsets.UTF_8),
                                    "{{ flow.id }}",
                                    "stays");
                    var bytes = Codec.encode(body);
                    boolean missing = exchange.getRequestURI().getPath().equals("/missing");
                    exchange.getResponseHeaders().add("Content-Type", "application/json");
                    exchange.sendResponseHeaders(missing ? 404 : 200, bytes.length);
                    exchange.getResponseBody().write(bytes);
                    exchange.close();
                });
        server.start();
        try {
            var at = "'http://127.0.0.1:" + server.getAddress().getPort();
            var ended =
                    worker.job(Job.RENDER)
                            .variable("text", "{{ nothing }}")
                            .with("plain", "{{ http(" + at + "').method }}")
                            .with(
                                    "posted",
                                    "{{ http("
                                            + at
                                            + "', method='POST', query={'a': 'b c'}, body={'t': text})"
                                            + " | jq('.query, .body') }}")
                            .run();
            var missing = worker.job(Job.RENDER).with("x", "{{ http(" + at + "/missing') }}").run();

            assertThat(ended.outputs())
                    .containsEntry("plain", "GET")
                    .containsEntry("posted", "[\"a=b+c\",\"{\\\"t\\\":\\\"{{ nothing }}\\\"}\"]");
            assertThat(missing.error()).contains("404");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void filesOfNamespacesAboveAreReadAndThoseBesideAreNot() throws Exception {
        for (var namespace : List.of("company", "company.other")) {
            worker.storage.put(
                    new NamespaceFolder("main", namespace).file("hello.txt"),
                    new ByteArrayInputStream("hello".getBytes(StandardCharsets.UTF_8)));
        }
        worker.start(properties(4, "main"));

        var above =
                worker.job(Job.RENDER)
                        .with("x", "{{ read('hello.txt', namespace='company') }}")
                        .with("uri", "{{ fileURI('hello.txt', 'company') }}")
                        .run();
        var beside =
                worker.job(Job.RENDER)
                        .with("x", "{{ read('hello.txt', namespace='company.other') }}")
                        .run();
        var besideByUri =
                worker.job(Job.RENDER)
                        .with("x", "{{ read('kestra:///company/other/_files/hello.txt') }}")
                        .run();

        assertThat(above.outputs())
                .containsEntry("x", "hello")
                .containsEntry("uri", "kestra:///company/_files/hello.txt");
        assertThat(beside.state()).isEqualTo("FAILED");
        assertThat(besideByUri.state()).isEqualTo("FAILED");
    }
}
