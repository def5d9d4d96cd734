// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.search;

import io.millrace.contracts.LaneEvent;
import io.millrace.engine.State;
import io.millrace.execution.lane.Events;
import io.millrace.execution.lane.ExecutionColumns;
import io.millrace.platform.access.NamespaceScope;
import io.millrace.platform.problem.ServiceException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Which executions are asked for, from the parameters of a request: the plain ones, and the newer
/// `filters[field][OPERATION]=value`.
public final class ExecutionFilter {
    private static final Pattern ID = Pattern.compile("[0-9A-Za-z]{22}");

    private final List<String> conditions = new ArrayList<>();
    private final Map<String, Object> parameters = new HashMap<>();
    private boolean narrow;
    private @Nullable String text;

    /// A condition in SQL on `executions e`.
    public record Where(String sql, Map<String, Object> parameters) {}

    /// @throws ServiceException.Invalid if a parameter can't be understood
    public static ExecutionFilter of(Map<String, String[]> request, Clock clock) {
        var filter = new ExecutionFilter();
        var kinds = new String[] {"NORMAL"};
        var parameters = FilterParameter.of(request);
        for (var parameter : parameters) {
            var operation = parameter.operation("EQUALS");
            var values = parameter.values();
            switch (parameter.field()) {
                case "namespace" ->
                        filter.text("e.namespace", parameter.operation("PREFIX"), values, true);
                case "flowId" -> filter.text("e.flow_id", operation, values, false);
                case "state" -> filter.states(operation, values);
                case "labels" -> filter.labels(operation, parameter.key(), values);
                case "q", "query" -> filter.query(parameter.first());
                case "triggerExecutionId", "parentId" ->
                        filter.text("e.parent_id", "EQUALS", List.of(parameter.first()), false);
                case "triggerId" -> filter.text("e.trigger_id", operation, values, false);
                case "executionId", "id" -> filter.text("e.id", operation, values, false);
                case "flowRevision" -> filter.text("e.revision::text", operation, values, false);
                case "childFilter" ->
                        filter.add(
                                parameter.first().equals("CHILD")
                                        ? "e.parent_id is not null"
                                        : "e.parent_id is null",
                                Map.of());
                case "scope" -> filter.scope(values);
                case "kind" -> kinds = split(values);
                default -> {}
            }
        }
        filter.kinds(List.of(kinds));
        filter.nearFlow(parameters);
        var period = FilterParameter.Period.of(parameters, clock);
        filter.between(period.from(), period.to());
        return filter;
    }

    /// All of the tenant, to be narrowed down.
    public static ExecutionFilter all() {
        return new ExecutionFilter();
    }

    /// @param below whether those below the namespace count, too
    public void namespace(String namespace, boolean below) {
        text("e.namespace", below ? "PREFIX" : "EQUALS", List.of(namespace), true);
    }

    public void flow(String flowId) {
        text("e.flow_id", "EQUALS", List.of(flowId), false);
    }

    /// @throws ServiceException.Invalid if there is no such state
    public void states(List<String> states) {
        states("IN", states);
    }

    /// @param from earliest begin
    /// @param to latest begin
    public void between(@Nullable Instant from, @Nullable Instant to) {
        if (from != null) {
            add("e.created_at >= :from", Map.of("from", from.atOffset(ZoneOffset.UTC)));
        }
        if (to != null) {
            add("e.created_at <= :to", Map.of("to", to.atOffset(ZoneOffset.UTC)));
        }
    }

    private void add(String condition, Map<String, ?> values) {
        conditions.add(condition);
        parameters.putAll(values);
    }

