// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import io.millrace.model.Durations;
import io.millrace.platform.access.Caller;
import io.millrace.platform.problem.ServiceException;
import io.millrace.scheduler.trigger.TriggerRow.FlowKey;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/// What users do to triggers, one or many at a time.
@Service
class TriggerChanges {
    private static final int MOST_CONCURRENT = 1_000;

    private final Triggers triggers;
    private final Backfills backfills;
    private final SchedulerLoop schedules;
    private final BackfillLoop backfillLoop;

    TriggerChanges(
            Triggers triggers,
            Backfills backfills,
            SchedulerLoop schedules,
            BackfillLoop backfillLoop) {
        this.triggers = triggers;
        this.backfills = backfills;
        this.schedules = schedules;
        this.backfillLoop = backfillLoop;
    }

    enum Action {
        ENABLE,
        DISABLE,
        UNLOCK,
        RESTART,
        DELETE,
        PAUSE,
        UNPAUSE,
        CANCEL
    }

    /// @param start the first date that is made up for
    /// @param end the last; absent for now
    /// @param onlyMissing dates with an execution that didn't fail are left out
    /// @param concurrency how many of its executions run at once; 1 if absent
    record BackfillRequest(
            @Nullable String id,
            @Nullable String start,
            @Nullable String end,
            @Nullable Map<String, @Nullable Object> inputs,
            @Nullable Object labels,
            @Nullable Boolean paused,
            @Nullable Boolean onlyMissing,
            @Nullable Integer concurrency) {}

    /// A trigger as the API gives it; what isn't named here can't be changed.
    record TriggerUpdate(
            @Nullable String namespace,
            @Nullable String flowId,
            @Nullable String triggerId,
            @Nullable Boolean disabled,
            @Nullable BackfillRequest backfill) {

        /// @throws ServiceException.Invalid if it isn't named
        TriggerRow.Key key() {
            if (namespace == null || flowId == null || triggerId == null) {
                throw new ServiceException.Invalid(
                        "triggerId", "Expected namespace, flowId and triggerId");
            }
            return new TriggerRow.Key(
                    new FlowKey(Caller.current().tenant(), namespace, flowId), triggerId);
        }
    }

    static ServiceException.NotFound notFound(TriggerRow.Key key) {
        return new ServiceException.NotFound(
                "Not Found: trigger '%s' of flow '%s' in namespace '%s'"
                        .formatted(key.triggerId(), key.flow().flowId(), key.flow().namespace()));
    }

    void update(TriggerRow.Key key, TriggerUpdate update) {
        if (update.disabled() != null) {
            var _ = triggers.setDisabled(key, update.disabled()).orElseThrow(() -> notFound(key));
            schedules.wake();
        } else if (triggers.find(key).isEmpty()) {
            throw notFound(key);
        }
        var backfill = update.backfill();
        // what the API gave comes back with its id
        if (backfill != null && backfill.id() == null) {
            begin(key, backfill);
        }
    }

    private void begin(TriggerRow.Key key, BackfillRequest request) {
        int concurrency = Objects.requireNonNullElse(request.concurrency(), 1);
        if (concurrency < 1 || concurrency > MOST_CONCURRENT) {
            throw new ServiceException.Invalid(
                    "backfill.concurrency", "Expected 1 to " + MOST_CONCURRENT);
        }
        backfills.create(
                key,
                new Backfills.Wanted(
                        instant("backfill.start", request.start()),
                        request.end() == null ? null : instant("backfill.end", request.end()),
                        Objects.requireNonNullElse(request.inputs(), Map.of()),
                        labels(request.labels()),
                        Boolean.TRUE.equals(request.onlyMissing()),
                        concurrency,
                        Boolean.TRUE.equals(request.paused()),
                        Caller.current().subject()));
        backfillLoop.wake();
    }

    private static Instant instant(String field, @Nullable String text) {
        try {
            return Durations.checked(OffsetDateTime.parse(text == null ? "" : text).toInstant());
        } catch (DateTimeException _) {
            throw new ServiceException.Invalid(
                    field,
                    "Expected a date of ISO 8601 with an offset, from 1970 to 9999, in " + field);
        }
    }

    private static List<Backfill.Label> labels(@Nullable Object written) {
        var labels = new ArrayList<Backfill.Label>();
        switch (written) {
            case Map<?, ?> map ->
                    map.forEach((k, v) ->
                            labels.add(new Backfill.Label(String.valueOf(k), String.valueOf(v))));
            case List<?> list -> {
                for (var element : list) {
                    if (element instanceof Map<?, ?> label) {
                        labels.add(
                                new Backfill.Label(
                                        String.valueOf(label.get("key")),
                                        String.valueOf(label.get("value"))));
                    }
                }
            }
            case null -> {}
            default ->
                    throw new ServiceException.Invalid(
                            "backfill.labels", "Expected labels as a map or a list");
        }
        if (labels.stream().anyMatch(l -> l.key().startsWith("system."))) {
            throw new ServiceException.Invalid(
                    "backfill.labels", "System labels can't be set by users");
        }
        return labels;
    }

    void delete(TriggerRow.Key key) {
        if (!apply(key, Action.DELETE)) {
            throw notFound(key);
        }
    }

    void restart(TriggerRow.Key key) {
        if (!apply(key, Action.RESTART)) {
            throw notFound(key);
        }
    }

    /// @return whether there was something to do it to
    boolean apply(TriggerRow.Key key, Action action) {
        boolean done =
                switch (action) {
                    case ENABLE -> triggers.setDisabled(key, false).isPresent();
                    case DISABLE -> triggers.setDisabled(key, true).isPresent();
                    case UNLOCK, RESTART -> triggers.restart(key).isPresent();
                    case DELETE -> triggers.delete(key);
                    case PAUSE -> backfills.pause(key, true);
                    case UNPAUSE -> backfills.pause(key, false);
                    case CANCEL -> backfills.cancel(key);
                };
        schedules.wake();
        backfillLoop.wake();
        return done;
    }
}
