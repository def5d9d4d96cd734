// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.search;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;

import io.millrace.execution.Reads;
import io.millrace.platform.access.Permission;
import java.time.Clock;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// The last runs of a flow beside each other.
@RestController
final class GridController {
    private static final int MOST_RUNS = 100;

    private final Executions executions;
    private final Reads reads;
    private final Clock clock;

    GridController(Executions executions, Reads reads, Clock clock) {
        this.executions = executions;
        this.reads = reads;
        this.clock = clock;
    }

    /// @param runs the newest first, without their task runs
    /// @param tasks in the order in which they came about, those of the newest run first
    /// @param states by execution and task: how many task runs are in each state
    record Grid(
            List<ExecutionView> runs,
            SequencedSet<String> tasks,
            Map<String, Map<String, Map<String, Long>>> states) {}

    private record Cell(String executionId, String taskId, String state, long count, int first) {}

    /// What became of each task in each of a flow's last runs. Task runs are counted by the
    /// database: a loop of thousands costs the answer no more than a task.
    ///
    /// @param size how many runs, at most 100
    @GetMapping("/api/v1/{tenant}/executions/flows/{namespace}/{flowId}/grid")
    Grid grid(
            @PathVariable String namespace,
            @PathVariable String flowId,
            @RequestParam(defaultValue = "25") int size) {
        var ofFlow =
                ExecutionFilter.of(
                        Map.of(
                                "filters[namespace][EQUALS]", new String[] {namespace},
                                "filters[flowId][EQUALS]", new String[] {flowId}),
                        clock);
        var runs =
                executions.page(
                        ofFlow, Permission.EXECUTION_READ, null, Math.clamp(size, 1, MOST_RUNS));
        var cells =
                reads
                        .jdbc()
                        .sql(
                                """
                                select execution_id, task_id, state, count(*) as count,
                                       min(ordinal) as first
                                  from task_runs where execution_id = any(:ids)
                                 group by execution_id, task_id, state\
                                """)
                        .param("ids", runs.stream().map(run -> run.id()).toArray(String[]::new))
                        .query(Cell.class)
                        .list()
                        .stream()
                        .collect(groupingBy(Cell::executionId));
        var tasks = new LinkedHashSet<String>();
        for (var run : runs) {
            cells.getOrDefault(run.id(), List.of()).stream()
                    .sorted(Comparator.comparingInt(Cell::first))
                    .forEach(cell -> tasks.add(cell.taskId()));
        }
        return new Grid(
                runs.stream().map(executions::view).toList(),
                tasks,
                cells.entrySet().stream()
                        .collect(toMap(Map.Entry::getKey, e -> byTask(e.getValue()))));
    }

    private static Map<String, Map<String, Long>> byTask(List<Cell> cells) {
        return cells.stream().collect(groupingBy(Cell::taskId, toMap(Cell::state, Cell::count)));
    }
}
