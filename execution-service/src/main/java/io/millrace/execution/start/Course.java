// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.start;

import io.millrace.contracts.LaneEvent;
import io.millrace.engine.Execution;
import io.millrace.engine.FlowPlan;
import io.millrace.engine.Phase;
import io.millrace.engine.State;
import io.millrace.engine.inputs.Resolution;
import io.millrace.execution.files.LargeOutputs;
import io.millrace.execution.flows.FlowDirectory;
import io.millrace.execution.flows.FlowRef;
import io.millrace.execution.flows.FlowServiceUnavailableException;
import io.millrace.execution.flows.FlowUnusableException;
import io.millrace.execution.lane.Events;
import io.millrace.execution.lane.LaneAnswer;
import io.millrace.execution.lane.LaneRouter;
import io.millrace.execution.search.Executions;
import io.millrace.model.Task;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Permission;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.problem.Violation;
import io.millrace.storage.InternalStorage;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Changes the course of executions, for callers who may do so. The lane decides what comes of it.
public final class Course {
    private static final Logger log = LoggerFactory.getLogger(Course.class);

    private final Executions executions;
    private final ExecutionStarter starter;
    private final FlowDirectory flows;
    private final InputTyping inputs;
    private final Uploads uploads;
    private final LaneRouter lanes;
    private final JdbcClient jdbc;
    private final InternalStorage storage;

    public Course(
            Executions executions,
            ExecutionStarter starter,
            FlowDirectory flows,
            InputTyping inputs,
            Uploads uploads,
            LaneRouter lanes,
            JdbcClient jdbc,
            InternalStorage storage) {
        this.executions = executions;
        this.starter = starter;
        this.flows = flows;
        this.inputs = inputs;
        this.uploads = uploads;
        this.lanes = lanes;
        this.jdbc = jdbc;
        this.storage = storage;
    }

    private LaneAnswer tell(String id, LaneEvent event) {
        executions.requireHead(id, Permission.EXECUTION_UPDATE);
        return Answers.accepted(lanes.ask(id, event));
    }

    private static String by() {
        return Caller.current().subject();
    }

    /// @throws ServiceException.Conflict if it has ended
    LaneAnswer kill(String id, boolean cascade) {
        var execution = executions.requireHead(id, Permission.EXECUTION_UPDATE);
        if (execution.state().isTerminal()) {
            throw new ServiceException.Conflict("Execution " + id + " has ended already");
        }
        return Answers.accepted(lanes.ask(id, new LaneEvent.KillRequested(by(), cascade)));
    }

    LaneAnswer pause(String id) {
        return tell(id, new LaneEvent.PauseRequested(by()));
    }

    /// @param form the inputs that the paused task asks for
    LaneAnswer resume(String id, @Nullable Integer taskRun, Form form) {
        var stored = executions.require(id, Permission.EXECUTION_UPDATE);
        var execution = stored.execution();
        var paused =
                stored.taskRuns().stream()
                        .filter(run -> run.phase() == Phase.PAUSED)
                        .filter(run -> taskRun == null || run.ordinal() == taskRun)
                        .findFirst();
        Map<String, @Nullable Object> typed = Map.of();
        if (paused.isPresent()) {
            var plan = plan(execution, execution.revision());
            var task = plan.flow().task(paused.get().taskId()).orElse(null);
            if (task instanceof Task.Pause pause && !pause.onResume().isEmpty()) {
                typed =
                        accepted(
                                inputs.resolve(
                                        plan,
                                        pause.onResume(),
                                        execution.tenant(),
                                        id,
                                        given(plan, id, form)));
            }
        }
        return Answers.accepted(lanes.ask(id, new LaneEvent.ResumeRequested(taskRun, typed, by())));
    }

    private Map<String, @Nullable Object> given(FlowPlan plan, String id, Form form) {
        var given = new LinkedHashMap<String, @Nullable Object>(form.values());
        form.files().forEach((name, file) -> given.put(name, uploads.store(plan, id, name, file)));
        return given;
    }

    private static Map<String, @Nullable Object> accepted(Resolution resolution) {
        return switch (resolution) {
            case Resolution.Resolved(var typed, _) -> typed;
            case Resolution.Violations violations -> throw invalid(violations);
        };
    }

    static ServiceException.Invalid invalid(Resolution.Violations violations) {
        return new ServiceException.Invalid(
                violations.message(),
                violations.all().stream()
                        .map(v -> Violation.of("inputs." + v.input(), v.message()))
                        .toList());
    }

