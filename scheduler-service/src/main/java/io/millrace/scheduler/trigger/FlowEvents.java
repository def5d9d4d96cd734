// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import io.millrace.contracts.Codec;
import io.millrace.contracts.Control;
import io.millrace.contracts.FeedEvent;
import io.millrace.contracts.FlowChanged;
import io.millrace.contracts.Heartbeat;
import io.millrace.contracts.LaneMessage;
import io.millrace.platform.broker.BatchWorker;
import io.millrace.platform.broker.Broker;
import io.millrace.platform.broker.BrokerUnavailableException;
import io.millrace.platform.broker.Delivery;
import io.millrace.platform.broker.OutgoingMessage;
import io.millrace.platform.broker.Subscription;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.tenancy.TenantScope;
import io.millrace.scheduler.outgoing.Deliveries;
import io.millrace.scheduler.question.StoreAwayException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/// Takes changes of flows and ends of executions from the scheduler's queues.
@Component
class FlowEvents implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(FlowEvents.class);
    private static final int BATCH = 100;

    /// Ends come in flocks; each batch asks the store who listens.
    private static final Duration LINGER = Duration.ofMillis(10);

    private final Broker broker;
    private final FlowChanges changes;
    private final FlowSync flows;
    private final Listening listening;
    private final ExecutionEnds ends;
    private final SchedulerLoop loop;
    private final BackfillLoop backfills;
    private final Polls polls;
    private final Deliveries deliveries;
    private final List<BatchWorker> workers = new ArrayList<>();
    private @Nullable Subscription heartbeats;

    FlowEvents(
            Broker broker,
            FlowChanges changes,
            FlowSync flows,
            Listening listening,
            ExecutionEnds ends,
            SchedulerLoop loop,
            BackfillLoop backfills,
            Polls polls,
            Deliveries deliveries) {
        this.broker = broker;
        this.changes = changes;
        this.flows = flows;
        this.listening = listening;
        this.ends = ends;
        this.loop = loop;
        this.backfills = backfills;
        this.polls = polls;
        this.deliveries = deliveries;
    }

    @Override
    public void start() {
        // a broker that lost its disk knows nothing of them; it is told again at each connection
        changes.statesWaitedFor().forEach(this::hear);
        deliveries.statesWaitedFor().forEach(this::hear);
        listenToWorkers();
        var topology = broker.topology();
        workers.add(
                new BatchWorker(
                        broker,
                        topology.schedulerFlowsQueue(),
                        BATCH,
                        forAll(batch -> {
                            for (var delivery : batch) {
                                taken(Codec.decode(delivery.body(), FlowChanged.class));
                            }
                            loop.wake();
                        })));
        workers.add(
                new BatchWorker(
                        broker,
                        topology.schedulerEndsQueue(),
                        BATCH,
                        LINGER,
                        forAll(batch ->
                                ended(batch.stream().map(d -> d.as(FeedEvent.class)).toList()))));
    }

    /// The queues are of all tenants.
    private static Consumer<List<Delivery>> forAll(Consumer<List<Delivery>> work) {
        return batch -> TenantScope.runAcross(() -> work.accept(batch));
    }

    /// What triggers on workers tell.
    private void listenToWorkers() {
        var topology = broker.topology();
        workers.add(
                new BatchWorker(
                        broker,
                        topology.schedulerTriggersQueue(),
                        BATCH,
                        forAll(batch -> {
                            for (var delivery : batch) {
                                var message = delivery.as(LaneMessage.class);
                                if (!deliveries.reported(message)) {
                                    reported(message);
                                }
                            }
                            loop.wake();
                        })));
        heartbeats =
                broker.listen(
                        topology.heartbeatsExchange(),
                        List.of("#"),
                        delivery ->
                                TenantScope.runAcross(() -> beat(delivery.as(Heartbeat.class))));
    }

    private void reported(LaneMessage message) {
        try {
            polls.reported(message);
        } catch (StoreAwayException e) {
            // tried again until the store is back
            throw new UncheckedIOException(new IOException(e.getMessage(), e));
        }
    }

    private void beat(Heartbeat heartbeat) {
        if (heartbeat.running().stream().noneMatch(r -> r.taskRun() == Polls.TASK_RUN)) {
            return;
        }
        try {
            var stale = polls.beat(heartbeat);
            if (!stale.isEmpty()) {
                var kill =
                        new Control.Kill(
                                stale.stream()
                                        .map(r ->
                                                new Control.TaskRun(
                                                        r.executionId(), r.taskRun(), r.dispatch()))
                                        .toList());
                broker.publisher()
                        .publish(
                                OutgoingMessage.transientEvent(
                                        broker.topology().controlExchange(), "kill", kill));
            }
        } catch (DataAccessException | BrokerUnavailableException e) {
            log.atWarn()
                    .addKeyValue("worker", heartbeat.workerId())
                    .addKeyValue("cause", String.valueOf(e.getMessage()))
                    .log("A heartbeat could not be taken; the next one may");
        }
    }

    private void taken(FlowChanged changed) {
        changes.apply(changed);
        // ends and pauses are heard always, other states where a trigger waits for them
        changes.statesWaitedFor(changed).forEach(this::hear);
    }

    private void hear(String state) {
        broker.declare(broker.topology().schedulerHears(state));
    }

    private void ended(List<FeedEvent> events) {
        try {
            // a listener that was saved before the execution ended must hear it
            flows.catchUpUnlessJustDone();
            listening.hear(events);
        } catch (ServiceException.Unavailable e) {
            // tried again until the other service is back
            throw new UncheckedIOException(new IOException(e.detail(), e));
        }
        deliveries.hear(events);
        var woken = ends.apply(events);
        if (woken.schedules()) {
            loop.wake();
        }
        if (woken.backfills()) {
            backfills.wake();
        }
    }

    @Override
    public void stop() {
        if (heartbeats != null) {
            heartbeats.close();
        }
        workers.forEach(BatchWorker::close);
        workers.clear();
    }

    @Override
    public boolean isRunning() {
        return !workers.isEmpty();
    }
}
