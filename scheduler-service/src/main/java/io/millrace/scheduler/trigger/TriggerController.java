// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import io.millrace.platform.access.Access;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Permission;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.Csv;
import io.millrace.platform.web.CursorResults;
import io.millrace.platform.web.CursorResults.Place;
import io.millrace.platform.web.Paging;
import io.millrace.scheduler.schedule.TickRequests;
import io.millrace.scheduler.trigger.TriggerRow.FlowKey;
import io.swagger.v3.oas.annotations.Operation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// Triggers, in Kestra's shapes.
@RestController
@RequestMapping("/api/v1/{tenant}/triggers")
class TriggerController {
    private static final int MOST_EXPORTED = 100_000;
    private static final Map<String, String> SORTABLE =
            Map.of(
                    "namespace", "namespace",
                    "flowId", "flow_id",
                    "triggerId", "trigger_id",
                    "date", "last_at",
                    "nextExecutionDate", "next_at",
                    "disabled", "disabled",
                    "updatedDate", "updated_at");

    private final Triggers triggers;
    private final Backfills backfills;
    private final TriggerChanges changes;
    private final Access access;

    TriggerController(
            Triggers triggers, Backfills backfills, TriggerChanges changes, Access access) {
        this.triggers = triggers;
        this.backfills = backfills;
        this.changes = changes;
        this.access = access;
    }

    /// @param abstractTrigger as in the flow
    /// @param trigger the same, by its newer name
    /// @param state what `triggerContext` is, by its newer name
    record TriggerWithState(
            @Nullable Map<String, @Nullable Object> abstractTrigger,
            @Nullable Map<String, @Nullable Object> trigger,
            TriggerState triggerContext,
            TriggerState state) {}

    /// @param cursor of the page before, in place of a page's number
    @GetMapping("/search")
    CursorResults<TriggerWithState> search(
            @PathVariable String tenant,
            TriggerQuery query,
            Paging paging,
            @RequestParam(required = false) @Nullable String cursor) {
        var found = list(filter(query), paging, cursor);
        var backfills = backfills(found);
        return new CursorResults<>(
                found.triggers().stream()
                        .map(view -> withState(view, state(view, backfills)))
                        .toList(),
                found.total(),
                cursorAfter(found, paging));
    }

    private Triggers.Listed list(
            TriggerStore.Filter filter, Paging paging, @Nullable String cursor) {
        return triggers.list(
                filter,
                TriggerStore.Page.of(paging),
                paging.orderBy(SORTABLE, TriggerStore.IN_ORDER),
                Place.parse(cursor, 3, paging));
    }

    private static @Nullable String cursorAfter(Triggers.Listed found, Paging paging) {
        if (found.triggers().size() < paging.size() || !paging.sort().isEmpty()) {
            return null;
        }
        var last = found.triggers().getLast().row().key();
        return Place.of(last.flow().namespace(), last.flow().flowId(), last.triggerId()).toString();
    }

    private static TriggerWithState withState(Triggers.TriggerView view, TriggerState state) {
        var document = view.triggered().map(TriggerState::document).orElse(null);
        return new TriggerWithState(document, document, state, state);
    }

    /// The unfinished ones of a page.
    private Map<TriggerRow.Key, Backfills.Standing> backfills(Triggers.Listed page) {
        return backfills.active(page.triggers().stream().map(v -> v.row().key()).toList());
    }

    /// All that a filter finds, as rows with a header.
    @Operation(summary = "Export triggers as CSV")
    @GetMapping(path = "/export/by-query/csv", produces = "text/csv")
    String export(@PathVariable String tenant, TriggerQuery query) {
        var csv =
                new StringBuilder(
                        "namespace,flowId,triggerId,type,disabled,lastTriggeredDate,"
                                + "nextEvaluationDate,problem\r\n");
        for (var row : triggers.rows(filter(query), MOST_EXPORTED)) {
            csv.append(
                    Csv.line(
                            row.key().flow().namespace(),
                            row.key().flow().flowId(),
                            row.key().triggerId(),
                            row.type(),
                            row.disabled(),
                            row.lastAt(),
                            row.nextAt(),
                            row.problem()));
        }
        return csv.toString();
    }

