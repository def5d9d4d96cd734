// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.log;

import io.millrace.plugin.Default;
import io.millrace.plugin.ExecutionLogs;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskLog;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import io.millrace.plugin.core.execution.OwnSuite;
import java.net.URI;
import java.nio.file.Files;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Stores the log of an execution as a file with a line for each.
@Plugin(
        type = "io.kestra.plugin.core.log.Fetch",
        aliases = {"io.kestra.core.tasks.log.Fetch", "io.kestra.plugin.kestra.logs.Fetch"},
        title = "Store the log of an execution as a file")
public final class Fetch implements TaskPlugin<Fetch.Properties, Fetch.Outputs> {

    public record Properties(
            @Title("Namespace of the execution; this one's if absent") @Nullable String namespace,
            @Title("Flow of the execution; this one's if absent") @Nullable String flowId,
            @Title("Execution; this one if absent") @Nullable String executionId,
            @Title("Tasks whose log is stored; all if absent") @Nullable List<String> tasksId,
            @Title("Least level") @Default("INFO") TaskLog.Level level,
            @Title("Without effect") @Inline OwnSuite suite) {}

    public record Outputs(
            @Title("Number of lines") long size,
            @Title("URI of a file with a JSON object a line") URI uri) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        var file = Files.createTempFile(context.workingDirectory(), "logs", ".ion");
        long size;
        try (var out = Files.newBufferedWriter(file)) {
            size =
                    context.stores()
                            .logs()
                            .fetch(
                                    new ExecutionLogs.Selection(
                                            properties.namespace(),
                                            properties.flowId(),
                                            properties.executionId(),
                                            properties.tasksId() == null
                                                    ? List.of()
                                                    : properties.tasksId(),
                                            properties.level().name()),
                                    line -> {
                                        out.write(JsonMapper.shared().writeValueAsString(line));
                                        out.write('\n');
                                    });
        }
        try (var content = Files.newInputStream(file)) {
            return new Outputs(size, context.files().put(UUID.randomUUID() + ".ion", content));
        }
    }
}