    private void text(String column, String operation, List<String> values, boolean namespace) {
        var name = "p" + parameters.size();
        var first = values.getFirst();
        switch (operation) {
            case "EQUALS" ->
                    add(
                            // as its index has it
                            column + (namespace ? " collate \"C\"" : "") + " = :" + name,
                            Map.of(name, first));
            case "NOT_EQUALS" -> add(column + " is distinct from :" + name, Map.of(name, first));
            case "IN" -> add(column + " = any(:" + name + ")", Map.of(name, split(values)));
            case "NOT_IN" -> add(column + " <> all(:" + name + ")", Map.of(name, split(values)));
            case "CONTAINS" ->
                    add(column + " like :" + name, Map.of(name, "%" + like(first) + "%"));
            case "STARTS_WITH" -> add(column + " like :" + name, Map.of(name, like(first) + "%"));
            case "ENDS_WITH" -> add(column + " like :" + name, Map.of(name, "%" + like(first)));
            case "REGEX" -> add(column + " ~ :" + name, Map.of(name, first));
            case "PREFIX" ->
                    add(
                            "(%1$s = :%2$s or %1$s like :%2$sp)".formatted(column, name),
                            Map.of(
                                    name,
                                    first,
                                    name + "p",
                                    like(first) + (namespace ? ".%" : "%")));
            default -> throw unknown(operation);
        }
    }

    /// For the executions of a flow in a namespace or below it, the part of the index where they
    /// are: `or` and `like` alone don't lead there. A whole namespace may be most of what there is:
    /// the newest of it are found sooner by their dates.
    private void nearFlow(List<FilterParameter> parameters) {
        boolean flow =
                parameters.stream()
                        .anyMatch(p ->
                                p.field().equals("flowId")
                                        && p.operation("EQUALS").equals("EQUALS"));
        if (!flow) {
            return;
        }
        parameters.stream()
                .filter(p ->
                        p.field().equals("namespace") && p.operation("PREFIX").equals("PREFIX"))
                .findFirst()
                .ifPresent(p ->
                        add(
                                "e.namespace collate \"C\" >= :nearFrom"
                                        + " and e.namespace collate \"C\" < :nearTo",
                                // a slash comes after a dot
                                Map.of("nearFrom", p.first(), "nearTo", p.first() + "/")));
    }

    /// Executions of tests, and those that somebody only tries a flow with, are left out unless
    /// they are asked for.
    private void kinds(List<String> kinds) {
        var special = new LinkedHashMap<String, LaneEvent.Label>();
        special.put("TEST", Events.TEST_LABEL);
        special.put("PLAYGROUND", Events.PLAYGROUND_LABEL);
        for (var kind : kinds) {
            if (!kind.equals("NORMAL") && !special.containsKey(kind)) {
                throw new ServiceException.Invalid("kind", "Illegal argument: no kind " + kind);
            }
        }
        boolean normal = kinds.contains("NORMAL");
        var any = new ArrayList<String>();
        special.forEach((kind, label) -> {
            if (kinds.contains(kind) != normal) {
                any.add(ExecutionColumns.label(label.key(), label.value()));
            }
        });
        if (!any.isEmpty()) {
            add(
                    (normal ? "not " : "") + "e.labels && :kindLabels::text[]",
                    Map.of("kindLabels", any.toArray(String[]::new)));
        }
    }

    private void states(String operation, List<String> values) {
        var states = split(values);
        for (var state : states) {
            if (Arrays.stream(State.values()).noneMatch(s -> s.name().equals(state))) {
                throw new ServiceException.Invalid("state", "Illegal argument: no state " + state);
            }
        }
        // several are all to hold, each with values of its own
        var name = "states" + parameters.size();
        switch (operation) {
            case "EQUALS", "IN" -> add("e.state = any(:" + name + ")", Map.of(name, states));
            case "NOT_EQUALS", "NOT_IN" ->
                    add("e.state <> all(:" + name + ")", Map.of(name, states));
            default -> throw unknown(operation);
        }
    }