    LaneAnswer restart(String id, @Nullable Integer revision) {
        return tell(id, new LaneEvent.RestartRequested(revision, by()));
    }

    LaneAnswer forceRun(String id) {
        return tell(id, new LaneEvent.ForceRunRequested(by()));
    }

    LaneAnswer unqueue(String id, String state) {
        return tell(id, new LaneEvent.UnqueueRequested(known(state).name(), by()));
    }

    LaneAnswer setTaskRunState(String id, int taskRun, String state) {
        return tell(id, new LaneEvent.TaskRunStateSet(taskRun, known(state).name(), by()));
    }

    LaneAnswer setState(String id, String state) {
        return tell(id, new LaneEvent.StateSet(known(state).name(), by()));
    }

    LaneAnswer setLabels(String id, List<LaneEvent.Label> labels) {
        return tell(id, new LaneEvent.LabelsSet(labels, by()));
    }

    private static State known(String state) {
        return Arrays.stream(State.values())
                .filter(s -> s.name().equals(state))
                .findFirst()
                .orElseThrow(() ->
                        new ServiceException.Invalid(
                                "state", "Illegal argument: no state " + state));
    }

    record Replayed(String id, LaneAnswer answer) {}

    /// A new execution that begins where an old one, or one of its task runs, began.
    Replayed replay(String id, @Nullable Integer taskRun, @Nullable Integer revision, Form form) {
        var original = executions.requireHead(id, Permission.EXECUTION_UPDATE);
        if (!original.state().isTerminal() && original.state() != State.PAUSED) {
            throw new ServiceException.Refused(
                    "No task found to replay: the execution is " + original.state());
        }
        int chosen = revision == null ? original.revision() : revision;
        var plan = plan(original, chosen);
        var newId = starter.newId();
        Map<String, @Nullable Object> typed = original.inputs();
        if (!form.values().isEmpty() || !form.files().isEmpty()) {
            var given = new LinkedHashMap<String, @Nullable Object>(original.inputs());
            given.putAll(given(plan, newId, form));
            typed =
                    accepted(
                            inputs.resolve(
                                    plan, plan.flow().inputs(), original.tenant(), newId, given));
        }
        var answer =
                Answers.accepted(
                        lanes.ask(
                                newId,
                                new LaneEvent.ExecutionRequested(
                                        original.tenant(),
                                        original.namespace(),
                                        original.flowId(),
                                        chosen,
                                        typed,
                                        Events.labels(original.labels()),
                                        Events.trigger(original.trigger()),
                                        null,
                                        new LaneEvent.Replay(id, taskRun),
                                        null,
                                        by())));
        return new Replayed(newId, answer);
    }

    FlowPlan plan(Execution execution, int revision) {
        try {
            return flows.get(
                    new FlowRef(
                            execution.tenant(),
                            execution.namespace(),
                            execution.flowId(),
                            revision));
        } catch (FlowUnusableException e) {
            throw new ServiceException.NotFound(e.detail());
        } catch (FlowServiceUnavailableException e) {
            throw new ServiceException.Unavailable(
                    "The flow can't be looked up for now", Duration.ofSeconds(2), e);
        }
    }

    /// @param unfinished whether executions that run are deleted, too
    record Deletion(boolean unfinished, boolean logs, boolean metrics, boolean files) {}

    /// @throws ServiceException.Refused if it runs, and only those that have ended are to go
    void delete(String id, Deletion deletion) {
        var execution = executions.requireHead(id, Permission.EXECUTION_DELETE);
        if (!execution.state().isTerminal() && !deletion.unfinished()) {
            throw new ServiceException.Refused(
                    "Expected an execution that has ended but " + id + " is " + execution.state());
        }
        jdbc.sql("delete from executions where id = :id").param("id", id).update();
        jdbc.sql("delete from task_runs where execution_id = :id").param("id", id).update();
        if (deletion.logs()) {
            jdbc.sql("delete from logs where execution_id = :id").param("id", id).update();
        }
        if (deletion.metrics()) {
            jdbc.sql("delete from metrics where execution_id = :id").param("id", id).update();
        }
        if (deletion.files()) {
            try {
                storage.deleteFolder(LargeOutputs.folder(execution).path());
            } catch (IOException e) {
                log.atWarn().addKeyValue("execution", id).setCause(e).log("Files were not deleted");
            }
        }
    }
}
