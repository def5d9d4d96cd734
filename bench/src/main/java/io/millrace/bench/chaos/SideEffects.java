// SPDX-License-Identifier: Apache-2.0
package io.millrace.bench.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What tasks did to the world outside: a line in a file for each beginning and each end.
///
/// @param runs of each execution's task, in the order of their beginnings
record SideEffects(Map<String, List<Run>> runs) {

    /// @param end absent (`Instant.MAX`) if it was stopped in its middle
    /// @param worker process that started it
    record Run(Instant begin, Instant end, long worker) {}

    private record Beginning(Instant at, long worker) {}

    /// Lines `begin|end <execution> <run> <milliseconds since the epoch> <process of the worker>`.
    static SideEffects read(Path file) {
        var begins = new HashMap<String, Map<String, Beginning>>();
        var ends = new HashMap<String, Instant>();
        try (var lines = Files.lines(file)) {
            lines.forEach(line -> {
                var words = line.split(" ");
                var at = Instant.ofEpochMilli(Long.parseLong(words[3]));
                if (words[0].equals("begin")) {
                    begins.computeIfAbsent(words[1], _ -> new HashMap<>())
                            .put(words[2], new Beginning(at, Long.parseLong(words[4])));
                } else {
                    ends.put(words[1] + words[2], at);
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var runs = new HashMap<String, List<Run>>();
        begins.forEach((execution, of) -> {
            var list = new ArrayList<Run>();
            of.forEach((run, begin) ->
                    list.add(
                            new Run(
                                    begin.at(),
                                    ends.getOrDefault(execution + run, Instant.MAX),
                                    begin.worker())));
            list.sort((a, b) -> a.begin().compareTo(b.begin()));
            runs.put(execution, list);
        });
        return new SideEffects(runs);
    }

    /// The longest time in which no task began.
    Duration largestGap() {
        var begins = runs.values().stream().flatMap(List::stream).map(Run::begin).sorted().toList();
        var largest = Duration.ZERO;
        for (int i = 1; i < begins.size(); i++) {
            var gap = Duration.between(begins.get(i - 1), begins.get(i));
            largest = gap.compareTo(largest) > 0 ? gap : largest;
        }
        return largest;
    }

    /// Executions whose task ran more than once.
    Map<String, List<Run>> repeated() {
        var repeated = new HashMap<String, List<Run>>();
        runs.forEach((execution, of) -> {
            if (of.size() > 1) {
                repeated.put(execution, of);
            }
        });
        return repeated;
    }
}
