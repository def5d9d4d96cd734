// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import io.millrace.contracts.FeedEvent;
import io.millrace.scheduler.trigger.TriggerRow.FlowKey;
import java.time.Clock;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/// Switches off triggers whose author said `stopAfter` such an end.
@Component
class ExecutionEnds {
    private final TriggerStore store;
    private final KnownFlows flows;
    private final Clock clock;

    ExecutionEnds(TriggerStore store, KnownFlows flows, Clock clock) {
        this.store = store;
        this.flows = flows;
        this.clock = clock;
    }

    @Transactional
    public void apply(FeedEvent event) {
        for (var change : event.changes()) {
            if (change.trigger() == null) {
                continue;
            }
            var key =
                    new TriggerRow.Key(
                            new FlowKey(event.tenant(), event.namespace(), change.flowId()),
                            change.trigger().id());
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
    }
}
