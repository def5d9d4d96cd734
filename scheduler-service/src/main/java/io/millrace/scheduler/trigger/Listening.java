// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.millrace.contracts.FeedEvent;
import io.millrace.contracts.FeedEvent.Passed;
import io.millrace.contracts.LaneEvent;
import io.millrace.contracts.LaneMessage;
import io.millrace.contracts.Topology;
import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.UnansweredException;
import io.millrace.model.ExecutionId;
import io.millrace.model.Trigger;
import io.millrace.platform.broker.OutgoingMessage;
import io.millrace.scheduler.condition.ConditionContext;
import io.millrace.scheduler.execution.Executions;
import io.millrace.scheduler.flowtrigger.FlowTrigger;
import io.millrace.scheduler.flowtrigger.FlowTriggers;
import io.millrace.scheduler.flowtrigger.HeardExecution;
import io.millrace.scheduler.flowtrigger.Precondition;
import io.millrace.scheduler.flowtrigger.TimeWindow;
import io.millrace.scheduler.flowtrigger.TriggeredRequests;
import io.millrace.scheduler.question.Asker;
import io.millrace.scheduler.question.StoreAwayException;
import io.millrace.scheduler.question.Stores;
import io.millrace.scheduler.question.TriggerFunctions;
import io.millrace.scheduler.trigger.HeardStore.Fact;
import io.millrace.scheduler.trigger.TriggerRow.FlowKey;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.transaction.support.TransactionTemplate;

/// Starts executions of flows whose triggers hear executions of others.
///
/// A message may come twice, late, or before an earlier one; whoever takes it may die at any point.
/// The id of what is started is derived from the trigger and what it heard, so that hearing twice
/// is asking once. What waits for several executions is a row for each; that one was heard, that
/// the trigger fires, and what it spends is one transaction, in whose outbox the request lies.
final class Listening {
    private static final Logger log = LoggerFactory.getLogger(Listening.class);

    private final TriggerStore store;
    private final HeardStore heardStore;
    private final KnownFlows flows;
    private final FlowTriggers reader;
    private final TriggeredRequests requests;
    private final Executions executions;
    private final Stores stores;
    private final Hearing hearing;
    private final Ways ways;
    private final TransactionTemplate transaction;
    private final Duration clockSkew;
    private final Clock clock;
    private final Cache<Trigger, FlowTrigger> read =
            Caffeine.newBuilder().weakKeys().maximumSize(20_000).build();

    /// Whether a flow's triggers may hear of executions of another.
    @FunctionalInterface
    interface Hearing {
        boolean may(FlowKey listener, FlowKey heard);
    }

    /// How messages leave.
    ///
    /// @param publish returns when the broker has confirmed all of them
    /// @param inTransaction takes a message that is sent if the present transaction commits
    record Ways(
            Topology topology,
            Consumer<List<OutgoingMessage>> publish,
            Consumer<OutgoingMessage> inTransaction) {}

    /// @param clockSkew by how much the clocks of services may differ
    Listening(
            TriggerStore store,
            HeardStore heardStore,
            KnownFlows flows,
            FlowTriggers reader,
            TriggeredRequests requests,
            Executions executions,
            Stores stores,
            Hearing hearing,
            Ways ways,
            TransactionTemplate transaction,
            Duration clockSkew,
            Clock clock) {
        this.store = store;
        this.heardStore = heardStore;
        this.flows = flows;
        this.reader = reader;
        this.requests = requests;
        this.executions = executions;
        this.stores = stores;
        this.hearing = hearing;
        this.ways = ways;
        this.transaction = transaction;
        this.clockSkew = clockSkew;
        this.clock = clock;
    }

    /// What one batch looks up once.
    private final class Batch {
        private final Map<TriggerRow.Key, KnownFlows.Triggered> triggered;
        private final Map<String, Executions.Context> insides = new HashMap<>();
        private final List<OutgoingMessage> messages = new ArrayList<>();

        Batch(Collection<TriggerRow.Key> listening) {
            triggered = flows.findAll(listening);
        }

        Executions.Context inside(String tenant, String executionId) {
            return insides.computeIfAbsent(
                    executionId,
                    id -> executions.context(tenant, id).orElse(Executions.Context.EMPTY));
        }
    }

    /// Bears repetition and any order.
    void hear(List<FeedEvent> events) {
        var changed = new LinkedHashSet<FlowKey>();
        for (var event : events) {
            for (var change : event.changes()) {
                changed.add(new FlowKey(event.tenant(), event.namespace(), change.flowId()));
            }
        }
        var listeners = new HashMap<FlowKey, List<TriggerRow>>();
        var listening = new LinkedHashSet<TriggerRow.Key>();
        for (var listener : heardStore.listeners(changed)) {
            listeners.computeIfAbsent(listener.heard(), _ -> new ArrayList<>()).add(listener.row());
            listening.add(listener.row().key());
        }
        var batch = new Batch(listening);
        for (var event : events) {
            for (var change : event.changes()) {
                var source = new FlowKey(event.tenant(), event.namespace(), change.flowId());
                for (var row : listeners.getOrDefault(source, List.of())) {
                    // a flow never starts itself
                    if (!row.key().flow().equals(source) && hearing.may(row.key().flow(), source)) {
                        hearAll(batch, row, event, change);
                    }
                }
            }
        }
        if (!batch.messages.isEmpty()) {
            ways.publish().accept(batch.messages);
        }
    }

