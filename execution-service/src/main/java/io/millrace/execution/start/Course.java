// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.start;

import io.millrace.contracts.LaneEvent;
import io.millrace.contracts.LaneReply;
import io.millrace.engine.Execution;
import io.millrace.engine.FlowPlan;
import io.millrace.engine.Phase;
import io.millrace.engine.State;
import io.millrace.engine.inputs.Resolution;
import io.millrace.execution.flows.FlowDirectory;
import io.millrace.execution.flows.FlowRef;
import io.millrace.execution.flows.FlowServiceUnavailableException;
import io.millrace.execution.flows.FlowUnusableException;
import io.millrace.execution.lane.Events;
import io.millrace.execution.lane.LaneAnswer;
import io.millrace.execution.lane.LaneRouter;
import io.millrace.execution.lane.StoredExecution;
import io.millrace.execution.purge.Purge;
import io.millrace.execution.search.Executions;
import io.millrace.model.Task;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Permission;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.problem.Violation;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Changes the course of executions, for callers who may do so. The lane decides what comes of it.
public final class Course {
    private final Executions executions;
    private final ExecutionStarter starter;
    private final FlowDirectory flows;
    private final InputTyping inputs;
    private final Uploads uploads;
    private final LaneRouter lanes;
    private final Purge purge;

    public Course(
            Executions executions,
            ExecutionStarter starter,
            FlowDirectory flows,
            InputTyping inputs,
            Uploads uploads,
            LaneRouter lanes,
            Purge purge) {
        this.executions = executions;
        this.starter = starter;
        this.flows = flows;
        this.inputs = inputs;
        this.uploads = uploads;
        this.lanes = lanes;
        this.purge = purge;
    }

    private static final String TASK = "task:";

    static String by() {
        return Caller.current().subject();
    }

    LaneAnswer act(String id, Action action) {
        var execution = executions.requireHead(id, Permission.EXECUTION_UPDATE);
        return Answers.accepted(lanes.ask(id, action.event().apply(execution)));
    }

    /// The same for many.
    Bulk.Work work(Action action) {
        return new Bulk.Work(
                action.fits(),
                action.needed(),
                Permission.EXECUTION_UPDATE,
                execution -> lanes.ask(execution.id(), action.event().apply(execution)));
    }

    /// @throws ServiceException.Conflict if it has ended
    LaneAnswer kill(String id, boolean cascade) {
        var execution = executions.requireHead(id, Permission.EXECUTION_UPDATE);
        if (execution.state().isTerminal()) {
            throw new ServiceException.Conflict("Execution " + id + " has ended already");
        }
        return Answers.accepted(lanes.ask(id, Action.kill(cascade).event().apply(execution)));
    }

    Bulk.Work resuming() {
        return new Bulk.Work(
                execution -> execution.state() == State.PAUSED,
                "that is paused",
                Permission.EXECUTION_UPDATE,
                execution -> askToResume(execution.id(), null, Form.NONE));
    }

    /// @param form the inputs that the paused task asks for
    LaneAnswer resume(String id, @Nullable Integer taskRun, Form form) {
        return Answers.accepted(askToResume(id, taskRun, form));
    }

    private CompletableFuture<LaneAnswer> askToResume(
            String id, @Nullable Integer taskRun, Form form) {
        var stored = executions.require(id, Permission.EXECUTION_UPDATE);
        var execution = stored.execution();
        var pause = pausedAt(stored, taskRun);
        var resumed = taskRun;
        boolean lifted = execution.held() && taskRun == null;
        if (pause != null && pause.task() instanceof Task.Approval && !lifted) {
            throw new ServiceException.Conflict(
                    "Expected a review: task '%s' waits for a decision"
                            .formatted(pause.task().id()));
        }
        if (pause != null && pause.task().approvers() != null && !lifted) {
            requireApprover(pause.task(), execution);
            // the one that was looked at: another may wait for somebody else
            resumed = pause.ordinal();
        }
        Map<String, @Nullable Object> typed = Map.of();
        if (pause != null && !lifted) {
            typed = typed(pause, execution, form);
        }
        return lanes.ask(id, new LaneEvent.ResumeRequested(resumed, typed, by()));
    }

    /// What a task that waits is given, as it asks for it.
    Map<String, @Nullable Object> typed(Paused at, Execution execution, Form form) {
        if (at.task().asks().isEmpty()) {
            return Map.of();
        }
        return accepted(
                inputs.resolve(
                        at.plan(),
                        at.task().asks(),
                        execution.tenant(),
                        execution.id(),
                        given(at.plan(), execution.id(), form)));
    }

