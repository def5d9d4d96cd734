// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import io.millrace.contracts.Heartbeat;
import io.millrace.contracts.Job;
import io.millrace.contracts.LaneEvent;
import io.millrace.contracts.LaneMessage;
import io.millrace.contracts.Topology;
import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.Expressions;
import io.millrace.expressions.RenderContext;
import io.millrace.expressions.UnansweredException;
import io.millrace.model.Durations;
import io.millrace.model.ExecutionId;
import io.millrace.model.Trigger;
import io.millrace.platform.broker.OutgoingMessage;
import io.millrace.scheduler.condition.ConditionContext;
import io.millrace.scheduler.condition.Conditions;
import io.millrace.scheduler.label.TriggerLabels;
import io.millrace.scheduler.question.Asker;
import io.millrace.scheduler.question.Stores;
import io.millrace.scheduler.question.TriggerFunctions;
import io.millrace.scheduler.schedule.FlowInputs;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionTemplate;

/// Triggers that run on workers: those that look now and then, and those that listen.
///
/// A worker has a lease. One that looks and isn't heard of is sent anew, for the same date: what
/// either of them tells first counts. One that listens renews its lease with each heartbeat; when
/// it is silent another one is sent, and the first, should it still live, is stopped. What any of
/// them has heard starts an execution, once for each id.
final class Polls {
    /// Stands for the task run in jobs of triggers.
    static final int TASK_RUN = -1;

    private static final String CORE = "io.kestra.plugin.core.trigger.";
    private static final String LISTENS = "RealtimeTrigger";
    private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(60);
    private static final Duration LEAST_INTERVAL = Duration.ofSeconds(1);

    /// Until a worker that was sent must have begun.
    private static final Duration BEGINS = Duration.ofSeconds(60);

    private final PollStore store;
    private final TriggerStore triggers;
    private final KnownFlows flows;
    private final Conditions conditions;
    private final Expressions expressions;
    private final FlowInputs inputs;
    private final Topology topology;
    private final Consumer<OutgoingMessage> outbox;
    private final TransactionTemplate transaction;
    private final SchedulerProperties properties;
    private final Stores stores;
    private final Clock clock;

    /// @param stores who answers what expressions ask
    /// @param outbox takes a message that is sent if the present transaction commits
    Polls(
            PollStore store,
            TriggerStore triggers,
            KnownFlows flows,
            Conditions conditions,
            Expressions expressions,
            FlowInputs inputs,
            Topology topology,
            Consumer<OutgoingMessage> outbox,
            TransactionTemplate transaction,
            SchedulerProperties properties,
            Stores stores,
            Clock clock) {
        this.store = store;
        this.triggers = triggers;
        this.flows = flows;
        this.conditions = conditions;
        this.expressions = expressions;
        this.inputs = inputs;
        this.topology = topology;
        this.outbox = outbox;
        this.transaction = transaction;
        this.properties = properties;
        this.stores = stores;
        this.clock = clock;
    }

    /// A job and the workers that it is for.
    record Dispatch(Job job, @Nullable String group) {}

    /// Whether triggers of this type run on workers.
    static boolean runsOnWorkers(String type) {
        return !type.startsWith(CORE);
    }

    private static boolean listens(String type) {
        return type.endsWith(LISTENS);
    }

    /// Sends a due trigger to a worker; its row is locked.
    Dispatch send(TriggerRow row, KnownFlows.Triggered triggered, Instant planned, Instant now) {
        boolean listens = listens(row.type());
        var key = row.key();
        var id =
                listens
                        ? ExecutionId.derived(Instant.EPOCH, "listens\0" + key.seed()).value()
                        : ExecutionId.derived(planned, key.seed()).value();
        var lease = listens ? BEGINS : BEGINS.plus(properties.pollTimeout());
        var sent = store.send(key, id, listens ? null : planned, now.plus(lease));
        var trigger = triggered.trigger();
        var group = trigger.workerGroup();
        return new Dispatch(
                Job.ofScheduler(
                        key.flow().tenant(),
                        key.flow().namespace(),
                        key.flow().flowId(),
                        triggered.revision(),
                        sent.pollId(),
                        TASK_RUN,
                        trigger.id(),
                        sent.dispatch(),
                        trigger.type(),
                        own(trigger.properties()),
                        variables(triggered),
                        listens ? null : properties.pollTimeout(),
                        trigger.logLevel().name(),
                        now),
                group == null ? null : group.key());
    }

    /// It couldn't be sent, and will be soon.
    void notSent(Job job, Instant now) {
        store.renew(job.executionId(), job.dispatch(), now.plusSeconds(5));
    }

    /// Without what is the scheduler's.
    private static Map<String, @Nullable Object> own(Map<String, @Nullable Object> written) {
        var own = new LinkedHashMap<String, @Nullable Object>(written);
        for (var name : List.of("interval", "allowConcurrent", "failOnTriggerError", "logToFile")) {
            own.remove(name);
        }
        return own;
    }