    private void labels(String operation, String key, List<String> values) {
        var wanted = new ArrayList<String>();
        for (var value : values) {
            int colon = value.indexOf(':');
            if (!key.isEmpty()) {
                wanted.add(ExecutionColumns.label(key, value));
            } else if (colon > 0) {
                wanted.add(
                        ExecutionColumns.label(
                                value.substring(0, colon).strip(),
                                value.substring(colon + 1).strip()));
            } else {
                throw new ServiceException.Invalid(
                        "labels", "Illegal argument: expected key:value but got " + value);
            }
        }
        var name = "labels" + parameters.size();
        var array = wanted.toArray(String[]::new);
        narrow |= operation.equals("EQUALS") || operation.equals("IN");
        switch (operation) {
            case "EQUALS" -> add("e.labels @> :" + name + "::text[]", Map.of(name, array));
            case "IN" -> add("e.labels && :" + name + "::text[]", Map.of(name, array));
            case "NOT_EQUALS", "NOT_IN" ->
                    add("not e.labels && :" + name + "::text[]", Map.of(name, array));
            default -> throw unknown(operation);
        }
    }

    /// A star finds all.
    private void query(String text) {
        this.text = text.strip().equals("*") ? null : text;
    }

    /// A text that stands in the names of flows and namespaces, for [Flows]; absent if there is
    /// none, or if it may as well be the id of an execution.
    @Nullable String textInNames() {
        return text == null || ID.matcher(text).matches() ? null : text;
    }

    /// Flows by name: the namespace of each, and its id.
    record Flows(String[] namespaces, String[] ids) {}

    /// @param text as a pattern of `like` that finds it anywhere
    static String anywhere(String text) {
        return "%" + like(text) + "%";
    }

    private void scope(List<String> values) {
        var scopes = List.of(split(values));
        if (scopes.contains("SYSTEM") != scopes.contains("USER")) {
            add(
                    scopes.contains("SYSTEM")
                            ? "e.namespace = 'system'"
                            : "e.namespace <> 'system'",
                    Map.of());
        }
    }

    /// Whether it asks for something that has an index of its own and that few executions may have.
    boolean isNarrow() {
        return narrow;
    }

    /// @param scope where the caller may read
    public Where where(String tenant, NamespaceScope scope) {
        return where(tenant, scope, null);
    }

    /// @param named flows that have the text in their names, if it has been found out which: an
    ///   index gives their executions, where the text itself must be looked for in each
    Where where(String tenant, NamespaceScope scope, @Nullable Flows named) {
        var all = new ArrayList<>(conditions);
        var values = new HashMap<>(parameters);
        if (named != null) {
            all.add(
                    "(e.namespace collate \"C\", e.flow_id) in (select * from"
                            + " unnest(:namedNamespaces::text[], :namedFlows::text[]))");
            values.put("namedNamespaces", named.namespaces());
            values.put("namedFlows", named.ids());
        } else if (text != null) {
            all.add(
                    "(e.id = :query or e.flow_id ilike :queryLike or e.namespace ilike :queryLike)");
            values.put("query", text);
            values.put("queryLike", anywhere(text));
        }
        all.add("e.tenant = :tenant");
        values.put("tenant", tenant);
        if (!scope.all()) {
            all.add("e.namespace || '.' like any (:scope)");
            values.put("scope", scope.likePatterns());
        }
        return new Where(String.join(" and ", all), values);
    }

    private static String[] split(List<String> values) {
        return values.stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(String::strip)
                .toArray(String[]::new);
    }

    private static String like(String text) {
        return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
    }

    private static ServiceException.Invalid unknown(String operation) {
        return new ServiceException.Invalid(
                "filters", "Illegal argument: no operation " + operation + " for this field");
    }

    public static Instant instant(String name, String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException _) {
            try {
                return LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
            } catch (DateTimeParseException _) {
                throw new ServiceException.Invalid(
                        name, "Illegal argument: expected a date and time but got " + text);
            }
        }
    }

    /// For messages.
    @Override
    public String toString() {
        return String.join(" and ", conditions);
    }
}
