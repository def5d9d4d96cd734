// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.start;

import io.millrace.contracts.LaneEvent;
import io.millrace.engine.FlowPlan;
import io.millrace.engine.TestRun;
import io.millrace.engine.Trigger;
import io.millrace.engine.inputs.Checks;
import io.millrace.engine.inputs.Resolution;
import io.millrace.execution.flows.FlowDirectory;
import io.millrace.execution.flows.FlowServiceUnavailableException;
import io.millrace.execution.flows.FlowUnusableException;
import io.millrace.execution.lane.Events;
import io.millrace.execution.lane.LaneAnswer;
import io.millrace.execution.lane.LaneRouter;
import io.millrace.model.ExecutionId;
import io.millrace.platform.access.Access;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Permission;
import io.millrace.platform.audit.ChangeRecord;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.problem.Violation;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Starts executions of flows that the caller may run.
public final class ExecutionStarter {
    private final FlowDirectory flows;
    private final InputTyping inputs;
    private final LaneRouter lanes;
    private final Access access;
    private final StartQuotas quotas;
    private final Clock clock;

    public ExecutionStarter(
            FlowDirectory flows,
            InputTyping inputs,
            LaneRouter lanes,
            Access access,
            StartQuotas quotas,
            Clock clock) {
        this.flows = flows;
        this.inputs = inputs;
        this.lanes = lanes;
        this.access = access;
        this.quotas = quotas;
        this.clock = clock;
    }

    /// What is to be started.
    ///
    /// @param revision absent for the newest
    /// @param scheduleDate not to be started before, or absent
    /// @param breakpoints tasks that it stops before: `id`, or `id.value` for one iteration of a
    ///   loop
    public record Start(
            String namespace,
            String flowId,
            @Nullable Integer revision,
            List<LaneEvent.Label> labels,
            @Nullable Instant scheduleDate,
            List<String> breakpoints) {
        public Start(
                String namespace,
                String flowId,
                @Nullable Integer revision,
                List<LaneEvent.Label> labels,
                @Nullable Instant scheduleDate) {
            this(namespace, flowId, revision, labels, scheduleDate, List.of());
        }
    }

    /// Gives the inputs of an execution as they came, once its plan and id are known.
    @FunctionalInterface
    public interface GivenInputs {
        Map<String, @Nullable Object> of(FlowPlan plan, String executionId);
    }

    /// A new id, in the order of time.
    public String newId() {
        return ExecutionId.random(clock.instant(), ThreadLocalRandom.current()).value();
    }

    /// The plan to start, if the caller may start it.
    ///
    /// @throws ServiceException.NotFound if there is no such flow, or the caller may not know of it
    public FlowPlan plan(Start start) {
        access.require(Permission.EXECUTION_CREATE, start.namespace());
        return plan(Caller.current().tenant(), start.namespace(), start.flowId(), start.revision());
    }

    private FlowPlan plan(
            String tenant, String namespace, String flowId, @Nullable Integer revision) {
        try {
            return flows.getToStart(tenant, namespace, flowId, revision);
        } catch (FlowUnusableException e) {
            if (e.isMissing()) {
                throw new ServiceException.NotFound(e.detail());
            }
            throw new ServiceException.Refused(e.detail());
        } catch (FlowServiceUnavailableException e) {
            throw new ServiceException.Unavailable(
                    "The flow can't be looked up for now", java.time.Duration.ofSeconds(2), e);
        }
    }

    /// What would become of the inputs of an execution.
    InputsReport validate(Start start, Map<String, @Nullable Object> given) {
        var plan = plan(start);
        var tenant = Caller.current().tenant();
        var id = newId();
        var inspected = inputs.inspect(plan, plan.flow().inputs(), tenant, id, given);
        return InputsReport.of(
                plan,
                inspected,
                switch (inputs.resolve(plan, plan.flow().inputs(), tenant, id, given)) {
                    case Resolution.Resolved(var typed, _) ->
                            inputs.failedChecks(plan, tenant, id, typed);
                    case Resolution.Violations _ -> List.of();
                });
    }