    private static Map<String, @Nullable Object> variables(KnownFlows.Triggered triggered) {
        var flow = triggered.flow();
        var variables = new LinkedHashMap<String, @Nullable Object>();
        variables.put(
                "flow",
                Map.of(
                        "id", flow.id(),
                        "namespace", flow.namespace(),
                        "revision", triggered.revision()));
        variables.put("labels", flow.labels());
        variables.put("vars", flow.variables());
        return variables;
    }

    // ---- what workers tell

    /// Bears repetition.
    ///
    /// @throws io.millrace.scheduler.question.StoreAwayException if expressions of the trigger have
    ///   no answer now; it is to be told again
    void reported(LaneMessage message) {
        switch (message.event()) {
            case LaneEvent.TaskEnded ended ->
                    answering(asked ->
                            store.lock(message.executionId())
                                    .ifPresent(polled -> ended(polled, ended, asked)));
            case LaneEvent.TaskLost lost ->
                    transaction.executeWithoutResult(_ ->
                            store.lock(message.executionId())
                                    .filter(polled -> polled.dispatch() == lost.dispatch())
                                    .ifPresent(polled -> next(polled, clock.instant(), null)));
            case LaneEvent.TriggerFired fired ->
                    answering(asked ->
                            store.lock(message.executionId())
                                    .ifPresent(polled -> fired(polled, fired, asked)));
            default -> {
                // that it has begun is told by its heartbeats
            }
        }
    }

    /// What a trigger's expressions came to, asked of stores outside of the transaction.
    private static final class Asked {
        private @Nullable Rendered rendered;
    }

    /// Rolls the transaction back: stores must be asked first.
    private static final class AskFirstException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Supplier<Rendered> ask;

