// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker;

import static io.millrace.worker.WorkerFixture.properties;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.contracts.Heartbeat;
import io.millrace.contracts.Job;
import io.millrace.contracts.LaneEvent;
import io.millrace.storage.StoragePath;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Directories that stay open while several jobs run in them.
class WorkingDirectoryIT {
    private static final String SHELL = "io.kestra.plugin.scripts.shell.Commands";
    private static final String WORKER = "worker-0";

    @TempDir Path directory;
    private WorkerFixture worker;

    @BeforeEach
    void connect() {
        worker = new WorkerFixture(directory);
        worker.start(properties(1, "main"));
    }

    @AfterEach
    void close() {
        worker.close();
    }

    private String open(Map<String, ? extends @Nullable Object> given) {
        var job = worker.job(Job.OPEN_DIRECTORY);
        given.forEach(job::with);
        var id = job.send();
        worker.awaitEvent(id, LaneEvent.TaskStarted.class);
        return id;
    }

    private LaneEvent.TaskEnded inside(String id, int ordinal, String command) {
        worker.job(SHELL, id)
                .inDirectory(WORKER, ordinal)
                .with("commands", List.of(command))
                .send();
        return worker.ended(id, ordinal);
    }

    private LaneEvent.TaskEnded closed(String id) {
        worker.job(Job.CLOSE_DIRECTORY, id).inDirectory(WORKER, 0).send();
        return worker.ended(id, 0);
    }

    private static String lastLine(LaneEvent.TaskEnded ended) {
        return ended.logs().getLast().message();
    }

    private String content(@Nullable Object uri) throws Exception {
        try (var kept =
                worker.storage.get(StoragePath.of("main", URI.create(String.valueOf(uri))))) {
            return new String(kept.readAllBytes(), UTF_8);
        }
    }

    @Test
    void jobsRunInOneDirectoryWithItsInputFilesAndItsOutputFilesAreKept() throws Exception {
        var id =
                open(
                        Map.of(
                                "inputFiles", Map.of("in/a.txt", "{{ 1 + 1 }}"),
                                "outputFiles", List.of("*.out")));

        var first = inside(id, 1, "cat in/a.txt > b.out; pwd");
        var second = inside(id, 2, "pwd");
        var end = closed(id);

        assertThat(first.state()).isEqualTo("SUCCESS");
        assertThat(lastLine(second)).isEqualTo(lastLine(first));
        assertThat(Path.of(lastLine(second))).doesNotExist();
        assertThat(end.state()).isEqualTo("SUCCESS");
        var files = (Map<?, ?>) Objects.requireNonNull(end.outputs().get("outputFiles"));
        assertThat(content(files.get("b.out"))).isEqualTo("2");
    }

    @Test
    void anOpenDirectoryIsCarriedByHeartbeats() {
        var id = open(Map.of());

        await().untilAsserted(() ->
                assertThat(worker.heartbeats)
                        .anyMatch(h -> h.running().contains(new Heartbeat.Running(id, 0, 1))));
    }

    @Test
    void aDirectoryThatCannotBeLaidFailsTheTask() {
        var ended =
                worker.job(Job.OPEN_DIRECTORY).with("inputFiles", Map.of("../../a.txt", "x")).run();

        assertThat(ended.error()).contains("Expected a file in the working directory");
    }

    @Test
    void aKilledDirectoryIsDeletedAndNothingRunsInItAnyMore() {
        var id = open(Map.of());
        var path = Path.of(lastLine(inside(id, 1, "pwd")));

        worker.kill(id);

        assertThat(worker.ended(id, 0).state()).isEqualTo("KILLED");
        await().until(() -> !Files.exists(path));
        worker.job(SHELL, id).inDirectory(WORKER, 2).with("commands", List.of("true")).send();
        assertThat(worker.awaitEvent(id, LaneEvent.TaskLost.class).taskRun()).isZero();
    }

    @Test
    void aDirectoryThatNobodyWaitsForIsGivenUp() {
        worker.grants = false;

        var id = open(Map.of());

        assertThat(worker.ended(id, 0).state()).isEqualTo("KILLED");
    }

    @Test
    void aCacheIsThereAgainInTheNextRun() {
        var cache = Map.of("cache", Map.of("patterns", List.of("deps/**")));
        var first = open(cache);
        inside(first, 1, "mkdir -p deps/x && echo kept > deps/x/y.txt");
        closed(first);

        var second = open(cache);

        assertThat(lastLine(inside(second, 1, "cat deps/x/y.txt"))).isEqualTo("kept");
    }

    @Test
    void outputsOfBatchesAreMergedInOrder() throws Exception {
        var ended = worker.job(Job.MERGE_BATCH_OUTPUTS).with("taskRun", 2).run();

        var lines = content(ended.outputs().get("subflowOutputs")).lines().toList();
        assertThat(lines).hasSize(1001);
        assertThat(lines.getFirst()).isEqualTo("{\"batch\":0}");
        assertThat(lines.getLast()).isEqualTo("{\"batch\":1000}");
    }
}
