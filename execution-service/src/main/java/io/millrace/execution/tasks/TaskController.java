// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.tasks;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.engine.Execution;
import io.millrace.engine.State;
import io.millrace.execution.logs.LogPurge;
import io.millrace.execution.purge.Purge;
import io.millrace.execution.search.ExecutionFilter;
import io.millrace.execution.search.Executions;
import io.millrace.execution.start.Course;
import io.millrace.platform.access.Access;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Grant;
import io.millrace.platform.access.Identity;
import io.millrace.platform.access.Permission;
import io.millrace.platform.access.Role;
import io.millrace.platform.access.TaskIdentity;
import io.millrace.platform.problem.ServiceException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Executions for tasks. A task has the rights of an editor in its own namespace and below it; one
/// of the namespace `system`, in the whole tenant.
@RestController
@RequestMapping("/internal/tasks")
final class TaskController {
    private static final String SYSTEM = "system";
    private static final int STEP = 100;
    private static final int MOST_COUNTED = 1_000;

    private final Course course;
    private final Executions executions;
    private final Purge purge;
    private final LogPurge logs;
    private final Access access;

    TaskController(
            Course course, Executions executions, Purge purge, LogPurge logs, Access access) {
        this.course = course;
        this.executions = executions;
        this.purge = purge;
        this.logs = logs;
        this.access = access;
    }

    /// As an editor of its namespace and those below it; of all, if it is of the namespace
    /// `system`.
    static <T> T asTask(Supplier<T> work) {
        var task = TaskIdentity.current();
        var namespace = task.namespace().equals(SYSTEM) ? "" : task.namespace();
        return Identity.as(
                new Caller(
                        task.tenant(), task.subject(), List.of(new Grant(Role.EDITOR, namespace))),
                work);
    }

    record Resumption(String executionId, @Nullable Map<String, @Nullable Object> inputs) {}

    @PostMapping("/executions/resume")
    Map<String, String> resume(@RequestBody Resumption wanted) {
        return asTask(() -> {
            course.resumeWith(
                    wanted.executionId(), Objects.requireNonNullElse(wanted.inputs(), Map.of()));
            return Map.of();
        });
    }

    record FlowRef(String namespace, String flowId) {}

    record Query(
            @Nullable List<FlowRef> flows,
            @Nullable List<String> namespaces,
            @Nullable List<String> states,
            @Nullable Instant startDate,
            @Nullable Instant endDate) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Count(String namespace, @Nullable String flowId, long count) {}

    @PostMapping("/executions/count")
    List<Count> count(@RequestBody Query query) {
        var flows = orEmpty(query.flows());
        var namespaces = flows.isEmpty() ? orEmpty(query.namespaces()) : List.<String>of();
        if (flows.size() + namespaces.size() > MOST_COUNTED) {
            throw new ServiceException.Invalid(
                    "flows", "Expected at most " + MOST_COUNTED + " flows and namespaces");
        }
        return asTask(() -> {
            var counts = new ArrayList<Count>();
            for (var flow : flows) {
                var filter = filter(flow.namespace(), false, query);
                filter.flow(flow.flowId());
                counts.add(
                        new Count(
                                flow.namespace(),
                                flow.flowId(),
                                counted(filter, flow.namespace())));
            }
            for (var namespace : namespaces) {
                var filter = filter(namespace, false, query);
                counts.add(new Count(namespace, null, counted(filter, namespace)));
            }
            return counts;
        });
    }

    private static ExecutionFilter filter(@Nullable String namespace, boolean below, Query query) {
        var filter = ExecutionFilter.all();
        if (namespace != null) {
            filter.namespace(namespace, below);
        }
        var states = orEmpty(query.states());
        if (!states.isEmpty()) {
            filter.states(states);
        }
        filter.between(query.startDate(), query.endDate());
        return filter;
    }

    private long counted(ExecutionFilter filter, String namespace) {
        access.require(Permission.EXECUTION_READ, namespace);
        return executions.count(filter, Permission.EXECUTION_READ, Integer.MAX_VALUE);
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }

    record Wanted(
            @Nullable String namespace,
            @Nullable String flowId,
            @Nullable List<String> states,
            @Nullable Instant startDate,
            Instant endDate,
            boolean executions,
            boolean logs,
            boolean metrics,
            boolean files) {}

    record Step(Wanted purge, @Nullable String after) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Stepped(long executions, long logs, long metrics, long files, @Nullable String next) {}

    /// Deletes some; says where to go on.
    @PostMapping("/executions/purge")
    Stepped purge(@RequestBody Step step) {
        var wanted = step.purge();
        var own = TaskIdentity.current().execution();
        var ended =
                wanted.states() == null || wanted.states().isEmpty()
                        ? Arrays.stream(State.values())
                                .filter(State::isTerminal)
                                .map(State::name)
                                .toList()
                        : wanted.states();
        return asTask(() -> {
            if (wanted.namespace() != null) {
                access.require(Permission.EXECUTION_DELETE, wanted.namespace());
            }
            var filter =
                    filter(
                            wanted.namespace(),
                            wanted.flowId() == null,
                            new Query(null, null, ended, wanted.startDate(), wanted.endDate()));
            if (wanted.flowId() != null) {
                filter.flow(wanted.flowId());
            }
            var page =
                    executions.page(
                            filter, Permission.EXECUTION_DELETE, position(step.after()), STEP);
            var gone =
                    purge.delete(
                            page.stream()
                                    .filter(e -> e.state().isTerminal() && !e.id().equals(own))
                                    .toList(),
                            new Purge.Parts(
                                    wanted.executions(),
                                    wanted.logs(),
                                    wanted.metrics(),
                                    wanted.files()));
            return new Stepped(
                    gone.executions(),
                    gone.logs(),
                    gone.metrics(),
                    gone.files(),
                    page.size() < STEP ? null : position(page.getLast()));
        });
    }

    private static String position(Execution last) {
        return last.history().startedAt() + " " + last.id();
    }

    private static Executions.@Nullable Position position(@Nullable String after) {
        if (after == null) {
            return null;
        }
        int space = after.indexOf(' ');
        if (space < 0) {
            throw new ServiceException.Invalid("after", "Expected a place to go on from");
        }
        return new Executions.Position(
                ExecutionFilter.instant("after", after.substring(0, space)),
                after.substring(space + 1));
    }

    record LogsWanted(
            @Nullable String namespace,
            @Nullable String flowId,
            @Nullable List<String> levels,
            @Nullable Instant startDate,
            Instant endDate) {}

    /// @param more whether there may be more
    record LogsGone(long lines, boolean more) {}

    @PostMapping("/logs/purge")
    LogsGone purgeLogs(@RequestBody LogsWanted wanted) {
        return asTask(() -> {
            if (wanted.namespace() != null) {
                access.require(Permission.LOG_DELETE, wanted.namespace());
            }
            int lines =
                    logs.step(
                            Caller.current().tenant(),
                            access.scope(Permission.LOG_DELETE),
                            new LogPurge.Lines(
                                    wanted.namespace(),
                                    wanted.flowId(),
                                    orEmpty(wanted.levels()),
                                    wanted.startDate(),
                                    wanted.endDate()));
            return new LogsGone(lines, lines == LogPurge.STEP);
        });
    }
}
