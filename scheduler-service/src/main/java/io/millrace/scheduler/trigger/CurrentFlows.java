// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import io.millrace.model.Flow;
import io.millrace.model.Trigger;
import io.millrace.scheduler.trigger.TriggerRow.FlowKey;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/// Flows with triggers as they are at this moment.
@Component
public class CurrentFlows {
    private final FlowSync sync;
    private final KnownFlows flows;
    private final TriggerStore store;
    private final Clock clock;

    CurrentFlows(FlowSync sync, KnownFlows flows, TriggerStore store, Clock clock) {
        this.sync = sync;
        this.flows = flows;
        this.store = store;
        this.clock = clock;
    }

    /// @param triggers those that nobody has switched off
    public record Found(
            String tenant,
            String namespace,
            String flowId,
            int revision,
            Flow flow,
            List<Trigger> triggers) {

        /// What makes the executions of a trigger its own.
        public String seed(Trigger trigger) {
            return key(trigger).seed();
        }

        TriggerRow.Key key(Trigger trigger) {
            return new TriggerRow.Key(new FlowKey(tenant, namespace, flowId), trigger.id());
        }
    }

    /// The flow, if it is there, not disabled, and has triggers.
    ///
    /// @throws io.millrace.platform.problem.ServiceException.Unavailable if that can't be told
    public Optional<Found> find(String tenant, String namespace, String flowId) {
        sync.catchUpUnlessJustDone();
        var key = new FlowKey(tenant, namespace, flowId);
        var stored = store.flow(key).orElse(null);
        if (stored == null || stored.deleted()) {
            // it may be new
            sync.catchUp();
            stored = store.flow(key).orElse(null);
        }
        if (stored == null || stored.deleted() || stored.source() == null) {
            return Optional.empty();
        }
        var flow = flows.parse(stored.source());
        if (flow.disabled()) {
            return Optional.empty();
        }
        var off = store.disabledOf(key).stream().collect(Collectors.toSet());
        var triggers =
                flow.triggers().stream()
                        .filter(trigger -> !trigger.disabled() && !off.contains(trigger.id()))
                        .toList();
        return Optional.of(new Found(tenant, namespace, flowId, stored.revision(), flow, triggers));
    }

    /// Notes for the author why a trigger can't do its work.
    @Transactional
    public void complain(Found found, Trigger trigger, String problem) {
        store.complain(found.key(trigger), problem, clock.instant());
    }
}