    /// The states that it has passed through, and the one that it is in.
    private void hearAll(Batch batch, TriggerRow row, FeedEvent event, FeedEvent.Change change) {
        for (var passed : Objects.requireNonNullElse(change.passed(), List.<Passed>of())) {
            var then = at(change, passed.at());
            if (!isBefore(then, row)) {
                hear(batch, row, event, passed.state(), then);
            }
        }
        if (!isBefore(change, row)) {
            hear(batch, row, event, event.state(), change);
        }
    }

    private static FeedEvent.Change at(FeedEvent.Change change, Instant at) {
        return new FeedEvent.Change(
                change.executionId(),
                change.flowId(),
                change.revision(),
                at,
                change.trigger(),
                change.labels(),
                Map.of(),
                change.startedAt(),
                null,
                null,
                null);
    }

    private boolean isBefore(FeedEvent.Change change, TriggerRow row) {
        return row.since() != null && change.at().isBefore(row.since().minus(clockSkew));
    }

    private void hear(
            Batch batch, TriggerRow row, FeedEvent event, String state, FeedEvent.Change change) {
        var triggered = batch.triggered.get(row.key());
        if (triggered == null) {
            return;
        }
        try {
            var trigger = read.get(triggered.trigger(), reader::read);
            if (!trigger.states().contains(state)) {
                return;
            }
            var heard =
                    new HeardExecution(
                            event.tenant(),
                            event.namespace(),
                            state,
                            change,
                            trigger.looksInside()
                                    ? batch.inside(event.tenant(), change.executionId())
                                    : Executions.Context.EMPTY);
            var functions = functions(row.key(), triggered, heard);
            var context = heard.context(functions);
            if (!trigger.conditions().holds(context)) {
                return;
            }
            if (trigger.preconditions().isEmpty()) {
                batch.messages.add(
                        message(row.key(), triggered, heard, heard.change().outputs(), functions));
            } else {
                meet(row.key(), triggered, trigger, heard, context);
            }
        } catch (StoreAwayException e) {
            throw e.unavailable();
        } catch (ExpressionException
                | IllegalArgumentException
                | DateTimeException
                | ArithmeticException
                | DataIntegrityViolationException e) {
            // the author's mistake: it doesn't hold, and others hear what they wait for
            complain(row, e);
        }
    }

    /// One of several executions that the trigger waits for.
    private void meet(
            TriggerRow.Key key,
            KnownFlows.Triggered triggered,
            FlowTrigger trigger,
            HeardExecution heard,
            ConditionContext context) {
        var holding = new LinkedHashMap<Precondition, List<String>>();
        for (var precondition : trigger.preconditions()) {
            var names = new ArrayList<String>();
            precondition
                    .conditions()
                    .forEach((name, condition) -> {
                        if (condition.holds(context)) {
                            names.add(name);
                        }
                    });
            if (!names.isEmpty()) {
                holding.put(precondition, names);
            }
        }
        if (holding.isEmpty()) {
            return;
        }
        var asked = new HashMap<Map<String, ?>, OutgoingMessage>();
        boolean done = false;
        while (!done) {
            done = meet(key, triggered, trigger, heard, holding, asked);
        }
    }

    /// Takes note, and fires if all is there. Its inputs may ask stores; that is done with no row
    /// locked: what was noted is rolled back, and comes again when they have answered.
    ///
    /// @param asked the requests that stores were asked for, by the outputs that they are made of
    /// @return whether it is done
    private boolean meet(
            TriggerRow.Key key,
            KnownFlows.Triggered triggered,
            FlowTrigger trigger,
            HeardExecution heard,
            Map<Precondition, List<String>> holding,
            Map<Map<String, ?>, OutgoingMessage> asked) {
        try {
            transaction.executeWithoutResult(_ -> {
                var row = store.lock(key).filter(r -> r.active() && !r.disabled());
                if (row.isPresent() && takesNote(key, holding, heard)) {
                    fireIfMet(key, triggered, trigger, heard, asked);
                }
            });
            return true;
        } catch (AskFirstException e) {
            asked.put(
                    e.outputs,
                    message(key, triggered, heard, e.outputs, functions(key, triggered, heard)));
            return false;
        }
    }

    private static final class AskFirstException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Map<String, @Nullable Object> outputs;

