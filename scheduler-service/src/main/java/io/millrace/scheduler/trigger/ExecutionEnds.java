// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import io.millrace.contracts.FeedEvent;
import io.millrace.scheduler.trigger.TriggerRow.FlowKey;
import java.time.Clock;
import java.util.Set;
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

    @Transactional
    public Woken apply(FeedEvent event) {
        if (!ENDS.contains(event.state())) {
            return new Woken(false, false);
        }
        boolean released = false;
        boolean moved = false;
        for (var change : event.changes()) {
            if (change.trigger() == null) {
                continue;
            }
            var key =
                    new TriggerRow.Key(
                            new FlowKey(event.tenant(), event.namespace(), change.flowId()),
                            change.trigger().id());
            released |= store.release(key);
            if (change.labels().stream().anyMatch(l -> l.key().equals(Backfill.LABEL))) {
                moved |= backfills.ended(change.executionId(), event.state());
            }
            boolean stops =
                    flows.find(key)
                            .map(found -> found.trigger().stopAfter().contains(event.state()))
                            .orElse(false);
            if (stops) {
                store.lock(key)
                        .filter(row -> !row.disabled())
                        .ifPresent(
                                row -> store.save(row.withDisabled(true, null, clock.instant())));
            }
        }
        return new Woken(released, moved);
    }
}