    /// Starts one execution.
    ///
    /// @param given gives the inputs of the execution, by its plan and id
    public LaneAnswer start(String id, Start start, GivenInputs given) {
        var plan = plan(start);
        quotas.admit(Caller.current(), start.namespace(), 1);
        return Answers.accepted(
                lanes.ask(id, request(start, plan, typed(plan, id, given.of(plan, id)))));
    }

    /// Starts the execution of a test.
    ///
    /// @param given inputs, not typed yet
    /// @throws ServiceException.Invalid if the inputs don't fit
    public void startTest(
            String id,
            FlowPlan plan,
            Map<String, @Nullable Object> given,
            @Nullable Trigger trigger,
            TestRun test) {
        var caller = Caller.current();
        var flow = plan.flow();
        access.require(Permission.EXECUTION_CREATE, flow.namespace());
        var typed = typed(plan, id, given);
        Answers.accepted(
                lanes.ask(
                        id,
                        LaneEvent.ExecutionRequested.of(
                                        caller.tenant(),
                                        flow.namespace(),
                                        flow.id(),
                                        plan.revision(),
                                        caller.subject())
                                .inputs(typed.inputs())
                                .labels(List.of(Events.TEST_LABEL))
                                .trigger(Events.trigger(trigger))
                                .failure(typed.failure())
                                .test(Events.test(test))
                                .build()));
    }

    /// Starts many executions of one flow.
    ///
    /// @param seed an id, from which theirs are derived
    /// @return their ids, in order
    public List<String> startMany(
            String seed, Start start, List<Map<String, @Nullable Object>> given) {
        var plan = plan(start);
        quotas.admit(Caller.current(), start.namespace(), given.size());
        var at = new ExecutionId(seed).instant();
        var requests = new ArrayList<LaneEvent>(given.size());
        var ids = new ArrayList<String>(given.size());
        for (Map<String, @Nullable Object> one : given) {
            var id = ExecutionId.derived(at, seed + "-" + ids.size()).value();
            ids.add(id);
            requests.add(request(start, plan, typed(plan, id, one)));
        }
        var answers = new ArrayList<CompletableFuture<LaneAnswer>>(ids.size());
        for (int i = 0; i < ids.size(); i++) {
            answers.add(lanes.ask(ids.get(i), requests.get(i)));
        }
        for (int i = 0; i < ids.size(); i++) {
            Answers.accepted(answers.get(i));
            ChangeRecord.note("executions", ids.get(i));
        }
        return ids;
    }

    /// @param failure why the execution fails as soon as it is created, if a check says so
    private record Typed(Map<String, @Nullable Object> inputs, @Nullable String failure) {}

    /// @throws ServiceException.Refused if a check that doesn't hold says so
    private Typed typed(FlowPlan plan, String id, Map<String, @Nullable Object> given) {
        try {
            var tenant = Caller.current().tenant();
            var typed = inputs.ofValues(plan, tenant, id, given);
            var failed = inputs.failedChecks(plan, tenant, id, typed);
            return switch (Checks.behavior(failed)) {
                case CREATE_EXECUTION -> new Typed(typed, null);
                case FAIL_EXECUTION -> new Typed(typed, Checks.message("failed", failed));
                case BLOCK_EXECUTION ->
                        throw new ServiceException.Refused(Checks.message("blocked", failed));
            };
        } catch (InputTyping.InvalidInputsException e) {
            throw new ServiceException.Invalid(
                    "Invalid entity: " + e.detail(),
                    e.violations().stream()
                            .map(v -> Violation.of("inputs." + v.input(), v.message()))
                            .toList());
        }
    }

    private static LaneEvent request(Start start, FlowPlan plan, Typed typed) {
        var caller = Caller.current();
        return LaneEvent.ExecutionRequested.of(
                        caller.tenant(),
                        start.namespace(),
                        start.flowId(),
                        plan.revision(),
                        caller.subject())
                .inputs(typed.inputs())
                .labels(start.labels())
                .scheduleDate(start.scheduleDate())
                .failure(typed.failure())
                .breakpoints(start.breakpoints())
                .build();
    }
}
