// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.run;

import io.millrace.contracts.Codec;
import io.millrace.contracts.Job;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What the iterations of a loop have given, as the loop's outputs.
final class LoopOutputs {
    private LoopOutputs() {}

    /// As they are, or with a file in place of what each iteration gives.
    static Map<String, @Nullable Object> of(Job job, JobFiles files) throws IOException {
        var outputs = new LinkedHashMap<String, @Nullable Object>();
        if (job.variables().get("outputs") instanceof Map<?, ?> given) {
            given.forEach((name, value) -> outputs.put(String.valueOf(name), value));
        }
        if (Boolean.TRUE.equals(job.properties().get("each"))
                && outputs.get("outputs") instanceof Iterable<?> iterations) {
            var stored = new ArrayList<@Nullable Object>();
            for (var iteration : iterations) {
                stored.add(
                        iteration instanceof Map<?, ?> map
                                ? stored(map, files, stored.size())
                                : iteration);
            }
            outputs.put("outputs", stored);
        }
        return outputs;
    }

    private static Map<String, @Nullable Object> stored(
            Map<?, ?> iteration, JobFiles files, int number) throws IOException {
        var content = Codec.encode(Objects.requireNonNullElse(iteration.get("outputs"), Map.of()));
        var uri = files.put(number + "/outputs.ion", new ByteArrayInputStream(content));
        var one = new LinkedHashMap<String, @Nullable Object>();
        one.put("item", iteration.get("item"));
        one.put("outputs", Map.of("uri", uri.toString()));
        return one;
    }
}