    private TriggerStore.Filter filter(TriggerQuery query) {
        return new TriggerStore.Filter(
                Caller.current().tenant(),
                access.scope(Permission.TRIGGER_READ),
                query.text(),
                query.namespace(),
                query.flowId(),
                query.more());
    }

    private TriggerState state(Triggers.TriggerView view) {
        return TriggerState.of(view.row(), view.triggered(), backfills.active(view.row().key()));
    }

    private static TriggerState state(
            Triggers.TriggerView view, Map<TriggerRow.Key, Backfills.Standing> backfills) {
        return TriggerState.of(
                view.row(), view.triggered(), Optional.ofNullable(backfills.get(view.row().key())));
    }

    /// @param cursor of the page before, in place of a page's number
    @GetMapping("/{namespace}/{flowId}")
    CursorResults<TriggerState> ofFlow(
            @PathVariable String tenant,
            @PathVariable String namespace,
            @PathVariable String flowId,
            TriggerQuery query,
            Paging paging,
            @RequestParam(required = false) @Nullable String cursor) {
        access.require(Permission.TRIGGER_READ, namespace);
        var found =
                list(
                        new TriggerStore.Filter(
                                Caller.current().tenant(),
                                access.scope(Permission.TRIGGER_READ),
                                query.text(),
                                namespace,
                                flowId,
                                query.more().in(namespace)),
                        paging,
                        cursor);
        var backfills = backfills(found);
        return new CursorResults<>(
                found.triggers().stream().map(view -> state(view, backfills)).toList(),
                found.total(),
                cursorAfter(found, paging));
    }

    @GetMapping("/{namespace}/{flowId}/{triggerId}")
    TriggerWithState get(
            @PathVariable String tenant,
            @PathVariable String namespace,
            @PathVariable String flowId,
            @PathVariable String triggerId) {
        access.require(Permission.TRIGGER_READ, namespace);
        var key = key(namespace, flowId, triggerId);
        var view = triggers.find(key).orElseThrow(() -> TriggerChanges.notFound(key));
        return withState(view, state(view));
    }

    /// The dates to come of a schedule.
    @GetMapping("/{namespace}/{flowId}/{triggerId}/next")
    List<String> next(
            @PathVariable String tenant,
            @PathVariable String namespace,
            @PathVariable String flowId,
            @PathVariable String triggerId,
            @RequestParam(defaultValue = "10") int count) {
        access.require(Permission.TRIGGER_READ, namespace);
        if (count < 1 || count > 1_000) {
            throw new ServiceException.Invalid("count", "Expected 1 to 1000 dates");
        }
        return triggers.nextDates(key(namespace, flowId, triggerId), count).stream()
                .map(TickRequests::text)
                .toList();
    }

    /// Switches a trigger on or off; a `backfill` that it has not begun yet begins.
    @PutMapping({"", "/"})
    TriggerState update(
            @PathVariable String tenant, @RequestBody TriggerChanges.TriggerUpdate update) {
        var key = update.key();
        access.require(Permission.TRIGGER_UPDATE, key.flow().namespace());
        changes.update(key, update);
        return read(key);
    }

    private TriggerState read(TriggerRow.Key key) {
        return state(triggers.find(key).orElseThrow(() -> TriggerChanges.notFound(key)));
    }

    @DeleteMapping("/{namespace}/{flowId}/{triggerId}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(
            @PathVariable String tenant,
            @PathVariable String namespace,
            @PathVariable String flowId,
            @PathVariable String triggerId) {
        access.require(Permission.TRIGGER_UPDATE, namespace);
        changes.delete(key(namespace, flowId, triggerId));
    }

    /// Triggers are never locked: this tells how it stands.
    @PostMapping("/{namespace}/{flowId}/{triggerId}/unlock")
    TriggerState unlock(
            @PathVariable String tenant,
            @PathVariable String namespace,
            @PathVariable String flowId,
            @PathVariable String triggerId) {
        return restart(tenant, namespace, flowId, triggerId);
    }