        AskFirstException(Supplier<Rendered> ask) {
            super("stores must be asked first", null, false, false);
            this.ask = ask;
        }
    }

    /// In a transaction, or two: no row is locked while stores are asked. A message is of one
    /// trigger at one date, so what was found out is right the second time, too.
    private void answering(Consumer<Asked> work) {
        var asked = new Asked();
        try {
            transaction.executeWithoutResult(_ -> work.accept(asked));
        } catch (AskFirstException e) {
            asked.rendered = e.ask.get();
            transaction.executeWithoutResult(_ -> work.accept(asked));
        }
    }

    private void ended(PollStore.Polled polled, LaneEvent.TaskEnded ended, Asked asked) {
        var now = clock.instant();
        if (polled.at() == null) {
            // one that listens shouldn't end; another sending may be the one that counts
            if (polled.dispatch() == ended.dispatch()) {
                next(polled, now.plus(DEFAULT_INTERVAL), ended.error());
            }
            return;
        }
        boolean found = ended.state().equals("SUCCESS") || ended.state().equals("WARNING");
        if (!found && polled.dispatch() != ended.dispatch()) {
            return; // another one looks
        }
        store.over(polled.pollId());
        var triggered = flows.find(polled.row().key()).orElse(null);
        if (triggered == null) {
            next(polled, now.plus(DEFAULT_INTERVAL), null);
            return;
        }
        var planned = polled.at();
        var next = planned.plus(interval(triggered.trigger()));
        var due = polled.row().disabled() ? null : next.isBefore(now) ? now : next;
        var error = ended.error();
        if (found && ended.outputsUri() != null) {
            found = false;
            error = "The outputs of the trigger are too big";
        }
        boolean fires = false;
        if (found) {
            var problem =
                    start(polled.row().key(), triggered, planned, null, ended.outputs(), asked);
            fires = problem.started();
            error = problem.problem();
        } else if (ended.state().equals("FAILED")
                && Boolean.TRUE.equals(
                        triggered.trigger().properties().get("failOnTriggerError"))) {
            fires = true;
            fail(polled.row().key(), triggered, planned, error);
        }
        var row = polled.row().withDates(due, fires ? planned : polled.row().lastAt(), now);
        triggers.save(error == null ? row : row.withProblem(error, due, now));
    }

    private void next(PollStore.Polled polled, Instant at, @Nullable String problem) {
        var now = clock.instant();
        var due = polled.row().disabled() ? null : at;
        var row = polled.row().withDates(due, polled.row().lastAt(), now);
        triggers.save(problem == null ? row : row.withProblem(problem, due, now));
    }

    private void fired(PollStore.Polled polled, LaneEvent.TriggerFired fired, Asked asked) {
        var triggered = flows.find(polled.row().key()).orElse(null);
        var name =
                UUID.nameUUIDFromBytes(
                        (polled.row().key().seed() + "\0" + fired.id())
                                .getBytes(java.nio.charset.StandardCharsets.UTF_8));
        if (triggered != null && store.emit(name.toString(), clock.instant())) {
            var _ =
                    start(
                            polled.row().key(),
                            triggered,
                            fired.at(),
                            fired.id(),
                            fired.outputs(),
                            asked);
        }
    }

    private static Duration interval(Trigger trigger) {
        var written = trigger.properties().get("interval");
        try {
            var interval =
                    written == null ? DEFAULT_INTERVAL : Durations.parse(String.valueOf(written));
            return interval.compareTo(LEAST_INTERVAL) < 0 ? LEAST_INTERVAL : interval;
        } catch (DateTimeException _) {
            return DEFAULT_INTERVAL;
        }
    }

    /// Of what was found or heard.
    private record Began(boolean started, @Nullable String problem) {}

    private Began start(
            TriggerRow.Key key,
            KnownFlows.Triggered triggered,
            Instant at,
            @Nullable String heard,
            Map<String, @Nullable Object> outputs,
            Asked asked) {
        var rendered = asked.rendered;
        if (rendered == null) {
            try {
                rendered = render(triggered, at, outputs, TriggerFunctions.unasked());
            } catch (UnansweredException _) {
                var asker =
                        new Asker(
                                key.flow().tenant(),
                                key.flow().namespace(),
                                key.flow().flowId(),
                                triggered.revision(),
                                executionId(key, at, heard));
                throw new AskFirstException(() ->
                        render(triggered, at, outputs, TriggerFunctions.asking(stores, asker)));
            }
        }
        if (!rendered.holds()) {
            return new Began(false, null);
        }
        send(
                key,
                triggered,
                at,
                heard,
                rendered.inputs(),
                rendered.labels(),
                outputs,
                rendered.failure());
        return new Began(true, rendered.failure());
    }

    /// What the expressions of a trigger came to.
    ///
    /// @param failure why they came to nothing
    private record Rendered(
            boolean holds,
            Map<String, @Nullable Object> inputs,
            List<LaneEvent.Label> labels,
            @Nullable String failure) {}

    private Rendered render(
            KnownFlows.Triggered triggered,
            Instant at,
            Map<String, @Nullable Object> outputs,
            TriggerFunctions functions) {
        var flow = triggered.flow();
        var trigger = triggered.trigger();
        Map<String, ?> variables =
                Map.of(
                        "trigger", outputs,
                        "flow", Map.of("id", flow.id(), "namespace", flow.namespace()),
                        "labels", flow.labels(),
                        "vars", flow.variables());
        String failure = null;
        Map<String, @Nullable Object> resolved = Map.of();
        var labels = new ArrayList<LaneEvent.Label>();
        try {
            var all = new ArrayList<>(trigger.conditions());
            if (trigger.when() != null) {
                all.add(Conditions.expression(trigger.when()));
            }
            if (!conditions.all(all).holds(new ConditionContext(variables, null, functions))) {
                return new Rendered(false, Map.of(), List.of(), null);
            }
            var seen = RenderContext.of(variables).withClock(() -> at).withFunctions(functions);
            labels.addAll(TriggerLabels.rendered(expressions, trigger, seen));
            var given = new LinkedHashMap<String, @Nullable Object>();
            trigger.inputs()
                    .forEach((name, value) ->
                            given.put(name, expressions.compileTree(value).render(seen)));
            resolved = inputs.resolve(flow, given, at, functions);
        } catch (ExpressionException | IllegalArgumentException e) {
            failure = "Trigger '%s' can't fire: %s".formatted(trigger.id(), e.getMessage());
        }
        return new Rendered(true, resolved, labels, failure);
    }

    private static String executionId(TriggerRow.Key key, Instant at, @Nullable String heard) {
        var seed = heard == null ? key.seed() : key.seed() + "\0" + heard;
        return ExecutionId.derived(at, seed).value();
    }

    private void fail(
            TriggerRow.Key key,
            KnownFlows.Triggered triggered,
            Instant at,
            @Nullable String error) {
        send(
                key,
                triggered,
                at,
                null,
                Map.of(),
                List.of(),
                Map.of(),
                "Trigger '%s' failed: %s".formatted(key.triggerId(), error));
    }

    private void send(
            TriggerRow.Key key,
            KnownFlows.Triggered triggered,
            Instant at,
            @Nullable String heard,
            Map<String, @Nullable Object> resolved,
            List<LaneEvent.Label> labels,
            Map<String, @Nullable Object> outputs,
            @Nullable String failure) {
        var id = executionId(key, at, heard);
        outbox.accept(
                OutgoingMessage.durable(
                        topology.lanesExchange(),
                        Topology.laneKey(topology.laneOf(id)),
                        LaneMessage.of(
                                id,
                                LaneEvent.ExecutionRequested.of(
                                                key.flow().tenant(),
                                                key.flow().namespace(),
                                                key.flow().flowId(),
                                                triggered.revision(),
                                                "trigger:" + key.triggerId())
                                        .inputs(resolved)
                                        .labels(labels)
                                        .trigger(
                                                new LaneEvent.Trigger(
                                                        key.triggerId(),
                                                        triggered.trigger().type(),
                                                        outputs))
                                        .failure(failure)
                                        .build(),
                                clock.instant())));
    }

    /// Renews the leases of what a worker says that it runs.
    ///
    /// @return what it should stop
    List<Heartbeat.Running> beat(Heartbeat heartbeat) {
        var stale = new ArrayList<Heartbeat.Running>();
        for (var running : heartbeat.running()) {
            if (running.taskRun() == TASK_RUN
                    && !store.renew(
                            running.executionId(),
                            running.dispatch(),
                            clock.instant().plus(properties.pollLease()))) {
                stale.add(running);
            }
        }
        return stale;
    }
}
