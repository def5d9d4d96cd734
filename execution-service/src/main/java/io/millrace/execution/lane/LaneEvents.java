// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

import io.millrace.contracts.LaneEvent;
import io.millrace.contracts.LaneMessage;
import io.millrace.contracts.LaneReply;
import io.millrace.engine.Command;
import io.millrace.engine.Decision;
import io.millrace.engine.Engine;
import io.millrace.engine.ExecutionEvent;
import io.millrace.engine.Outcome;
import io.millrace.engine.Phase;
import io.millrace.execution.flows.FlowRef;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Has the engine decide on what arrives for an execution, and gathers what it decides in a batch.
final class LaneEvents {
    private final LiveExecutions executions;
    private final TaskWatch watch;
    private final LogBudget budget;
    private final InputSeal seal;

    LaneEvents(LiveExecutions executions, TaskWatch watch, LogBudget budget, InputSeal seal) {
        this.executions = executions;
        this.watch = watch;
        this.budget = budget;
        this.seal = seal;
    }

    /// Adds to the batch what follows from an item.
    ///
    /// @return the answer for whoever said it, or nothing if the lane said it to itself
    /// @throws LiveExecutions.PlanMissingException if a flow has to be fetched first; nothing was
    ///   added
    Optional<LaneReply> apply(LaneBatch batch, LaneItem item, Instant now) {
        if (item instanceof LaneItem.Delivered(_, var message, _, _)
                && message.event() instanceof LaneEvent.Passed) {
            var correlation = Objects.requireNonNullElse(message.correlationId(), "");
            return Optional.of(new LaneReply(correlation, true, null, null));
        }
        var id = item.executionId();
        var change = executions.find(batch, item.lane(), id);
        return switch (item) {
            case LaneItem.Own(_, _, var event) -> {
                if (change != null) {
                    applyOwn(batch, change, event, now);
                }
                yield Optional.empty();
            }
            case LaneItem.Delivered(_, var message, _, _) ->
                    Optional.of(apply(batch, item.lane(), change, message, now));
            case LaneItem.Submitted(_, var message, _) ->
                    Optional.of(apply(batch, item.lane(), change, message, now));
        };
    }

    private void applyOwn(
            LaneBatch batch, LaneBatch.Change change, ExecutionEvent event, Instant now) {
        var state = change.state;
        if (event instanceof ExecutionEvent.Recovered) {
            for (var taskRun : state.taskRuns()) {
                var worker = taskRun.workerId();
                boolean runs =
                        taskRun.phase() == Phase.RUNNING || taskRun.phase() == Phase.CHILDREN;
                if (runs && worker != null) {
                    watch.running(
                            worker, state.execution().id(), taskRun.ordinal(), taskRun.dispatch());
                }
            }
        }
        batch.apply(change, Engine.decide(change.plan, state, event, now));
        if (event instanceof ExecutionEvent.RequestedAgain
                && state.execution().state().isTerminal()) {
            batch.orders.add(
                    new Order(
                            change.lane,
                            change.plan,
                            state,
                            new Command.Announce(state.execution().state()),
                            change.traceparent));
        }
    }

    private LaneReply apply(
            LaneBatch batch,
            int lane,
            LaneBatch.@Nullable Change change,
            LaneMessage message,
            Instant now) {
        var correlation = message.correlationId() == null ? "" : message.correlationId();
        if (change == null) {
            if (!(message.event() instanceof LaneEvent.ExecutionRequested requested)) {
                return new LaneReply(correlation, false, null, "Execution not found");
            }
            var plan =
                    executions.plan(
                            new FlowRef(
                                    requested.tenant(),
                                    requested.namespace(),
                                    requested.flowId(),
                                    requested.revision()));
            var request =
                    Events.request(
                            message.executionId(),
                            requested,
                            seal.sealed(plan, requested.tenant(), requested.inputs()),
                            executions.replay(requested));
            var decision = Engine.start(plan, request, now);
            if (decision.outcome() instanceof Outcome.Refused(var reason)) {
                return new LaneReply(correlation, false, null, reason);
            }
            var created = batch.created(lane, message.executionId(), plan, decision.state());
            created.traceparent = message.traceparent();
            batch.apply(created, decision);
            return reply(correlation, decision);
        }
        if (message.traceparent() != null) {
            change.traceparent = message.traceparent();
        }
        // first, as it may fail: what is tried again must have added nothing
        var decision = Engine.decide(change.plan, change.state, Events.of(message.event()), now);
        if (message.event() instanceof LaneEvent.TaskEnded ended
                && change.state.awaits(ended.taskRun(), ended.dispatch())) {
            var kept = budget.kept(change.state.execution().tenant(), ended.logs());
            batch.kept.add(kept);
            batch.logs.addAll(kept.lines());
            for (var metric : ended.metrics()) {
                batch.metrics.add(
                        new LaneBatch.MetricRow(message.executionId(), ended.taskRun(), metric));
            }
        }
        batch.apply(change, decision);
        return reply(correlation, decision);
    }

    private static LaneReply reply(String correlation, Decision decision) {
        var state = decision.state().execution().state().name();
        return switch (decision.outcome()) {
            case Outcome.Accepted _ -> new LaneReply(correlation, true, state, null);
            case Outcome.Refused(var reason) -> new LaneReply(correlation, false, state, reason);
        };
    }
}
