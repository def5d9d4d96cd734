// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import io.millrace.contracts.FeedEvent;
import io.millrace.scheduler.trigger.TriggerRow.FlowKey;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/// What the end of an execution means to the trigger that started it: it may fire again, goes on
/// with a backfill, or is switched off because its author said `stopAfter` such an end.
@Component
class ExecutionEnds {
    private final TriggerStore store;
    private final BackfillStore backfills;
    private final KnownFlows flows;
    private final Clock clock;

    ExecutionEnds(TriggerStore store, BackfillStore backfills, KnownFlows flows, Clock clock) {
        this.store = store;
        this.backfills = backfills;
        this.flows = flows;
        this.clock = clock;
    }

    private static final Set<String> ENDS =
            Set.of("SUCCESS", "WARNING", "FAILED", "KILLED", "CANCELLED");

    /// What it woke.
    record Woken(boolean schedules, boolean backfills) {}

    /// All of a batch in a few round trips, however many executions it has.
    @Transactional
    public Woken apply(List<FeedEvent> events) {
        var ended = new TreeMap<TriggerRow.Key, Set<String>>(TriggerRow.Key.IN_ORDER);
        boolean moved = false;
        for (var event : events) {
            if (!ENDS.contains(event.state())) {
                continue;
            }
            for (var change : event.changes()) {
                if (change.trigger() == null) {
                    continue;
                }
                var key =
                        new TriggerRow.Key(
                                new FlowKey(event.tenant(), event.namespace(), change.flowId()),
                                change.trigger().id());
                ended.computeIfAbsent(key, _ -> new HashSet<>()).add(event.state());
                if (change.labels().stream().anyMatch(l -> l.key().equals(Backfill.LABEL))) {
                    moved |= backfills.ended(change.executionId(), event.state());
                }
            }
        }
        if (ended.isEmpty()) {
            return new Woken(false, moved);
        }
        boolean released = store.release(ended.keySet());
        flows.findAll(ended.keySet()).entrySet().stream()
                .filter(found -> {
                    var stopAfter = found.getValue().trigger().stopAfter();
                    var states = Objects.requireNonNull(ended.get(found.getKey()));
                    return states.stream().anyMatch(stopAfter::contains);
                })
                .map(Map.Entry::getKey)
                .sorted(TriggerRow.Key.IN_ORDER)
                .forEach(this::switchOff);
        return new Woken(released, moved);
    }

    private void switchOff(TriggerRow.Key key) {
        store.lock(key)
                .filter(row -> !row.disabled())
                .ifPresent(row -> store.save(row.withDisabled(true, null, clock.instant())));
    }
}
