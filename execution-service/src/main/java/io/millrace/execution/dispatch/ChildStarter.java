// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.dispatch;

import io.millrace.contracts.LaneEvent;
import io.millrace.engine.Command;
import io.millrace.engine.Execution;
import io.millrace.engine.FlowPlan;
import io.millrace.execution.flows.FlowDirectory;
import io.millrace.execution.flows.FlowUnusableException;
import io.millrace.execution.lane.Events;
import io.millrace.execution.lane.LaneRouter;
import io.millrace.execution.lane.Order;
import io.millrace.execution.start.InputTyping;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts child executions, beside the lane: which revision is the newest has to be asked for. What
/// gets lost here is begun again when the parent is recovered.
public final class ChildStarter {
    private static final Logger log = LoggerFactory.getLogger(ChildStarter.class);

    private final FlowDirectory flows;
    private final InputTyping inputs;

    public ChildStarter(FlowDirectory flows, InputTyping inputs) {
        this.flows = flows;
        this.inputs = inputs;
    }

    void start(Order order, Command.StartChild command, LaneRouter router) {
        var parent = order.state().execution();
        var _ =
                flows.toStartFrom(
                                parent.namespace(),
                                parent.tenant(),
                                command.namespace(),
                                command.flowId(),
                                command.revision())
                        .thenAccept(plan ->
                                router.send(
                                        command.childId(),
                                        request(order, command, plan),
                                        order.traceparent()))
                        .exceptionally(failure -> {
                            failed(order, command, router, failure);
                            return null;
                        });
    }

    private LaneEvent request(Order order, Command.StartChild command, FlowPlan plan) {
        var parent = order.state().execution();
        return LaneEvent.ExecutionRequested.of(
                        parent.tenant(),
                        command.namespace(),
                        command.flowId(),
                        plan.revision(),
                        "execution:" + parent.id())
                .inputs(inputs.ofValues(plan, parent.tenant(), command.childId(), command.inputs()))
                .labels(labels(parent, command))
                .trigger(Events.trigger(command.trigger()))
                .parent(
                        new LaneEvent.Parent(
                                parent.id(),
                                command.taskRun(),
                                command.dispatch(),
                                command.waits(),
                                command.outputs().isEmpty() ? null : command.outputs()))
                .scheduleDate(command.scheduleDate())
                // what a test starts is a test, too, with nothing mocked
                .test(parent.test() == null ? null : new LaneEvent.TestRun(Map.of()))
                .build();
    }

    private static List<LaneEvent.Label> labels(Execution parent, Command.StartChild command) {
        var labels = new ArrayList<>(Events.labels(command.labels()));
        if (parent.test() != null) {
            labels.add(Events.TEST_LABEL);
        }
        return labels;
    }

    private static void failed(
            Order order, Command.StartChild command, LaneRouter router, Throwable failure) {
        var cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        String error =
                switch (cause) {
                    case FlowUnusableException unusable -> unusable.detail();
                    case InputTyping.InvalidInputsException invalid -> invalid.detail();
                    default -> null;
                };
        if (error == null) {
            log.atWarn()
                    .addKeyValue("execution", order.executionId())
                    .addKeyValue("child", command.childId())
                    .addKeyValue("cause", String.valueOf(cause.getMessage()))
                    .log("A child could not be started for now; it is begun again later");
            return;
        }
        router.send(
                order.executionId(),
                new LaneEvent.ChildEnded(
                        command.taskRun(), command.dispatch(), null, "FAILED", Map.of(), error));
    }
}
