// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import io.millrace.model.Trigger;
import io.millrace.platform.access.Access;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Permission;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.PagedResults;
import io.millrace.scheduler.trigger.TriggerRow.FlowKey;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
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
    private final Triggers triggers;
    private final SchedulerLoop loop;
    private final Access access;

    TriggerController(Triggers triggers, SchedulerLoop loop, Access access) {
        this.triggers = triggers;
        this.loop = loop;
        this.access = access;
    }

    /// The state of a trigger.
    ///
    /// @param date the last date that fired
    /// @param problem why it can't fire
    record TriggerState(
            String tenantId,
            String namespace,
            String flowId,
            String triggerId,
            @Nullable Instant date,
            @Nullable Instant nextExecutionDate,
            boolean disabled,
            Instant updatedDate,
            @Nullable String problem) {
        static TriggerState of(TriggerRow row) {
            var key = row.key();
            return new TriggerState(
                    key.flow().tenant(),
                    key.flow().namespace(),
                    key.flow().flowId(),
                    key.triggerId(),
                    row.lastAt(),
                    row.nextAt(),
                    row.disabled(),
                    row.updatedAt(),
                    row.problem());
        }
    }

    /// @param abstractTrigger as in the flow
    record TriggerWithState(
            @Nullable Map<String, @Nullable Object> abstractTrigger, TriggerState triggerContext) {
        static TriggerWithState of(Triggers.TriggerView view) {
            return new TriggerWithState(
                    view.triggered().map(found -> document(found.trigger())).orElse(null),
                    TriggerState.of(view.row()));
        }

        private static Map<String, @Nullable Object> document(Trigger trigger) {
            var document = new LinkedHashMap<String, @Nullable Object>();
            document.put("id", trigger.id());
            document.put("type", trigger.type());
            document.put("description", trigger.description());
            document.put("disabled", trigger.disabled());
            document.putAll(trigger.properties());
            document.put("conditions", trigger.conditions());
            document.put("inputs", trigger.inputs());
            document.put("labels", trigger.labels());
            document.put("stopAfter", trigger.stopAfter());
            return document;
        }
    }

    /// @param disabled the only thing that can be changed
    record TriggerUpdate(
            @Nullable String namespace,
            @Nullable String flowId,
            @Nullable String triggerId,
            @Nullable Boolean disabled) {}

    @GetMapping("/search")
    PagedResults<TriggerWithState> search(
            @PathVariable String tenant,
            @RequestParam(defaultValue = "") String q,
            @RequestParam(defaultValue = "") String namespace,
            @RequestParam(defaultValue = "") String flowId,
            @RequestParam(defaultValue = "1") int page,
            @RequestParam(defaultValue = "10") int size) {
        var found =
                triggers.list(
                        tenant,
                        access.scope(Permission.TRIGGER_READ),
                        q,
                        namespace,
                        flowId,
                        page(page, size));
        return new PagedResults<>(
                found.triggers().stream().map(TriggerWithState::of).toList(), found.total());
    }

    @GetMapping("/{namespace}/{flowId}")
    PagedResults<TriggerState> ofFlow(
            @PathVariable String tenant,
            @PathVariable String namespace,
            @PathVariable String flowId,
            @RequestParam(defaultValue = "") String q,
            @RequestParam(defaultValue = "1") int page,
            @RequestParam(defaultValue = "10") int size) {
        access.require(Permission.TRIGGER_READ, namespace);
        var found =
                triggers.list(
                        tenant,
                        access.scope(Permission.TRIGGER_READ),
                        q,
                        namespace,
                        flowId,
                        page(page, size));
        return new PagedResults<>(
                found.triggers().stream()
                        .map(Triggers.TriggerView::row)
                        .filter(row -> row.key().flow().namespace().equals(namespace))
                        .map(TriggerState::of)
                        .toList(),
                found.total());
    }

    @PutMapping({"", "/"})
    TriggerState update(@PathVariable String tenant, @RequestBody TriggerUpdate update) {
        if (update.namespace() == null || update.flowId() == null || update.triggerId() == null) {
            throw new ServiceException.Invalid(
                    "triggerId", "Expected namespace, flowId and triggerId");
        }
        access.require(Permission.TRIGGER_UPDATE, update.namespace());
        var key = key(update.namespace(), update.flowId(), update.triggerId());
        var changed =
                triggers.setDisabled(key, Boolean.TRUE.equals(update.disabled()))
                        .orElseThrow(() -> notFound(key));
        loop.wake();
        return TriggerState.of(changed);
    }

    @DeleteMapping("/{namespace}/{flowId}/{triggerId}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(
            @PathVariable String tenant,
            @PathVariable String namespace,
            @PathVariable String flowId,
            @PathVariable String triggerId) {
        access.require(Permission.TRIGGER_UPDATE, namespace);
        var key = key(namespace, flowId, triggerId);
        if (!triggers.delete(key)) {
            throw notFound(key);
        }
    }

    private static TriggerRow.Key key(String namespace, String flowId, String triggerId) {
        return new TriggerRow.Key(
                new FlowKey(Caller.current().tenant(), namespace, flowId), triggerId);
    }

    private static TriggerStore.Page page(int page, int size) {
        if (page < 1 || size < 1 || size > 1_000) {
            throw new ServiceException.Invalid("page", "Expected page ≥ 1 and 1 ≤ size ≤ 1000");
        }
        return new TriggerStore.Page(Math.multiplyExact(page - 1, size), size);
    }

    private static ServiceException.NotFound notFound(TriggerRow.Key key) {
        return new ServiceException.NotFound(
                "Not Found: trigger '%s' of flow '%s' in namespace '%s'"
                        .formatted(key.triggerId(), key.flow().flowId(), key.flow().namespace()));
    }
}
