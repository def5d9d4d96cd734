// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import io.millrace.platform.access.NamespaceScope;
import io.millrace.scheduler.schedule.InvalidTriggerException;
import io.millrace.scheduler.schedule.Schedules;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/// What users see and change of triggers.
@Service
class Triggers {
    private final TriggerStore store;
    private final KnownFlows flows;
    private final Clock clock;

    Triggers(TriggerStore store, KnownFlows flows, Clock clock) {
        this.store = store;
        this.flows = flows;
        this.clock = clock;
    }

    /// A trigger with what its flow says of it, if the flow is known.
    record TriggerView(TriggerRow row, Optional<KnownFlows.Triggered> triggered) {}

    record Listed(List<TriggerView> triggers, long total) {}

    @Transactional(readOnly = true)
    public Listed list(
            String tenant,
            NamespaceScope scope,
            String text,
            String namespace,
            String flowId,
            TriggerStore.Page page) {
        var filter = new TriggerStore.Filter(tenant, scope, text, namespace, flowId);
        var rows =
                store.list(filter, page).stream()
                        .map(row -> new TriggerView(row, flows.find(row.key())))
                        .toList();
        return new Listed(rows, store.count(filter));
    }

    /// Switches a trigger off, or on again: then it goes on with the next date.
    @Transactional
    public Optional<TriggerRow> setDisabled(TriggerRow.Key key, boolean disabled) {
        return store.lock(key)
                .map(row -> {
                    if (row.disabled() == disabled) {
                        return row;
                    }
                    var now = clock.instant();
                    var next = disabled || !row.active() ? null : nextDate(row, now);
                    var changed = row.withDisabled(disabled, next, now);
                    store.save(changed);
                    return changed;
                });
    }

    private @Nullable Instant nextDate(TriggerRow row, Instant now) {
        if (!Schedules.isSchedule(row.type())) {
            return null;
        }
        try {
            return flows.find(row.key())
                    .flatMap(found -> flows.schedule(found.flow(), found.trigger()).next(now))
                    .map(date -> date.toInstant())
                    .orElse(null);
        } catch (InvalidTriggerException _) {
            return null;
        }
    }

    @Transactional
    public boolean delete(TriggerRow.Key key) {
        return store.delete(key);
    }
}
