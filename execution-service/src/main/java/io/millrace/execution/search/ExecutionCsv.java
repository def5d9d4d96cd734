// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.search;

import io.millrace.engine.Execution;
import io.millrace.platform.web.Csv;
import java.util.stream.Collectors;

/// Executions as lines of comma-separated values.
final class ExecutionCsv {
    static final String HEADER =
            "id,namespace,flowId,flowRevision,state,startDate,endDate,duration,labels,trigger,"
                    + "parentId,originalId\r\n";

    private ExecutionCsv() {}

    static String line(Execution e) {
        boolean over = e.state().isTerminal();
        return Csv.line(
                e.id(),
                e.namespace(),
                e.flowId(),
                e.revision(),
                e.state().name(),
                e.history().startedAt(),
                over ? e.history().changedAt() : null,
                over ? e.history().length() : null,
                e.labels().entrySet().stream()
                        .map(label -> label.getKey() + ":" + label.getValue())
                        .collect(Collectors.joining(";")),
                e.trigger() == null ? null : e.trigger().id(),
                e.replayOf(),
                e.originalId());
    }
}
