// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.dispatch;

import io.millrace.contracts.Control;
import io.millrace.contracts.FeedEvent;
import io.millrace.contracts.LaneEvent;
import io.millrace.contracts.Topology;
import io.millrace.engine.Command;
import io.millrace.engine.ExecutionState;
import io.millrace.engine.Parent;
import io.millrace.engine.State;
import io.millrace.engine.StateChange;
import io.millrace.execution.lane.CommandSink;
import io.millrace.execution.lane.Events;
import io.millrace.execution.lane.LaneRouter;
import io.millrace.execution.lane.Order;
import io.millrace.platform.broker.OutgoingMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Turns what follows from a commit into messages. Nothing is decided here.
public final class CommandPublisher implements CommandSink {
    private final Topology topology;
    private final JobMessages jobs;
    private final ChildStarter children;
    private final SlotKeeper slots;
    private final LockKeeper locks;

    public CommandPublisher(
            Topology topology,
            JobMessages jobs,
            ChildStarter children,
            SlotKeeper slots,
            LockKeeper locks) {
        this.topology = topology;
        this.jobs = jobs;
        this.children = children;
        this.slots = slots;
        this.locks = locks;
    }

    /// What tests do triggers nothing: the scheduler doesn't hear of it.
    private static final String TEST = "TEST";

    private record FeedKey(String tenant, String namespace, String state, boolean test) {}

    @Override
    public List<OutgoingMessage> messages(List<Order> orders, LaneRouter router) {
        var messages = new ArrayList<OutgoingMessage>();
        var feed = new LinkedHashMap<FeedKey, List<FeedEvent.Change>>();
        var kills = new ArrayList<Control.TaskRun>();
        var announcements = announcements(orders);
        var passedThrough = new HashMap<String, List<StateChange>>();
        for (var order : orders) {
            var id = order.executionId();
            switch (order.command()) {
                case Command.DispatchTask command ->
                        messages.addAll(jobs.of(order, command, router));
                case Command.StartChild command -> children.start(order, command, router);
                case Command.KillChild(var childId) ->
                        router.route(
                                        childId,
                                        new LaneEvent.KillRequested("execution " + id, true),
                                        order.traceparent())
                                .ifPresent(messages::add);
                case Command.StartRetry command ->
                        retry(order, command, router).ifPresent(messages::add);
                case Command.CancelTaskRun(int taskRun, int dispatch) ->
                        kills.add(new Control.TaskRun(id, taskRun, dispatch));
                case Command.RequestSlot(int limit) -> slots.request(order, limit, router);
                case Command.FreeSlot _ -> slots.freed(order, router);
                case Command.RequestLock request -> locks.request(order, request, router);
                case Command.FreeLock free -> locks.freed(order, free, router);
                case Command.Announce(var state, var passed) -> {
                    // what an execution only passes through is told with where it comes to
                    var since = passedThrough.computeIfAbsent(id, _ -> new ArrayList<>());
                    since.addAll(passed);
                    boolean more = announcements.merge(id, -1, Integer::sum) > 0;
                    if (more && isPassing(state)) {
                        since.addAll(lastChangeTo(state, order));
                        continue;
                    }
                    var e = order.state().execution();
                    feed.computeIfAbsent(
                                    new FeedKey(
                                            e.tenant(),
                                            e.namespace(),
                                            state.name(),
                                            e.test() != null),
                                    _ -> new ArrayList<>())
                            .add(change(order, List.copyOf(since)));
                    since.clear();
                }
                case Command.NotifyParentStarted(var parent) ->
                        router.route(
                                        parent.executionId(),
                                        new LaneEvent.ChildStarted(
                                                parent.taskRun(), parent.dispatch(), id),
                                        order.traceparent())
                                .ifPresent(messages::add);
                case Command.NotifyParentEnded(Parent parent, var state, var outputs, var error) ->
                        router.route(
                                        parent.executionId(),
                                        new LaneEvent.ChildEnded(
                                                parent.taskRun(),
                                                parent.dispatch(),
                                                id,
                                                state.name(),
                                                outputs,
                                                error),
                                        order.traceparent())
                                .ifPresent(messages::add);
                // the lane's own affairs
                case Command.SetTimer _,
                        Command.DropTimer _,
                        Command.WriteLog _,
                        Command.Continue _ -> {}
            }
        }
        feed.forEach((key, changes) -> messages.add(feedMessage(key, changes)));
        if (!kills.isEmpty()) {
            messages.add(
                    OutgoingMessage.transientEvent(
                            topology.controlExchange(), "kill", new Control.Kill(kills)));
        }
        return messages;
    }

    /// How many there are of each execution.
    private static Map<String, Integer> announcements(List<Order> orders) {
        var announcements = new HashMap<String, Integer>();
        for (var order : orders) {
            if (order.command() instanceof Command.Announce) {
                announcements.merge(order.executionId(), 1, Integer::sum);
            }
        }
        return announcements;
    }

    private static List<StateChange> lastChangeTo(State state, Order order) {
        var changes = order.state().execution().history().changes();
        return changes.reversed().stream().filter(c -> c.state() == state).limit(1).toList();
    }

    /// Whether it need not be told on its own: see the bindings of the scheduler's queue.
    private static boolean isPassing(State state) {
        return !state.isTerminal() && state != State.PAUSED;
    }

    private OutgoingMessage feedMessage(FeedKey key, List<FeedEvent.Change> changes) {
        return OutgoingMessage.event(
                topology.feedExchange(),
                Topology.feedKey(key.tenant(), key.namespace(), key.test() ? TEST : key.state()),
                new FeedEvent(key.tenant(), key.namespace(), key.state(), changes));
    }

    private static FeedEvent.Change change(Order order, List<StateChange> passed) {
        var e = order.state().execution();
        return new FeedEvent.Change(
                e.id(),
                e.flowId(),
                e.revision(),
                e.history().changedAt(),
                Events.trigger(e.trigger()),
                Events.labels(e.labels()),
                e.outputs(),
                e.history().startedAt(),
                firstFailed(order.state()),
                last(order.state()),
                passed.isEmpty()
                        ? null
                        : passed.stream()
                                .map(p -> new FeedEvent.Passed(p.state().name(), p.at()))
                                .toList());
    }

    private static @Nullable String firstFailed(ExecutionState state) {
        if (state.execution().state() == State.SUCCESS || !state.execution().state().isTerminal()) {
            return null;
        }
        for (int ordinal = 0; ordinal < state.execution().nextOrdinal(); ordinal++) {
            var run = state.find(ordinal);
            if (run != null && run.state() == State.FAILED) {
                return run.taskId();
            }
        }
        return null;
    }

    private static @Nullable String last(ExecutionState state) {
        int last = state.execution().nextOrdinal() - 1;
        var run = last < 0 ? null : state.find(last);
        return run == null ? null : run.taskId();
    }

    private static Optional<OutgoingMessage> retry(
            Order order, Command.StartRetry command, LaneRouter router) {
        var e = order.state().execution();
        return router.route(
                command.executionId(),
                LaneEvent.ExecutionRequested.of(
                                e.tenant(), e.namespace(), e.flowId(), e.revision(), e.startedBy())
                        .inputs(command.inputs())
                        .labels(Events.labels(command.labels()))
                        .trigger(Events.trigger(command.trigger()))
                        .parent(Events.parent(command.parent()))
                        .scheduleDate(command.scheduleDate())
                        .retry(new LaneEvent.Retry(command.originalId(), command.attempt()))
                        .test(Events.test(e.test()))
                        .build(),
                order.traceparent());
    }
}
