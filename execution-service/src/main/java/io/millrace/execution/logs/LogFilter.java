// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.logs;

import io.millrace.execution.search.ExecutionView;
import io.millrace.execution.search.FilterParameter;
import io.millrace.platform.access.NamespaceScope;
import io.millrace.platform.problem.ServiceException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Which lines are asked for, from the parameters of a request.
final class LogFilter {
    private final List<String> conditions = new ArrayList<>();
    private final Map<String, Object> parameters = new HashMap<>();

    /// @throws ServiceException.Invalid if a parameter can't be understood
    static LogFilter of(Map<String, String[]> request, Clock clock) {
        var filter = new LogFilter();
        var all = FilterParameter.of(request);
        all.forEach(filter::add);
        var period = FilterParameter.Period.of(all, clock);
        if (period.from() != null) {
            filter.add("at >= :from", Map.of("from", period.from().atOffset(ZoneOffset.UTC)));
        }
        if (period.to() != null) {
            filter.add("at <= :to", Map.of("to", period.to().atOffset(ZoneOffset.UTC)));
        }
        return filter;
    }

    private void add(FilterParameter parameter) {
        switch (parameter.field()) {
            case "q", "query" ->
                    add(
                            "position(lower(:query) in lower(message)) > 0",
                            Map.of("query", parameter.first()));
            case "namespace" -> text("namespace", parameter, "PREFIX");
            case "flowId" -> text("flow_id", parameter, "EQUALS");
            case "taskId" -> text("task_id", parameter, "EQUALS");
            case "executionId" -> text("execution_id", parameter, "EQUALS");
            case "taskRunId" -> taskRun(parameter.first());
            case "attempt", "attemptNumber" ->
                    add("attempt = :attempt", Map.of("attempt", number(parameter)));
            case "minLevel", "level" -> level(parameter);
            case "scope" -> {
                var scopes = List.of(parameter.split());
                if (scopes.contains("SYSTEM") != scopes.contains("USER")) {
                    add(
                            scopes.contains("SYSTEM")
                                    ? "namespace = 'system'"
                                    : "namespace <> 'system'",
                            Map.of());
                }
            }
            // lines of triggers aren't kept
            case "triggerId" -> add("false", Map.of());
            default -> {}
        }
    }

    private void add(String condition, Map<String, ?> values) {
        conditions.add(condition);
        parameters.putAll(values);
    }

    private void level(FilterParameter parameter) {
        int level = Logs.level(parameter.first());
        var comparison =
                switch (parameter.operation("GREATER_THAN_OR_EQUAL_TO")) {
                    // a level means: at least this one
                    case "EQUALS", "GREATER_THAN_OR_EQUAL_TO" -> ">=";
                    case "GREATER_THAN" -> ">";
                    case "LESS_THAN_OR_EQUAL_TO" -> "<=";
                    case "LESS_THAN" -> "<";
                    case "NOT_EQUALS" -> "<>";
                    default -> throw unknown(parameter);
                };
        // two may be the ends of a range
        var name = "level" + parameters.size();
        add("level " + comparison + " :" + name, Map.of(name, level));
    }

    private void taskRun(String id) {
        int dash = id.lastIndexOf('-');
        var ordinal = dash < 0 ? null : ExecutionView.ordinal(id.substring(0, dash), id);
        if (ordinal == null) {
            add("false", Map.of());
        } else {
            add(
                    "execution_id = :run and ordinal = :ordinal",
                    Map.of("run", id.substring(0, dash), "ordinal", ordinal));
        }
    }

    private static int number(FilterParameter parameter) {
        try {
            return Integer.parseInt(parameter.first());
        } catch (NumberFormatException _) {
            throw new ServiceException.Invalid(
                    parameter.field(),
                    "Illegal argument: expected a number but got " + parameter.first());
        }
    }

    private void text(String column, FilterParameter parameter, String plain) {
        var name = "p" + parameters.size();
        var first = parameter.first();
        switch (parameter.operation(plain)) {
            case "EQUALS" -> add(column + " = :" + name, Map.of(name, first));
            case "NOT_EQUALS" -> add(column + " is distinct from :" + name, Map.of(name, first));
            case "IN" -> add(column + " = any(:" + name + ")", Map.of(name, parameter.split()));
            case "NOT_IN" ->
                    add(column + " <> all(:" + name + ")", Map.of(name, parameter.split()));
            case "CONTAINS" ->
                    add("position(:" + name + " in " + column + ") > 0", Map.of(name, first));
            case "STARTS_WITH" ->
                    add("starts_with(" + column + ", :" + name + ")", Map.of(name, first));
            case "ENDS_WITH" ->
                    add(
                            "right(" + column + ", length(:" + name + ")) = :" + name,
                            Map.of(name, first));
            case "PREFIX" ->
                    add(
                            "(%1$s = :%2$s or starts_with(%1$s, :%2$s || '.'))"
                                    .formatted(column, name),
                            Map.of(name, first));
            default -> throw unknown(parameter);
        }
    }

    private static ServiceException.Invalid unknown(FilterParameter parameter) {
        return new ServiceException.Invalid(
                "filters",
                "Illegal argument: no operation "
                        + parameter.operation()
                        + " for field "
                        + parameter.field());
    }

    /// A condition in SQL on `logs`.
    record Where(String sql, Map<String, Object> parameters) {}

    /// Of one execution.
    Where where(String executionId) {
        var all = new ArrayList<>(conditions);
        var values = new HashMap<>(parameters);
        all.add("execution_id = :id");
        values.put("id", executionId);
        return new Where(String.join(" and ", all), values);
    }

    /// Of all executions that may be seen.
    Where where(String tenant, NamespaceScope scope) {
        var all = new ArrayList<>(conditions);
        var values = new HashMap<>(parameters);
        all.add("tenant = :tenant");
        values.put("tenant", tenant);
        if (!scope.all()) {
            all.add("namespace || '.' like any (:scope)");
            values.put("scope", scope.likePatterns());
        }
        return new Where(String.join(" and ", all), values);
    }
}
