// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import io.millrace.platform.access.Access;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Permission;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.problem.Violation;
import io.millrace.scheduler.trigger.TriggerChanges.Action;
import io.millrace.scheduler.trigger.TriggerChanges.TriggerUpdate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Many triggers at once: those that are listed, or those that a query finds.
@RestController
@RequestMapping("/api/v1/{tenant}/triggers")
class BulkController {
    private static final Map<String, Action> ACTIONS =
            Map.of(
                    "unlock", Action.UNLOCK,
                    "restart", Action.RESTART,
                    "backfill-pause", Action.PAUSE,
                    "backfill-unpause", Action.UNPAUSE,
                    "backfill-delete", Action.CANCEL);

    private final Triggers triggers;
    private final TriggerChanges changes;
    private final Access access;
    private final Clock clock;

    BulkController(Triggers triggers, TriggerChanges changes, Access access, Clock clock) {
        this.triggers = triggers;
        this.changes = changes;
        this.access = access;
        this.clock = clock;
    }

    /// How many it was done to.
    ///
    /// @param operationId of the operation, which is done when this is answered
    record Count(int count, String operationId, int totalItems) {
        Count(int count) {
            this(count, UUID.randomUUID().toString(), count);
        }
    }

    /// Which triggers, in a body.
    record Query(@Nullable List<TriggerQuery.Filter> filters) {}

    record Toggle(@Nullable List<TriggerUpdate> triggers, @Nullable Boolean disabled) {}

    @PostMapping("/{action:unlock|restart}/by-triggers")
    Count byTriggers(
            @PathVariable String tenant,
            @PathVariable String action,
            @RequestBody List<TriggerUpdate> listed) {
        return apply(keys(listed), action(action));
    }

    @PostMapping("/{action:unlock|restart}/by-query")
    Count byQuery(@PathVariable String tenant, @PathVariable String action, TriggerQuery query) {
        return apply(keys(query), action(action));
    }

    @PostMapping("/backfill/{action:pause|unpause|delete}/by-triggers")
    Count backfillsByTriggers(
            @PathVariable String tenant,
            @PathVariable String action,
            @RequestBody List<TriggerUpdate> listed) {
        return apply(keys(listed), action("backfill-" + action));
    }

    @PostMapping("/backfill/{action:pause|unpause|delete}/by-query")
    Count backfillsByQuery(
            @PathVariable String tenant, @PathVariable String action, TriggerQuery query) {
        return apply(keys(query), action("backfill-" + action));
    }

    @PostMapping("/set-disabled/by-triggers")
    Count setDisabled(@PathVariable String tenant, @RequestBody Toggle toggle) {
        return apply(
                keys(toggle.triggers() == null ? List.of() : toggle.triggers()),
                Boolean.FALSE.equals(toggle.disabled()) ? Action.ENABLE : Action.DISABLE);
    }

    @PostMapping("/set-disabled/by-query")
    Count setDisabledByQuery(
            @PathVariable String tenant,
            @RequestParam(defaultValue = "true") boolean disabled,
            TriggerQuery query) {
        return apply(keys(query), disabled ? Action.DISABLE : Action.ENABLE);
    }

    @DeleteMapping("/delete/by-triggers")
    Count delete(@PathVariable String tenant, @RequestBody List<TriggerUpdate> listed) {
        return apply(keys(listed), Action.DELETE);
    }

    @DeleteMapping("/delete/by-query")
    Count deleteByQuery(
            @PathVariable String tenant,
            TriggerQuery query,
            @RequestBody(required = false) @Nullable Query body) {
        if (body == null || body.filters() == null) {
            return apply(keys(query), Action.DELETE);
        }
        return apply(keys(TriggerQuery.of(body.filters(), clock)), Action.DELETE);
    }

    private static Action action(String name) {
        var action = ACTIONS.get(name);
        if (action == null) {
            throw new ServiceException.NotFound("Not Found: " + name);
        }
        return action;
    }

    /// @throws ServiceException.Invalid naming those that aren't there
    private List<TriggerRow.Key> keys(List<TriggerUpdate> listed) {
        var keys = listed.stream().map(TriggerUpdate::key).toList();
        var missing = new ArrayList<Violation>();
        for (var key : keys) {
            access.require(Permission.TRIGGER_UPDATE, key.flow().namespace());
            if (triggers.find(key).isEmpty()) {
                missing.add(
                        Violation.of(
                                key.flow().namespace()
                                        + "."
                                        + key.flow().flowId()
                                        + "."
                                        + key.triggerId(),
                                "trigger not found"));
            }
        }
        if (!missing.isEmpty()) {
            throw new ServiceException.Invalid("invalid bulk action", missing);
        }
        return keys;
    }

    private List<TriggerRow.Key> keys(TriggerQuery query) {
        return triggers.keys(
                new TriggerStore.Filter(
                        Caller.current().tenant(),
                        access.scope(Permission.TRIGGER_UPDATE),
                        query.text(),
                        query.namespace(),
                        query.flowId(),
                        query.more()));
    }

    private Count apply(List<TriggerRow.Key> keys, Action action) {
        int count = 0;
        for (var key : keys) {
            if (changes.apply(key, action)) {
                count++;
            }
        }
        return new Count(count);
    }
}