    /// Lets a trigger look again at once.
    @PostMapping("/{namespace}/{flowId}/{triggerId}/restart")
    TriggerState restart(
            @PathVariable String tenant,
            @PathVariable String namespace,
            @PathVariable String flowId,
            @PathVariable String triggerId) {
        access.require(Permission.TRIGGER_UPDATE, namespace);
        var key = key(namespace, flowId, triggerId);
        changes.restart(key);
        return read(key);
    }

    // ---- backfills

    @PutMapping("/backfill/pause")
    TriggerState pause(
            @PathVariable String tenant, @RequestBody TriggerChanges.TriggerUpdate trigger) {
        return backfill(trigger.key(), TriggerChanges.Action.PAUSE);
    }

    @PutMapping("/backfill/unpause")
    TriggerState unpause(
            @PathVariable String tenant, @RequestBody TriggerChanges.TriggerUpdate trigger) {
        return backfill(trigger.key(), TriggerChanges.Action.UNPAUSE);
    }

    @PostMapping("/backfill/delete")
    TriggerState cancel(
            @PathVariable String tenant, @RequestBody TriggerChanges.TriggerUpdate trigger) {
        return backfill(trigger.key(), TriggerChanges.Action.CANCEL);
    }

    private TriggerState backfill(TriggerRow.Key key, TriggerChanges.Action action) {
        access.require(Permission.TRIGGER_UPDATE, key.flow().namespace());
        if (!changes.apply(key, action)) {
            throw new ServiceException.NotFound(
                    "Not Found: a backfill of trigger '%s'".formatted(key.triggerId()));
        }
        return read(key);
    }

    /// The backfills of a trigger, the latest first.
    @GetMapping("/{namespace}/{flowId}/{triggerId}/backfills")
    List<TriggerState.BackfillState> backfills(
            @PathVariable String tenant,
            @PathVariable String namespace,
            @PathVariable String flowId,
            @PathVariable String triggerId) {
        access.require(Permission.TRIGGER_READ, namespace);
        return backfills.of(key(namespace, flowId, triggerId)).stream()
                .map(standing -> TriggerState.BackfillState.of(standing, null))
                .toList();
    }

    /// The dates of a backfill, each with its execution and how that stands.
    ///
    /// @param state `PENDING`, `RUNNING`, `EXISTS`, `CANCELLED`, or that of an execution's end
    /// @param cursor of the page before, in place of a page's number
    @GetMapping("/{namespace}/{flowId}/{triggerId}/backfills/{backfillId}/dates")
    CursorResults<Backfill.Date> dates(
            @PathVariable String tenant,
            @PathVariable String namespace,
            @PathVariable String flowId,
            @PathVariable String triggerId,
            @PathVariable String backfillId,
            @RequestParam(defaultValue = "") String state,
            Paging paging,
            @RequestParam(required = false) @Nullable String cursor) {
        access.require(Permission.TRIGGER_READ, namespace);
        var standing =
                backfills
                        .find(key(namespace, flowId, triggerId), backfillId)
                        .orElseThrow(() ->
                                new ServiceException.NotFound("Not Found: backfill " + backfillId));
        var after = Place.parse(cursor, 1, paging);
        var dates =
                backfills.dates(
                        standing.backfill(),
                        state,
                        after == null ? null : after.instant(0),
                        after == null
                                ? TriggerStore.Page.of(paging)
                                : new TriggerStore.Page(0, paging.size()));
        return CursorResults.of(
                dates,
                state.isEmpty()
                        ? standing.progress().total()
                        : standing.progress().states().getOrDefault(state, 0L),
                paging,
                date -> Place.of(date.date().toString()));
    }

    private static TriggerRow.Key key(String namespace, String flowId, String triggerId) {
        return new TriggerRow.Key(
                new FlowKey(Caller.current().tenant(), namespace, flowId), triggerId);
    }
}
