// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.run;

import io.millrace.contracts.BatchOutputs;
import io.millrace.contracts.Codec;
import io.millrace.contracts.Job;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes the outputs of the executions of all batches into one file, a line of JSON for each, in
/// the order of the batches. Asks for a page at a time: memory stays flat.
final class BatchMerge {
    private static final int PAGE = 1000;

    private final BatchOutputSource source;

    BatchMerge(BatchOutputSource source) {
        this.source = source;
    }

    /// @return the output `subflowOutputs`, or nothing if none of them has any
    Map<String, @Nullable Object> run(Job job, JobFiles files, Path directory) throws IOException {
        int taskRun = ((Number) job.properties().getOrDefault("taskRun", -1)).intValue();
        var file = directory.resolve("outputs.ion");
        boolean any = false;
        try (var out = new BufferedOutputStream(Files.newOutputStream(file))) {
            for (int from = 0, count = 1; from < count; from += PAGE) {
                var page =
                        source.batchOutputs(
                                new BatchOutputs.Request(
                                        job.tenant(), job.executionId(), taskRun, from, PAGE));
                count = page.count();
                for (Map<String, @Nullable Object> outputs : page.outputs()) {
                    out.write(Codec.encode(outputs));
                    out.write('\n');
                    any = true;
                }
            }
        }
        if (!any) {
            return Map.of();
        }
        try (var content = Files.newInputStream(file)) {
            return Map.of("subflowOutputs", files.put("outputs.ion", content).toString());
        }
    }
}
