// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.quotas;

import io.millrace.gateway.grants.Bindings;
import io.millrace.platform.access.Access;
import io.millrace.platform.access.Permission;
import io.millrace.platform.access.Quota;
import io.millrace.platform.access.QuotaUse;
import io.millrace.platform.audit.AuditTrail;
import io.millrace.platform.audit.Difference;
import io.millrace.platform.http.InternalClients;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.CursorResults;
import io.millrace.platform.web.CursorResults.Place;
import io.millrace.platform.web.Paging;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClientException;

/// Quotas with what is used of them. Those of a tenant as a whole are set by operators, those of
/// its namespaces by its admins.
@RestController
class QuotaController {
    private static final Logger log = LoggerFactory.getLogger(QuotaController.class);
    private static final ParameterizedTypeReference<List<Long>> NUMBERS =
            new ParameterizedTypeReference<>() {};

    private final JdbcClient jdbc;
    private final Bindings bindings;
    private final InternalClients clients;
    private final Access access;
    private final AuditTrail audit;

    QuotaController(
            JdbcClient jdbc,
            Bindings bindings,
            InternalClients clients,
            Access access,
            AuditTrail audit) {
        this.jdbc = jdbc;
        this.bindings = bindings;
        this.clients = clients;
        this.access = access;
        this.audit = audit;
    }

    /// @param amount absent: no quota any more
    record Asked(@Nullable String kind, @Nullable String namespace, @Nullable Long amount) {}

    /// @param used absent where it isn't known now, or isn't counted over time
    record View(String kind, String namespace, long amount, @Nullable Long used) {}

    /// The first 10,000 of them, unless `size` says how many.
    ///
    /// @param cursor of the page before, in place of a page's number
    @GetMapping("/api/v1/{tenant}/quotas")
    CursorResults<View> list(
            @PathVariable String tenant,
            @RequestParam(required = false) @Nullable String page,
            @RequestParam(required = false) @Nullable String size,
            @RequestParam(required = false) @Nullable String cursor) {
        var quotas =
                bindings.current().quotas(tenant).stream()
                        .filter(q ->
                                q.namespace().isEmpty()
                                        || access.allows(Permission.QUOTA_READ, q.namespace()))
                        .toList();
        return CursorResults.of(
                        quotas,
                        Paging.ofWhole(page, size),
                        cursor,
                        quota -> Place.of(quota.namespace(), quota.kind().id()))
                .mapAll(some -> views(tenant, some));
    }

    private List<View> views(String tenant, List<Quota> quotas) {
        var used = used(tenant, quotas);
        return quotas.stream()
                .map(q -> new View(q.kind().id(), q.namespace(), q.amount(), used.get(q)))
                .toList();
    }

    /// Each service is asked of what it counts; of one that is away nothing is known.
    private Map<Quota, Long> used(String tenant, List<Quota> quotas) {
        var byService = new TreeMap<String, List<Quota>>();
        for (var quota : quotas) {
            quota.kind()
                    .countedBy()
                    .ifPresent(service ->
                            byService.computeIfAbsent(service, _ -> new ArrayList<>()).add(quota));
        }
        var used = new HashMap<Quota, Long>();
        byService.forEach((service, asked) -> {
            try {
                var answer = ask(service, tenant, asked);
                for (int i = 0; i < Math.min(asked.size(), answer.size()); i++) {
                    used.put(asked.get(i), answer.get(i));
                }
            } catch (ServiceException.Unavailable | RestClientException e) {
                log.atInfo()
                        .addKeyValue("service", service)
                        .addKeyValue("cause", String.valueOf(e.getMessage()))
                        .log("What is used of quotas isn't known");
            }
        });
        return used;
    }

    private List<Long> ask(String service, String tenant, List<Quota> quotas) {
        var answer =
                clients.client(service)
                        .post()
                        .uri("/internal/usage/{tenant}", tenant)
                        .body(
                                quotas.stream()
                                        .map(q -> new QuotaUse.Question(q.kind(), q.namespace()))
                                        .toList())
                        .retrieve()
                        .body(NUMBERS);
        return answer == null ? List.of() : answer;
    }

    @PutMapping("/api/v1/{tenant}/quotas")
    CursorResults<View> setOfNamespace(@PathVariable String tenant, @RequestBody Asked asked) {
        kind(asked);
        var namespace = asked.namespace() == null ? "" : asked.namespace();
        if (namespace.isEmpty()) {
            throw new ServiceException.Forbidden(
                    "Expected a namespace: the tenant's own quotas are set by operators");
        }
        access.require(Permission.QUOTA_UPDATE, namespace);
        set(tenant, namespace, asked);
        return list(tenant, null, null, null);
    }

    @PutMapping("/api/v1/tenants/{id}/quotas")
    List<View> setOfTenant(@PathVariable String id, @RequestBody Asked asked) {
        if (!bindings.current().tenants().contains(id)) {
            throw new ServiceException.NotFound("Not Found: tenant " + id);
        }
        set(id, Objects.requireNonNullElse(asked.namespace(), ""), asked);
        return ofTenant(id);
    }

    @GetMapping("/api/v1/tenants/{id}/quotas")
    List<View> ofTenant(@PathVariable String id) {
        return views(id, bindings.current().quotas(id));
    }

    private static Quota.Kind kind(Asked asked) {
        return Quota.Kind.of(String.valueOf(asked.kind()))
                .orElseThrow(() ->
                        new ServiceException.Invalid(
                                "kind",
                                "Expected one of "
                                        + List.of(Quota.Kind.values()).stream()
                                                .map(Quota.Kind::id)
                                                .toList()));
    }

    private void set(String tenant, String namespace, Asked asked) {
        var kind = kind(asked);
        var amount = asked.amount();
        if (amount != null && amount < 0) {
            throw new ServiceException.Invalid("amount", "Expected 0 or more");
        }
        var before = new HashMap<String, Object>();
        bindings.current().quotas(tenant).stream()
                .filter(q -> q.kind() == kind && q.namespace().equals(namespace))
                .forEach(q -> before.put("amount", q.amount()));
        bindings.change(() -> {
            if (amount == null) {
                jdbc.sql("delete from quota where tenant = ? and namespace = ? and kind = ?")
                        .params(tenant, namespace, kind.id())
                        .update();
            } else {
                jdbc.sql(
                                """
                                insert into quota (tenant, namespace, kind, amount)
                                values (?, ?, ?, ?)
                                    on conflict (tenant, namespace, kind)
                                    do update set amount = excluded.amount
                                """)
                        .params(tenant, namespace, kind.id(), amount)
                        .update();
            }
            audit.changed(
                    tenant,
                    "quota.update",
                    "quota/" + kind.id() + "/" + namespace,
                    Difference.of(before, amount == null ? Map.of() : Map.of("amount", amount)));
            return true;
        });
    }
}