    /// A pause that needs an approval goes on by a person alone, whom it names.
    static void requireApprover(Task.Waiting task, Execution execution) {
        refusal(task, execution)
                .ifPresent(why -> {
                    throw new ServiceException.Forbidden(why);
                });
    }

    /// Why the caller can't end what waits for a person, or nothing if he can.
    static Optional<String> refusal(Task.Waiting task, Execution execution) {
        var approvers = task.approvers();
        if (approvers == null) {
            return Optional.empty();
        }
        var caller = Caller.current();
        return caller.subject().startsWith(TASK)
                ? Optional.of("Expected the approval of a person, not of a task")
                : approvers.refusal(caller.subject(), caller.groups(), execution.startedBy());
    }

    /// What an approval let happen can't be had again by leaving the approval out.
    private void requireNoApprovalBefore(Execution execution, @Nullable Integer taskRun) {
        var stored = executions.require(execution.id(), Permission.EXECUTION_UPDATE);
        var flow = plan(execution, execution.revision()).flow();
        for (var run : stored.taskRuns()) {
            if (run.isOver()
                    && (taskRun == null || run.ordinal() < taskRun)
                    && flow.task(run.taskId()).orElse(null) instanceof Task.Waiting waiting
                    && waiting.approvers() != null) {
                throw new ServiceException.Refused(
                        "Expected a replay from task '%s' or before: it waits for an approval"
                                .formatted(run.taskId()));
            }
        }
    }

    /// Resumes with inputs as a task gives them.
    public void resumeWith(String id, Map<String, @Nullable Object> given) {
        resume(id, null, new Form(given, Map.of()));
    }

    /// A task run that waits for a person.
    record Paused(FlowPlan plan, Task.Waiting task, int ordinal) {}

    /// The task run that a resume is for: one that is named, or else the first that isn't for a
    /// review.
    private @Nullable Paused pausedAt(StoredExecution stored, @Nullable Integer taskRun) {
        var execution = stored.execution();
        var paused =
                stored.taskRuns().stream()
                        .filter(run -> run.phase() == Phase.PAUSED)
                        .filter(run -> taskRun == null || run.ordinal() == taskRun)
                        .toList();
        if (paused.isEmpty()) {
            return null;
        }
        var plan = plan(execution, execution.revision());
        Paused approval = null;
        for (var run : paused) {
            if (plan.flow().task(run.taskId()).orElse(null) instanceof Task.Waiting task) {
                var found = new Paused(plan, task, run.ordinal());
                if (!(task instanceof Task.Approval)) {
                    return found;
                }
                approval = approval == null ? found : approval;
            }
        }
        return approval;
    }

    /// What the paused task would say to these inputs.
    InputsReport validateResume(String id, @Nullable Integer taskRun, Form form) {
        var stored = executions.require(id, Permission.EXECUTION_UPDATE);
        var execution = stored.execution();
        if (execution.state() != State.PAUSED) {
            throw new ServiceException.Conflict(
                    "Expected an execution that is paused but " + id + " is " + execution.state());
        }
        var pause = pausedAt(stored, taskRun);
        if (pause == null) {
            return new InputsReport(
                    execution.flowId(), execution.namespace(), List.of(), List.of());
        }
        return report(pause, execution, form);
    }

