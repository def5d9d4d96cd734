// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.search;

import io.millrace.engine.State;
import io.millrace.engine.TaskRun;
import io.millrace.platform.problem.ServiceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Which task runs are asked for, from the parameters of a request: `state`, `taskId`, `value`,
/// each with commas between several; one by its `taskRunId`; those below a `parentTaskRunId`, or
/// below none (`NONE`); and those that have outputs (`hasOutputs`).
final class TaskRunFilter {
    private static final String BELOW_NONE = "NONE";

    private final List<String> conditions = new ArrayList<>(List.of("true"));
    private final Map<String, Object> parameters = new HashMap<>();

    /// A condition in SQL on `task_runs r`.
    record Where(String sql, Map<String, Object> parameters) {}

    /// @throws ServiceException.Invalid if a parameter can't be understood
    static TaskRunFilter of(Map<String, String[]> request) {
        var filter = new TaskRunFilter();
        for (var parameter : FilterParameter.of(request)) {
            var values = parameter.split();
            switch (parameter.field()) {
                case "state" -> filter.states(values);
                case "taskId" -> filter.any("r.task_id", "tasks", values);
                case "value" -> filter.any("r.value", "values", values);
                case "taskRunId" -> filter.run("taskRunId", "ordinal", parameter.first());
                case "parentTaskRunId" -> filter.parent(parameter.first());
                case "hasOutputs" ->
                        filter.conditions.add(
                                "(r.outputs is not null or r.outputs_uri is not null) = "
                                        + Boolean.parseBoolean(parameter.first()));
                default -> {}
            }
        }
        return filter;
    }

    private void states(String[] states) {
        for (var state : states) {
            if (Arrays.stream(State.values()).noneMatch(s -> s.name().equals(state))) {
                throw new ServiceException.Invalid("state", "Illegal argument: no state " + state);
            }
        }
        any("r.state", "runStates", states);
    }

    private void any(String column, String name, String[] values) {
        conditions.add(column + " = any(:" + name + ")");
        parameters.put(name, values);
    }

    private void parent(String id) {
        if (id.equals(BELOW_NONE)) {
            conditions.add("r.parent = " + TaskRun.NONE);
        } else {
            run("parentTaskRunId", "parent", id);
        }
    }

    /// A task run that a column names by its ordinal.
    private void run(String parameter, String column, String id) {
        int dash = id.lastIndexOf('-');
        var ordinal = dash < 0 ? null : ExecutionView.ordinal(id.substring(0, dash), id);
        if (ordinal == null) {
            throw new ServiceException.Invalid(parameter, "Illegal argument: no task run " + id);
        }
        conditions.add("r.execution_id = :%1$sOf and r.%1$s = :%1$s".formatted(column));
        parameters.put(column + "Of", id.substring(0, dash));
        parameters.put(column, ordinal);
    }

    Where where() {
        return new Where(String.join(" and ", conditions), parameters);
    }
}
