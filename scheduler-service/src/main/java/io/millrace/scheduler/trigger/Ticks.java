// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import io.millrace.contracts.LaneEvent;
import io.millrace.contracts.LaneMessage;
import io.millrace.contracts.Topology;
import io.millrace.expressions.ExpressionException;
import io.millrace.model.ExecutionId;
import io.millrace.platform.broker.OutgoingMessage;
import io.millrace.scheduler.schedule.InvalidTriggerException;
import io.millrace.scheduler.schedule.Schedule;
import io.millrace.scheduler.schedule.TickRequests;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/// Fires what is due.
final class Ticks {
    private static final Logger log = LoggerFactory.getLogger(Ticks.class);

    private final TriggerStore store;
    private final KnownFlows flows;
    private final TickRequests requests;
    private final Topology topology;
    private final Consumer<List<OutgoingMessage>> publisher;
    private final TransactionTemplate transaction;
    private final SchedulerProperties properties;

    /// @param publisher returns when the broker has confirmed all of them
    Ticks(
            TriggerStore store,
            KnownFlows flows,
            TickRequests requests,
            Topology topology,
            Consumer<List<OutgoingMessage>> publisher,
            TransactionTemplate transaction,
            SchedulerProperties properties) {
        this.store = store;
        this.flows = flows;
        this.requests = requests;
        this.topology = topology;
        this.publisher = publisher;
        this.transaction = transaction;
        this.properties = properties;
    }

    /// What one look came to.
    ///
    /// @param triggers how many were due
    /// @param executions how many executions were asked for
    record Turn(int triggers, int executions) {}

    /// Fires the triggers that are due and that no other instance holds.
    ///
    /// The executions are asked for, and confirmed by the broker, before the rows move on. A crash
    /// in between leaves the rows as they were: whoever takes them next asks for the same
    /// executions again, by the same ids, which are derived from trigger and date. The lane knows
    /// an execution by its id, so that one date starts one execution, whatever happens here. The
    /// other order would lose a date in a crash.
    ///
    /// The rows stay locked while the broker confirms: nobody waits for them but a change of their
    /// own flow, and no longer than the broker's confirm timeout.
    Turn fire(Instant now) {
        var turn =
                transaction.execute(_ -> {
                    var due = store.lockDue(now, properties.batch());
                    var messages = new ArrayList<OutgoingMessage>();
                    var moved = due.stream().map(row -> decide(row, now, messages)).toList();
                    if (!messages.isEmpty()) {
                        publisher.accept(messages);
                    }
                    moved.forEach(store::save);
                    return new Turn(due.size(), messages.size());
                });
        return turn == null ? new Turn(0, 0) : turn;
    }

    /// Adds the messages of one trigger and gives its row as it will be.
    private TriggerRow decide(TriggerRow row, Instant now, List<OutgoingMessage> messages) {
        var planned = row.nextAt();
        var triggered = flows.find(row.key()).orElse(null);
        if (triggered == null || planned == null) {
            return row.withDates(null, row.lastAt(), now);
        }
        Schedule schedule;
        try {
            schedule = flows.schedule(triggered.flow(), triggered.trigger());
        } catch (InvalidTriggerException e) {
            return problem(row, e, null, now);
        }
        try {
            var due = schedule.due(planned, now, properties.missedAfter(), properties.batch());
            var last = row.lastAt();
            for (var date : due.fired()) {
                messages.add(message(row.key(), triggered, schedule.tick(date), now));
                last = date.toInstant();
            }
            return row.withDates(due.next().map(d -> d.toInstant()).orElse(null), last, now);
        } catch (ExpressionException | IllegalArgumentException e) {
            // the author's mistake must not come again every second: look at the next date
            var next = schedule.nextWhatever(now);
            return problem(row, e, next.map(d -> d.toInstant()).orElse(null), now);
        }
    }

    private static TriggerRow problem(
            TriggerRow row, RuntimeException e, @Nullable Instant next, Instant now) {
        log.atWarn()
                .addKeyValue("tenant", row.key().flow().tenant())
                .addKeyValue("namespace", row.key().flow().namespace())
                .addKeyValue("flow", row.key().flow().flowId())
                .addKeyValue("trigger", row.key().triggerId())
                .addKeyValue("cause", String.valueOf(e.getMessage()))
                .log("Trigger can't fire");
        return row.withProblem(String.valueOf(e.getMessage()), next, now);
    }

    private OutgoingMessage message(
            TriggerRow.Key key, KnownFlows.Triggered triggered, Schedule.Tick tick, Instant now) {
        var id = ExecutionId.derived(tick.date().toInstant(), key.seed()).value();
        var request = requests.of(triggered.flow(), triggered.trigger(), tick);
        var event =
                new LaneEvent.ExecutionRequested(
                        key.flow().tenant(),
                        key.flow().namespace(),
                        key.flow().flowId(),
                        triggered.revision(),
                        request.inputs(),
                        request.labels(),
                        request.trigger(),
                        null,
                        null,
                        null,
                        "trigger:" + key.triggerId());
        return OutgoingMessage.durable(
                topology.lanesExchange(),
                Topology.laneKey(topology.laneOf(id)),
                LaneMessage.of(id, event, now));
    }
}