    InputsReport report(Paused at, Execution execution, Form form) {
        return InputsReport.of(
                at.plan(),
                inputs.inspect(
                        at.plan(),
                        at.task().asks(),
                        execution.tenant(),
                        execution.id(),
                        form.named()),
                List.of());
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

    /// Runs again what did not end well: in place, or with another revision as a new execution.
    Begun restart(String id, @Nullable Integer revision) {
        if (revision == null) {
            return new Begun(id, act(id, Action.restart()));
        }
        var original = executions.requireHead(id, Permission.EXECUTION_UPDATE);
        if (!original.state().isTerminal()) {
            throw new ServiceException.Refused(
                    "Only an execution that has ended can be restarted; it is " + original.state());
        }
        plan(original, revision);
        requireNoApprovalBefore(original, null);
        return begin(
                original,
                starter.newId(),
                revision,
                original.inputs(),
                labels(original, false),
                new LaneEvent.Replay(id, null, true),
                List.of());
    }

    /// An execution that goes on, or a new one.
    record Begun(String id, LaneAnswer answer) {}

    /// A new execution that begins where an old one, or one of its task runs, began.
    ///
    /// @param playground whether it only tries the flow; one that an old one of that kind began
    ///   does
    /// @param newId of the execution that begins
    Begun replay(
            String id,
            String newId,
            @Nullable Integer taskRun,
            @Nullable Integer revision,
            List<String> breakpoints,
            boolean playground,
            Form form) {
        var original = executions.requireHead(id, Permission.EXECUTION_UPDATE);
        if (!isReplayable(original)) {
            throw new ServiceException.Refused(
                    "No task found to replay: the execution is " + original.state());
        }
        int chosen = revision == null ? original.revision() : revision;
        var plan = plan(original, chosen);
        if (taskRun != null) {
            requireNoApprovalBefore(original, taskRun);
        }
        Map<String, @Nullable Object> typed = original.inputs();
        if (!form.values().isEmpty() || !form.files().isEmpty()) {
            var given = new LinkedHashMap<String, @Nullable Object>(original.inputs());
            given.putAll(given(plan, newId, form));
            typed =
                    accepted(
                            inputs.resolve(
                                    plan, plan.flow().inputs(), original.tenant(), newId, given));
        }
        return begin(
                original,
                newId,
                chosen,
                typed,
                labels(original, playground),
                new LaneEvent.Replay(id, taskRun, null),
                breakpoints);
    }

    private static List<LaneEvent.Label> labels(Execution original, boolean playground) {
        var labels = Events.labels(original.labels());
        if (!playground || labels.contains(Events.PLAYGROUND_LABEL)) {
            return labels;
        }
        return Stream.concat(labels.stream(), Stream.of(Events.PLAYGROUND_LABEL)).toList();
    }

    private static boolean isReplayable(Execution execution) {
        return execution.state().isTerminal()
                || execution.state() == State.PAUSED
                || execution.state() == State.BREAKPOINT;
    }

    private Begun begin(
            Execution original,
            String newId,
            int revision,
            Map<String, @Nullable Object> typed,
            List<LaneEvent.Label> labels,
            LaneEvent.Replay replay,
            List<String> breakpoints) {
        return new Begun(
                newId,
                Answers.accepted(
                        lanes.ask(
                                newId,
                                request(original, revision, typed, labels, replay, breakpoints))));
    }

    private static LaneEvent request(
            Execution original,
            int revision,
            Map<String, @Nullable Object> typed,
            List<LaneEvent.Label> labels,
            LaneEvent.Replay replay,
            List<String> breakpoints) {
        return LaneEvent.ExecutionRequested.of(
                        original.tenant(), original.namespace(), original.flowId(), revision, by())
                .inputs(typed)
                .labels(labels)
                .trigger(Events.trigger(original.trigger()))
                .replay(replay)
                .breakpoints(breakpoints)
                .build();
    }

    /// Replays from the beginning.
    ///
    /// @param newest whether with the flow's newest revision
    Bulk.Work replaying(boolean newest) {
        return new Bulk.Work(
                Course::isReplayable,
                "that has ended",
                Permission.EXECUTION_UPDATE,
                execution -> {
                    int revision =
                            newest
                                    ? starter.plan(
                                                    new ExecutionStarter.Start(
                                                            execution.namespace(),
                                                            execution.flowId(),
                                                            null,
                                                            List.of(),
                                                            null))
                                            .revision()
                                    : execution.revision();
                    return lanes.ask(
                            starter.newId(),
                            request(
                                    execution,
                                    revision,
                                    execution.inputs(),
                                    labels(execution, false),
                                    new LaneEvent.Replay(execution.id(), null, null),
                                    List.of()));
                });
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
    record Deletion(boolean unfinished, Purge.Parts parts) {
        boolean mayTake(Execution execution) {
            return unfinished || execution.state().isTerminal();
        }
    }

    /// @throws ServiceException.Refused if it runs, and only those that have ended are to go
    void delete(String id, Deletion deletion) {
        var execution = executions.requireHead(id, Permission.EXECUTION_DELETE);
        if (!deletion.mayTake(execution)) {
            throw new ServiceException.Refused(
                    "Expected an execution that has ended but " + id + " is " + execution.state());
        }
        purge.delete(List.of(execution), deletion.parts());
    }

    Bulk.Work deleting(Deletion deletion) {
        return new Bulk.Work(
                deletion::mayTake,
                "that has ended",
                Permission.EXECUTION_DELETE,
                execution -> {
                    purge.delete(List.of(execution), deletion.parts());
                    return CompletableFuture.completedFuture(
                            new LaneAnswer(new LaneReply("", true, null, null), null));
                });
    }
}
