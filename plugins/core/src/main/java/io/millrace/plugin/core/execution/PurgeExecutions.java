// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.execution;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskExecutions;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Deletes executions that have ended, with their logs, metrics and files.
@Plugin(
        type = "io.kestra.plugin.core.execution.PurgeExecutions",
        aliases = {"io.kestra.plugin.core.storage.Purge", "io.kestra.core.tasks.storages.Purge"},
        title = "Purge executions")
public final class PurgeExecutions
        implements TaskPlugin<PurgeExecutions.Properties, PurgeExecutions.Outputs> {

    public record Properties(
            @Title("Namespace, with those below it; all that the task may see if absent")
                    @Nullable String namespace,
            @Title("Flow; needs a namespace") @Nullable String flowId,
            @Title("Only executions that began then or later") @Nullable String startDate,
            @Title("Only executions that began then or before") String endDate,
            @Title("States; all that an execution ends with if absent")
                    @Nullable List<String> states,
            @Title("Whether executions go") @Default("true") Boolean purgeExecution,
            @Title("Whether their logs go") @Default("true") Boolean purgeLog,
            @Title("Whether their metrics go") @Default("true") Boolean purgeMetric,
            @Title("Whether their files go") @Default("true") Boolean purgeStorage) {}

    public record Outputs(
            @Title("Executions that went") long executionsCount,
            @Title("Log lines that went") long logsCount,
            @Title("Files that went") long storagesCount,
            @Title("Metrics that went") long metricsCount) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        var purged =
                context.executions()
                        .purge(
                                new TaskExecutions.Purge(
                                        properties.namespace(),
                                        properties.flowId(),
                                        properties.states() == null
                                                ? List.of()
                                                : properties.states(),
                                        Dates.orNull("startDate", properties.startDate()),
                                        Dates.of("endDate", properties.endDate()),
                                        properties.purgeExecution(),
                                        properties.purgeLog(),
                                        properties.purgeMetric(),
                                        properties.purgeStorage()));
        return new Outputs(purged.executions(), purged.logs(), purged.files(), purged.metrics());
    }
}
