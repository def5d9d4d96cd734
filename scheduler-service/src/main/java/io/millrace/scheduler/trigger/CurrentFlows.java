// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import io.millrace.model.Flow;
import io.millrace.model.Trigger;
import io.millrace.scheduler.trigger.TriggerRow.FlowKey;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/// Flows with triggers as they are at this moment.
@Component
public class CurrentFlows {
    private final FlowSync sync;
    private final KnownFlows flows;
    private final TriggerStore store;
    private final Clock clock;
    private final SharedLookups<FlowKey, Stored> lookups;

    CurrentFlows(FlowSync sync, KnownFlows flows, TriggerStore store, Clock clock) {
        this.sync = sync;
        this.flows = flows;
        this.store = store;
        this.clock = clock;
        this.lookups =
                new SharedLookups<>(
                        key -> new Stored(store.flow(key), Set.copyOf(store.disabledOf(key))));
    }

    /// @param off triggers that somebody has switched off
    private record Stored(Optional<TriggerStore.StoredFlow> flow, Set<String> off) {
        boolean isThere() {
            return flow.filter(found -> !found.deleted() && found.source() != null).isPresent();
        }
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
        var stored = lookups.get(key);
        if (!stored.isThere()) {
            // it may be new
            sync.catchUp();
            stored = lookups.get(key);
        }
        var found = stored.flow().orElse(null);
        if (found == null || found.deleted() || found.source() == null) {
            return Optional.empty();
        }
        var flow = flows.parse(found.source());
        if (flow.disabled()) {
            return Optional.empty();
        }
        var off = stored.off();
        var triggers =
                flow.triggers().stream()
                        .filter(trigger -> !trigger.disabled() && !off.contains(trigger.id()))
                        .toList();
        return Optional.of(new Found(tenant, namespace, flowId, found.revision(), flow, triggers));
    }

    /// Notes for the author why a trigger can't do its work.
    @Transactional
    public void complain(Found found, Trigger trigger, String problem) {
        store.complain(found.key(trigger), problem, clock.instant());
    }
}
