// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The state of a trigger in Kestra's shape.
///
/// @param date the last date that fired; `lastTriggeredDate` in newer clients
/// @param nextExecutionDate the next date; `nextEvaluationDate` in newer clients
/// @param locked never: whether an execution runs is asked, not noted
/// @param problem why it can't fire
@JsonInclude(JsonInclude.Include.NON_NULL)
record TriggerState(
        String tenantId,
        String namespace,
        String flowId,
        String triggerId,
        @Nullable Instant date,
        @Nullable Instant nextExecutionDate,
        @Nullable Instant lastTriggeredDate,
        @Nullable Instant nextEvaluationDate,
        boolean locked,
        boolean disabled,
        List<String> stopAfter,
        @Nullable BackfillState backfill,
        Instant updatedDate,
        Instant updatedAt,
        @Nullable String problem) {

    static TriggerState of(
            TriggerRow row,
            Optional<KnownFlows.Triggered> triggered,
            Optional<Backfills.Standing> backfill) {
        var key = row.key();
        return new TriggerState(
                key.flow().tenant(),
                key.flow().namespace(),
                key.flow().flowId(),
                key.triggerId(),
                row.lastAt(),
                row.nextAt(),
                row.lastAt(),
                row.nextAt(),
                false,
                row.disabled(),
                triggered.map(found -> found.trigger().stopAfter()).orElse(List.of()),
                backfill.map(standing -> BackfillState.of(standing, row.nextAt())).orElse(null),
                row.updatedAt(),
                row.updatedAt(),
                row.problem());
    }

    /// A backfill and its progress.
    ///
    /// @param currentDate the first date that isn't done
    /// @param previousNextExecutionDate when the trigger fires next, which a backfill doesn't
    ///   change; only where the trigger's state is shown
    /// @param states how many of its dates are in each state
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record BackfillState(
            String id,
            Instant start,
            Instant end,
            @Nullable Instant currentDate,
            @Nullable Instant previousNextExecutionDate,
            boolean paused,
            Map<String, @Nullable Object> inputs,
            List<Backfill.Label> labels,
            int concurrency,
            long total,
            long done,
            Map<String, Long> states,
            Instant createdDate,
            String createdBy,
            @Nullable Instant endedDate) {

        static BackfillState of(Backfills.Standing standing, @Nullable Instant next) {
            var backfill = standing.backfill();
            return new BackfillState(
                    backfill.id(),
                    backfill.start(),
                    backfill.end(),
                    standing.progress().current(),
                    next,
                    backfill.paused(),
                    backfill.inputs(),
                    backfill.labels(),
                    backfill.concurrency(),
                    standing.progress().total(),
                    standing.progress().done(),
                    standing.progress().states(),
                    backfill.createdAt(),
                    backfill.createdBy(),
                    backfill.endedAt());
        }
    }

    /// A trigger as in its flow.
    static Map<String, @Nullable Object> document(KnownFlows.Triggered triggered) {
        var trigger = triggered.trigger();
        var document = new LinkedHashMap<String, @Nullable Object>();
        document.put("id", trigger.id());
        document.put("type", trigger.type());
        document.put("description", trigger.description());
        document.put("disabled", trigger.disabled());
        document.putAll(trigger.properties());
        document.put("conditions", trigger.conditions());
        document.put("when", trigger.when());
        document.put("inputs", trigger.inputs());
        document.put("labels", trigger.labels());
        document.put("stopAfter", trigger.stopAfter());
        document.values().removeIf(value -> value == null);
        return document;
    }
}