        AskFirstException(Map<String, @Nullable Object> outputs) {
            super("stores must be asked first", null, false, false);
            this.outputs = outputs;
        }
    }

    private TriggerFunctions functions(
            TriggerRow.Key key, KnownFlows.Triggered triggered, HeardExecution heard) {
        return TriggerFunctions.asking(
                stores,
                new Asker(
                        key.flow().tenant(),
                        key.flow().namespace(),
                        key.flow().flowId(),
                        triggered.revision(),
                        executionId(key, heard)));
    }

    /// The same each time it is asked. All that a trigger starts for one execution is of one lane,
    /// so that it begins in the order in which that execution came to its states.
    private String executionId(TriggerRow.Key key, HeardExecution heard) {
        var topology = ways.topology();
        int lane = topology.laneOf(key.seed() + "\0" + heard.change().executionId());
        String id;
        int attempt = 0;
        do {
            var seed = key.seed() + "\0" + heard.seed() + (attempt == 0 ? "" : "\0" + attempt);
            id = ExecutionId.derived(heard.at(), seed).value();
            attempt++;
        } while (topology.laneOf(id) != lane);
        return id;
    }

    /// @return whether any of it is new
    private boolean takesNote(
            TriggerRow.Key key, Map<Precondition, List<String>> holding, HeardExecution heard) {
        boolean isNew = false;
        for (var entry : holding.entrySet()) {
            var window = heardStore.window(key, entry.getKey(), heard.at()).orElse(null);
            if (window == null) {
                continue;
            }
            for (var name : entry.getValue()) {
                var fact =
                        new Fact(
                                name,
                                heard.change().executionId(),
                                heard.change().flowId(),
                                heard.at(),
                                heard.change().outputs());
                isNew |= heardStore.add(key, entry.getKey(), fact, window);
            }
        }
        return isNew;
    }

    private void fireIfMet(
            TriggerRow.Key key,
            KnownFlows.Triggered triggered,
            FlowTrigger trigger,
            HeardExecution heard,
            Map<Map<String, ?>, OutgoingMessage> asked) {
        var windows = new LinkedHashMap<Precondition, TimeWindow.Interval>();
        var outputs = new LinkedHashMap<String, @Nullable Object>();
        var facts = new ArrayList<Fact>();
        for (var precondition : trigger.preconditions()) {
            var window = heardStore.window(key, precondition, heard.at()).orElse(null);
            if (window == null) {
                return;
            }
            var known = heardStore.facts(key, precondition, window);
            Set<String> names = precondition.conditions().keySet();
            long met = known.stream().filter(fact -> names.contains(fact.name())).count();
            if (met < precondition.needed()) {
                return;
            }
            windows.put(precondition, window);
            facts.addAll(known);
        }
        facts.sort((a, b) -> a.at().compareTo(b.at()));
        facts.forEach(fact -> outputs.putAll(fact.outputs()));
        byFlow(facts).forEach(outputs::putIfAbsent);
        var message = asked.get(outputs);
        if (message == null) {
            try {
                message = message(key, triggered, heard, outputs, TriggerFunctions.unasked());
            } catch (UnansweredException _) {
                throw new AskFirstException(outputs);
            }
        }
        ways.inTransaction().accept(message);
        windows.forEach((precondition, window) -> {
            if (precondition.reset()) {
                heardStore.spend(key, precondition, window);
            }
        });
    }

    /// The outputs of each flow that was waited for, under its id.
    private static Map<String, Map<String, @Nullable Object>> byFlow(List<Fact> facts) {
        var outputs = new LinkedHashMap<String, Map<String, @Nullable Object>>();
        for (var fact : facts) {
            if (fact.flowId() != null) {
                outputs.computeIfAbsent(fact.flowId(), _ -> new LinkedHashMap<>())
                        .putAll(fact.outputs());
            }
        }
        return outputs;
    }

    private OutgoingMessage message(
            TriggerRow.Key key,
            KnownFlows.Triggered triggered,
            HeardExecution heard,
            Map<String, ?> outputs,
            TriggerFunctions functions) {
        LaneEvent request =
                requests.of(
                        triggered.flow(),
                        triggered.revision(),
                        triggered.trigger(),
                        heard,
                        outputs,
                        functions);
        var id = executionId(key, heard);
        return OutgoingMessage.durable(
                ways.topology().lanesExchange(),
                Topology.laneKey(ways.topology().laneOf(id)),
                LaneMessage.of(id, request, clock.instant()));
    }

    private void complain(TriggerRow row, RuntimeException e) {
        var problem = String.valueOf(e.getMessage());
        log.atWarn()
                .addKeyValue("tenant", row.key().flow().tenant())
                .addKeyValue("namespace", row.key().flow().namespace())
                .addKeyValue("flow", row.key().flow().flowId())
                .addKeyValue("trigger", row.key().triggerId())
                .addKeyValue("cause", problem)
                .log("Trigger can't tell whether it fires");
        if (!problem.equals(row.problem())) {
            store.complain(row.key(), problem, clock.instant());
        }
    }
}
