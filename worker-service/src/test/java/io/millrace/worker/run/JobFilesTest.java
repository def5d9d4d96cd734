// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.Job;
import io.millrace.storage.InternalStorage;
import io.millrace.storage.StorageSettings;
import io.millrace.worker.log.Masker;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobFilesTest {
    @TempDir Path directory = Path.of(".");

    private JobFiles files(InternalStorage storage, int taskRun, int dispatch) {
        var job =
                Job.ofScheduler(
                        "main",
                        "company.team",
                        "flow",
                        1,
                        "execution",
                        taskRun,
                        "task",
                        dispatch,
                        "type",
                        Map.of(),
                        Map.of(),
                        null,
                        "INFO",
                        Instant.EPOCH);
        return new JobFiles(storage, job, _ -> false, new Masker());
    }

    @Test
    void whatAnAttemptLeavesIsFoundByTheNextOfItsTaskRunAlone() throws Exception {
        try (var storage = InternalStorage.open(StorageSettings.directory(directory))) {
            assertThat(files(storage, 0, 0).left("taken.json")).isEmpty();

            files(storage, 0, 0).leave("taken.json", "[1]".getBytes(UTF_8));

            assertThat(files(storage, 0, 1).left("taken.json"))
                    .hasValueSatisfying(content -> assertThat(content).asString().isEqualTo("[1]"));
            assertThat(files(storage, 1, 0).left("taken.json")).isEmpty();
            assertThat(files(storage, 0, 1).deleteAll()).hasSize(1);
        }
    }
}
