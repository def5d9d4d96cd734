// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.search;

import io.millrace.engine.Execution;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Executions as lines of comma-separated values (RFC 4180).
final class ExecutionCsv {
    static final String HEADER =
            "id,namespace,flowId,flowRevision,state,startDate,endDate,duration,labels,trigger,"
                    + "parentId,originalId\r\n";

    private ExecutionCsv() {}

    static String line(Execution e) {
        boolean over = e.state().isTerminal();
        return Arrays.asList(
                                e.id(),
                                e.namespace(),
                                e.flowId(),
                                Integer.toString(e.revision()),
                                e.state().name(),
                                e.history().startedAt().toString(),
                                over ? e.history().changedAt().toString() : null,
                                over ? e.history().length().toString() : null,
                                e.labels().entrySet().stream()
                                        .map(label -> label.getKey() + ":" + label.getValue())
                                        .collect(Collectors.joining(";")),
                                e.trigger() == null ? null : e.trigger().id(),
                                e.replayOf(),
                                e.originalId())
                        .stream()
                        .map(ExecutionCsv::cell)
                        .collect(Collectors.joining(","))
                + "\r\n";
    }

    /// Spreadsheets take what begins like a formula for one.
    private static String cell(@Nullable String value) {
        if (value == null || value.isEmpty()) {
            return "";
        }
        var safe = "=+-@\t\r".indexOf(value.charAt(0)) >= 0 ? "'" + value : value;
        return safe.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
                ? '"' + safe.replace("\"", "\"\"") + '"'
                : safe;
    }
}
