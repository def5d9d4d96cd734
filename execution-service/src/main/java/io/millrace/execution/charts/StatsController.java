// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.charts;

import io.millrace.execution.charts.Stats.CountsOfNamespace;
import io.millrace.execution.charts.Stats.ExecutionBucket;
import io.millrace.execution.charts.Stats.LogBucket;
import io.millrace.execution.search.ExecutionView;
import io.millrace.execution.search.Executions;
import io.millrace.execution.search.Executions.FlowFilter;
import io.millrace.platform.problem.ServiceException;
import io.swagger.v3.oas.annotations.Operation;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Counts over time, as clients before Kestra 1 ask for them; newer ones draw charts.
@RestController
@RequestMapping("/api/v1/{tenant}/stats")
class StatsController {
    private static final int MOST_FLOWS = 1_000;

    private final Stats stats;
    private final Executions executions;

    StatsController(Stats stats, Executions executions) {
        this.stats = stats;
        this.executions = executions;
    }

    /// What is counted; each part may be absent.
    ///
    /// @param namespace with those below it
    /// @param flows these alone
    /// @param namespaceOnly whether the flows of a namespace are counted together
    /// @param logLevel lines of this level and above
    record Request(
            @Nullable String q,
            @Nullable List<String> scope,
            @Nullable String namespace,
            @Nullable String flowId,
            @Nullable OffsetDateTime startDate,
            @Nullable OffsetDateTime endDate,
            @Nullable List<String> state,
            @Nullable List<FlowFilter> flows,
            @Nullable Boolean namespaceOnly,
            @Nullable String logLevel) {
        Request {
            if (flows != null && flows.size() > MOST_FLOWS) {
                throw new ServiceException.Invalid(
                        "flows", "Expected at most %d flows".formatted(MOST_FLOWS));
            }
        }
    }

    @Operation(summary = "Count executions over time")
    @PostMapping("/executions/daily")
    List<ExecutionBucket> executions(@RequestBody Request request) {
        return stats.executions(request);
    }

    @Operation(summary = "Count task runs over time")
    @PostMapping("/taskruns/daily")
    List<ExecutionBucket> taskRuns(@RequestBody Request request) {
        return stats.taskRuns(request);
    }

    /// By namespace and flow; the flow is `*` if only namespaces are asked for.
    @Operation(summary = "Count executions over time by namespace and flow")
    @PostMapping("/executions/daily/group-by-flow")
    Map<String, Map<String, List<ExecutionBucket>>> byFlow(@RequestBody Request request) {
        return stats.byFlow(request);
    }

    @Operation(summary = "Count executions by namespace")
    @PostMapping("/executions/daily/group-by-namespace")
    Map<String, CountsOfNamespace> byNamespace(@RequestBody Request request) {
        return stats.byNamespace(request);
    }

    @Operation(summary = "Get the latest execution of each of some flows")
    @PostMapping("/executions/latest/group-by-flow")
    List<ExecutionView> latest(@RequestBody Request request) {
        return executions.latestViews(request.flows() == null ? List.of() : request.flows());
    }

    @Operation(summary = "Count log lines over time")
    @PostMapping("/logs/daily")
    List<LogBucket> logs(@RequestBody Request request) {
        return stats.logs(request);
    }
}
