// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.outgoing;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.platform.access.Access;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Permission;
import io.millrace.platform.web.CursorResults;
import io.millrace.platform.web.Paging;
import io.swagger.v3.oas.annotations.Operation;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// Who is told of executions of a namespace, and what they were told.
@RestController
@RequestMapping("/api/v1/{tenant}/namespaces/{namespace}/subscriptions")
class SubscriptionController {
    private final Subscriptions subscriptions;
    private final Access access;

    SubscriptionController(Subscriptions subscriptions, Access access) {
        this.subscriptions = subscriptions;
        this.access = access;
    }

    /// A subscription as users write it.
    ///
    /// @param id made up if absent
    /// @param states ends if absent
    record Written(
            @Nullable String id,
            @Nullable String url,
            @Nullable Set<String> states,
            @Nullable String flowId,
            @Nullable String secret,
            @Nullable String description,
            @Nullable Boolean disabled) {}

    /// @param pending deliveries that are to be sent, or sent again
    /// @param dead deliveries that were given up
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record View(
            String id,
            String namespace,
            String url,
            List<String> states,
            @Nullable String flowId,
            @Nullable String secret,
            String description,
            boolean disabled,
            Instant created,
            Instant updated,
            long pending,
            long dead) {

        static View of(Subscription of, DeliveryStore.Counts counts) {
            return new View(
                    of.key().id(),
                    of.key().namespace(),
                    of.url(),
                    of.states().stream().sorted().toList(),
                    of.flowId(),
                    of.secret(),
                    of.description(),
                    of.disabled(),
                    of.createdAt(),
                    of.updatedAt(),
                    counts.pending(),
                    counts.dead());
        }
    }

    private ResponseEntity<View> answer(HttpStatus status, Subscription of) {
        return ResponseEntity.status(status)
                .eTag("\"" + of.version() + "\"")
                .body(View.of(of, subscriptions.counts(of.key())));
    }

    private Subscription.Key key(Permission permission, String namespace, String id) {
        access.require(permission, namespace);
        return new Subscription.Key(Caller.current().tenant(), namespace, id);
    }

    /// The first 10,000 of them, unless `size` says how many.
    ///
    /// @param cursor of the page before, in place of a page's number
    @Operation(summary = "Subscriptions of a namespace")
    @GetMapping
    CursorResults<View> list(
            @PathVariable String tenant,
            @PathVariable String namespace,
            @RequestParam(required = false) @Nullable String page,
            @RequestParam(required = false) @Nullable String size,
            @RequestParam(required = false) @Nullable String cursor) {
        var key = key(Permission.FLOW_READ, namespace, "");
        return CursorResults.of(
                        subscriptions.of(key.tenant(), namespace),
                        Paging.ofWhole(page, size),
                        cursor,
                        of -> CursorResults.Place.of(of.key().id()))
                .map(of -> View.of(of, subscriptions.counts(of.key())));
    }

    @Operation(summary = "Subscribe to executions of a namespace and those below it")
    @PostMapping
    ResponseEntity<View> create(
            @PathVariable String tenant,
            @PathVariable String namespace,
            @RequestBody Written written) {
        var key = key(Permission.FLOW_UPDATE, namespace, "");
        return answer(HttpStatus.CREATED, subscriptions.create(key.tenant(), namespace, written));
    }

    @Operation(summary = "A subscription")
    @GetMapping("/{id}")
    ResponseEntity<View> get(
            @PathVariable String tenant, @PathVariable String namespace, @PathVariable String id) {
        return answer(HttpStatus.OK, subscriptions.get(key(Permission.FLOW_READ, namespace, id)));
    }

    @Operation(summary = "Change a subscription")
    @PutMapping("/{id}")
    ResponseEntity<View> update(
            @PathVariable String tenant,
            @PathVariable String namespace,
            @PathVariable String id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @RequestBody Written written) {
        return answer(
                HttpStatus.OK,
                subscriptions.update(key(Permission.FLOW_UPDATE, namespace, id), written, ifMatch));
    }

    @Operation(summary = "End a subscription")
    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(
            @PathVariable String tenant, @PathVariable String namespace, @PathVariable String id) {
        subscriptions.delete(key(Permission.FLOW_UPDATE, namespace, id));
    }

    /// Is sent as what executions do is, and is seen among the deliveries.
    @Operation(summary = "Tell a subscriber something that says it is a test")
    @PostMapping("/{id}/test")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Delivery test(
            @PathVariable String tenant, @PathVariable String namespace, @PathVariable String id) {
        return subscriptions.test(key(Permission.FLOW_UPDATE, namespace, id));
    }

    /// @param nextCursor for the next page, absent after the last one
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Page(List<Delivery> results, @Nullable String nextCursor) {}

    /// The latest first; `state=DEAD` are the dead letters.
    @Operation(summary = "What a subscriber was told")
    @GetMapping("/{id}/deliveries")
    Page deliveries(
            @PathVariable String tenant,
            @PathVariable String namespace,
            @PathVariable String id,
            @RequestParam(defaultValue = "") String state,
            @RequestParam(defaultValue = "") String cursor,
            @RequestParam(defaultValue = "25") int size) {
        var found =
                subscriptions.deliveries(
                        key(Permission.FLOW_READ, namespace, id), state, cursor, size);
        return new Page(found, found.size() < size ? null : found.getLast().id());
    }

    record PutBack(int count) {}

    @Operation(summary = "Send all dead deliveries again")
    @PostMapping("/{id}/deliveries/redeliver")
    PutBack redeliverAll(
            @PathVariable String tenant, @PathVariable String namespace, @PathVariable String id) {
        return new PutBack(subscriptions.redeliver(key(Permission.FLOW_UPDATE, namespace, id), ""));
    }

    @Operation(summary = "Send a dead or delivered one again")
    @PostMapping("/{id}/deliveries/{deliveryId}/redeliver")
    PutBack redeliver(
            @PathVariable String tenant,
            @PathVariable String namespace,
            @PathVariable String id,
            @PathVariable String deliveryId) {
        return new PutBack(
                subscriptions.redeliver(key(Permission.FLOW_UPDATE, namespace, id), deliveryId));
    }
}
