// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import io.millrace.contracts.FlowChanged;
import io.millrace.model.Flow;
import io.millrace.model.Trigger;
import io.millrace.scheduler.flowtrigger.FlowTrigger;
import io.millrace.scheduler.flowtrigger.FlowTriggers;
import io.millrace.scheduler.schedule.InvalidTriggerException;
import io.millrace.scheduler.schedule.Schedules;
import io.millrace.scheduler.trigger.TriggerRow.FlowKey;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/// Makes trigger rows of flows that were saved, and takes them away with flows that were deleted.
@Component
class FlowChanges {
    private static final Logger log = LoggerFactory.getLogger(FlowChanges.class);

    private final TriggerStore store;
    private final HeardStore heard;
    private final KnownFlows flows;
    private final FlowTriggers flowTriggers;
    private final Clock clock;

    private static final Set<String> PASSING =
            Set.of(
                    "QUEUED",
                    "RUNNING",
                    "RESTARTED",
                    "RETRYING",
                    "KILLING",
                    "BREAKPOINT",
                    "RETRIED");

    FlowChanges(
            TriggerStore store,
            HeardStore heard,
            KnownFlows flows,
            FlowTriggers flowTriggers,
            Clock clock) {
        this.store = store;
        this.heard = heard;
        this.flows = flows;
        this.flowTriggers = flowTriggers;
        this.clock = clock;
    }

    /// Bears repetition and any order.
    @Transactional
    public void apply(FlowChanged change) {
        var key = new FlowKey(change.tenant(), change.namespace(), change.flowId());
        boolean deleted = change.event().equals("deleted");
        var source = deleted ? null : change.source();
        var flow = source == null ? null : parse(key, source);
        var triggers = flow == null ? List.<Trigger>of() : flow.triggers();
        // the source of a flow without triggers is of no use here
        if (!store.saveFlow(key, change.revision(), deleted, triggers.isEmpty() ? null : source)) {
            return;
        }
        store.deleteOthers(key, triggers.stream().map(Trigger::id).toList());
        if (flow == null) {
            return;
        }
        var known =
                store.lockOf(key).stream()
                        .collect(
                                Collectors.toMap(
                                        row -> row.key().triggerId(), Function.identity()));
        for (var trigger : triggers) {
            save(key, flow, trigger, known.get(trigger.id()), change.at());
        }
    }

    /// Makes the row of a trigger anew.
    void begin(TriggerRow.Key key, KnownFlows.Triggered triggered, Instant now) {
        save(key.flow(), triggered.flow(), triggered.trigger(), null, now);
    }

    private @Nullable Flow parse(FlowKey key, String source) {
        try {
            return flows.parse(source);
        } catch (IllegalArgumentException e) {
            // a flow that a newer version accepted: its executions would fail, too
            log.atWarn().addKeyValue("flow", key).setCause(e).log("Flow not understood");
            return null;
        }
    }

    /// @param since when the flow was saved: what is due since then was missed
    private void save(
            FlowKey flowKey,
            Flow flow,
            Trigger trigger,
            @Nullable TriggerRow known,
            Instant since) {
        boolean active = !flow.disabled() && !trigger.disabled();
        var fingerprint = Integer.toHexString(trigger.toString().hashCode()) + active;
        if (known != null && known.fingerprint().equals(fingerprint)) {
            return;
        }
        boolean disabled = known != null && known.disabled();
        var row =
                new TriggerRow(
                        new TriggerRow.Key(flowKey, trigger.id()),
                        trigger.type(),
                        fingerprint,
                        active,
                        disabled,
                        null,
                        known == null ? null : known.lastAt(),
                        null,
                        clock.instant(),
                        known != null && known.active() ? known.since() : since);
        if (trigger.type().equals(FlowTrigger.TYPE)) {
            listen(row, trigger);
            return;
        }
        if (active && !disabled && Polls.runsOnWorkers(trigger.type())) {
            store.save(row.withDates(clock.instant(), row.lastAt(), row.updatedAt()));
            return;
        }
        if (!active || disabled || !Schedules.isSchedule(trigger.type())) {
            store.save(row);
            return;
        }
        try {
            var next =
                    flows.schedule(flow, trigger).plan(row.lastAt() == null ? null : since, since);
            store.save(
                    row.withDates(
                            next.map(date -> date.toInstant()).orElse(null),
                            row.lastAt(),
                            row.updatedAt()));
        } catch (InvalidTriggerException e) {
            store.save(row.withProblem(e.detail(), null, row.updatedAt()));
        }
    }

    /// States that triggers of the flow wait for and that aren't heard of always.
    Set<String> statesWaitedFor(FlowChanged change) {
        var source = change.event().equals("deleted") ? null : change.source();
        var key = new FlowKey(change.tenant(), change.namespace(), change.flowId());
        var flow = source == null ? null : parse(key, source);
        return flow == null ? Set.of() : statesWaitedFor(flow);
    }

    /// The same of all flows that are known.
    Set<String> statesWaitedFor() {
        var states = new TreeSet<String>();
        for (var source : heard.sourcesOfListeners(PASSING)) {
            try {
                states.addAll(statesWaitedFor(flows.parse(source)));
            } catch (IllegalArgumentException e) {
                log.atWarn().setCause(e).log("A flow is not understood; its triggers hear nothing");
            }
        }
        return states;
    }

    private Set<String> statesWaitedFor(Flow flow) {
        var states = new TreeSet<String>();
        for (var trigger : flow.triggers()) {
            if (trigger.type().equals(FlowTrigger.TYPE)) {
                try {
                    states.addAll(flowTriggers.read(trigger).states());
                } catch (IllegalArgumentException _) {
                    // its row says what is wrong with it
                }
            }
        }
        states.retainAll(PASSING);
        return states;
    }

    private @Nullable Instant nextLook(TriggerRow row, FlowTrigger read) {
        var miss = read.onMiss();
        return miss == null || !row.active() || row.disabled() ? null : miss.next(clock.instant());
    }

    /// When it is looked whether a trigger has missed its deadline; absent if it has none.
    @Nullable Instant nextLook(Trigger trigger, Instant after) {
        try {
            var miss = flowTriggers.read(trigger).onMiss();
            return miss == null ? null : miss.next(after);
        } catch (IllegalArgumentException _) {
            return null; // its row says what is wrong with it
        }
    }

    private void listen(TriggerRow row, Trigger trigger) {
        try {
            var read = flowTriggers.read(trigger);
            store.save(row.withDates(nextLook(row, read), row.lastAt(), row.updatedAt()));
            heard.listen(row.key(), read.upstreams());
        } catch (IllegalArgumentException e) {
            store.save(row.withProblem(String.valueOf(e.getMessage()), null, row.updatedAt()));
            heard.listen(row.key(), Set.of());
        }
    }
}
