// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.log;

import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskExecutions;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import io.millrace.plugin.core.execution.Dates;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Deletes log lines.
@Plugin(type = "io.kestra.plugin.core.log.PurgeLogs", title = "Purge log lines")
public final class PurgeLogs implements TaskPlugin<PurgeLogs.Properties, PurgeLogs.Outputs> {

    public record Properties(
            @Title("Namespace, with those below it; all that the task may see if absent")
                    @Nullable String namespace,
            @Title("Flow; needs a namespace") @Nullable String flowId,
            @Title("Levels; all if absent") @Nullable List<String> logLevels,
            @Title("Only lines of then or later") @Nullable String startDate,
            @Title("Only lines of then or before") String endDate) {}

    public record Outputs(@Title("Lines that went") long count) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        return new Outputs(
                context.executions()
                        .purgeLogs(
                                new TaskExecutions.LogPurge(
                                        properties.namespace(),
                                        properties.flowId(),
                                        properties.logLevels() == null
                                                ? List.of()
                                                : properties.logLevels(),
                                        Dates.orNull("startDate", properties.startDate()),
                                        Dates.of("endDate", properties.endDate()))));
    }
}
