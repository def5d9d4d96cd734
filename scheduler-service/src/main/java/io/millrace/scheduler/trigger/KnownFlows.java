// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.millrace.model.Flow;
import io.millrace.model.Trigger;
import io.millrace.model.yaml.FlowParser;
import io.millrace.scheduler.schedule.Schedule;
import io.millrace.scheduler.schedule.Schedules;
import io.millrace.scheduler.trigger.TriggerRow.FlowKey;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/// Flows with triggers, parsed once.
@Component
class KnownFlows {
    private final TriggerStore store;
    private final FlowParser parser;
    private final Schedules schedules;
    private final Cache<String, Flow> bySource = Caffeine.newBuilder().maximumSize(5_000).build();

    KnownFlows(TriggerStore store, FlowParser parser, Schedules schedules) {
        this.store = store;
        this.parser = parser;
        this.schedules = schedules;
    }

    /// A trigger with its flow at the newest revision that was seen.
    record Triggered(Flow flow, int revision, Trigger trigger) {}

    /// @throws IllegalArgumentException if the source is no flow
    Flow parse(String source) {
        return bySource.get(source, text -> parser.parse(text).orThrow());
    }

    /// The trigger, if the flow is there and has it.
    Optional<Triggered> find(TriggerRow.Key key) {
        var stored = store.flow(key.flow()).orElse(null);
        if (stored == null || stored.deleted() || stored.source() == null) {
            return Optional.empty();
        }
        var flow = parse(stored.source());
        return flow.triggers().stream()
                .filter(trigger -> trigger.id().equals(key.triggerId()))
                .findFirst()
                .map(trigger -> new Triggered(flow, stored.revision(), trigger));
    }

    /// The triggers that are there, in one round trip.
    Map<TriggerRow.Key, Triggered> findAll(Collection<TriggerRow.Key> keys) {
        var flows = new HashSet<FlowKey>();
        keys.forEach(key -> flows.add(key.flow()));
        var stored = store.flows(flows);
        var found = new HashMap<TriggerRow.Key, Triggered>();
        for (var key : keys) {
            var of = stored.get(key.flow());
            if (of == null || of.deleted() || of.source() == null) {
                continue;
            }
            var flow = parse(of.source());
            for (var trigger : flow.triggers()) {
                if (trigger.id().equals(key.triggerId())) {
                    found.put(key, new Triggered(flow, of.revision(), trigger));
                }
            }
        }
        return found;
    }

    /// @throws io.millrace.scheduler.schedule.InvalidTriggerException if it is no schedule
    Schedule schedule(Flow flow, Trigger trigger) {
        return schedules.read(trigger, Schedules.seenOf(flow));
    }
}
