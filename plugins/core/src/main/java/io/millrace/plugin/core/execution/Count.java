// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.execution;

import io.millrace.plugin.Late;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskExecutions;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Counts executions by flow, and keeps the counts that an expression holds for.
@Plugin(
        type = "io.kestra.plugin.core.execution.Count",
        aliases = {
            "io.kestra.core.tasks.executions.Counts",
            "io.kestra.plugin.core.execution.Counts"
        },
        title = "Count executions")
public final class Count implements TaskPlugin<Count.Properties, Count.Outputs> {

    /// A flow to count executions of.
    public record Flow(@Title("Namespace") String namespace, @Title("Id") String flowId) {}

    public record Properties(
            @Title("Flows, each counted by itself") @Nullable List<Flow> flows,
            @Title("Namespaces, each counted as a whole; not together with flows")
                    @Nullable List<String> namespaces,
            @Title("States to count; all if absent") @Nullable List<String> states,
            @Title("Only executions that began then or later") @Nullable String startDate,
            @Title("Only executions that began then or before") @Nullable String endDate,
            @Title("Condition for a count to be in the results; reads `count`") @Late
                    String expression) {}

    /// @param flowId absent where a namespace was counted
    public record Result(String namespace, @Nullable String flowId, long count) {}

    public record Outputs(
            @Title("Counts that the expression holds for") List<Result> results,
            @Title("Their sum") long total) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        var flows = properties.flows() == null ? List.<Flow>of() : properties.flows();
        var namespaces =
                properties.namespaces() == null ? List.<String>of() : properties.namespaces();
        if (flows.isEmpty() && namespaces.isEmpty()) {
            throw new TaskFailedException("Expected flows or namespaces to count executions of");
        }
        var counts =
                context.executions()
                        .count(
                                new TaskExecutions.Query(
                                        flows.stream()
                                                .map(f ->
                                                        new TaskExecutions.FlowRef(
                                                                f.namespace(), f.flowId()))
                                                .toList(),
                                        namespaces,
                                        properties.states() == null
                                                ? List.of()
                                                : properties.states(),
                                        Dates.orNull("startDate", properties.startDate()),
                                        Dates.orNull("endDate", properties.endDate())));
        var results = new ArrayList<Result>();
        for (var count : counts) {
            var variables = new HashMap<String, @Nullable Object>();
            variables.put("count", count.count());
            if (context.render(properties.expression(), variables).strip().equals("true")) {
                results.add(new Result(count.namespace(), count.flowId(), count.count()));
            }
        }
        return new Outputs(results, results.stream().mapToLong(Result::count).sum());
    }
}
