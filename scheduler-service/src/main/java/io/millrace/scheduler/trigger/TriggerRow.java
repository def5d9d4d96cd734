// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/// A trigger as it is stored.
///
/// @param fingerprint differs when the flow's author changed the trigger
/// @param active whether the flow's source wants it to run
/// @param disabled whether somebody switched it off
/// @param nextAt the next date to fire, if there is one
/// @param lastAt the last date that fired
/// @param problem why it can't fire
/// @param since from when on it hears other executions, or absent for always
record TriggerRow(
        Key key,
        String type,
        String fingerprint,
        boolean active,
        boolean disabled,
        @Nullable Instant nextAt,
        @Nullable Instant lastAt,
        @Nullable String problem,
        Instant updatedAt,
        @Nullable Instant since) {

    record FlowKey(String tenant, String namespace, String flowId) {}

    record Key(FlowKey flow, String triggerId) {
        /// In which rows are locked.
        static final Comparator<Key> IN_ORDER =
                Comparator.comparing((Key key) -> key.flow().tenant())
                        .thenComparing(key -> key.flow().namespace())
                        .thenComparing(key -> key.flow().flowId())
                        .thenComparing(Key::triggerId);

        /// What makes the executions of this trigger its own; the parts can't hold a NUL.
        String seed() {
            return String.join(
                    "\0", "trigger", flow.tenant(), flow.namespace(), flow.flowId(), triggerId);
        }
    }

    TriggerRow withDates(@Nullable Instant nextAt, @Nullable Instant lastAt, Instant now) {
        return new TriggerRow(
                key, type, fingerprint, active, disabled, nextAt, lastAt, null, now, since);
    }

    TriggerRow withProblem(String problem, @Nullable Instant nextAt, Instant now) {
        return new TriggerRow(
                key, type, fingerprint, active, disabled, nextAt, lastAt, problem, now, since);
    }

    TriggerRow withDisabled(boolean disabled, @Nullable Instant nextAt, Instant now) {
        return new TriggerRow(
                key,
                type,
                fingerprint,
                active,
                disabled,
                nextAt,
                lastAt,
                problem,
                now,
                disabled ? since : now);
    }
}
