// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.egress;

import io.millrace.contracts.EgressChange;
import io.millrace.contracts.EgressRules;
import io.millrace.gateway.grants.Bindings;
import io.millrace.platform.audit.AuditTrail;
import io.millrace.platform.http.InternalClients;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.EntityTag;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.HttpClientErrorException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Egress rules of tenants: operators set them, people of a tenant see theirs.
@RestController
class EgressController {
    private final InternalClients clients;
    private final Bindings bindings;
    private final AuditTrail audit;
    private final JsonMapper json;

    EgressController(
            InternalClients clients, Bindings bindings, AuditTrail audit, JsonMapper json) {
        this.clients = clients;
        this.bindings = bindings;
        this.audit = audit;
        this.json = json;
    }

    @GetMapping("/api/v1/{tenant}/egress")
    ResponseEntity<EgressRules> own(@PathVariable String tenant) {
        return tagged(read(tenant));
    }

    @GetMapping("/api/v1/tenants/{id}/egress")
    ResponseEntity<EgressRules> ofTenant(@PathVariable String id) {
        require(id);
        return tagged(read(id));
    }

    private static ResponseEntity<EgressRules> tagged(EgressRules rules) {
        return ResponseEntity.ok().eTag(EntityTag.of(rules)).body(rules);
    }

    private EgressRules read(String tenant) {
        var rules =
                clients.client("flow")
                        .get()
                        .uri("/internal/egress/{tenant}", tenant)
                        .retrieve()
                        .body(EgressRules.class);
        return rules == null ? EgressRules.NONE : rules;
    }

    /// Whoever has been told of a change meets what was before it no more: the answer waits until
    /// all that was asked before the change has ceased to count (ADR 0046).
    @PutMapping("/api/v1/tenants/{id}/egress")
    ResponseEntity<EgressRules> setOfTenant(
            @PathVariable String id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @RequestBody EgressRules rules) {
        require(id);
        var by = audit.origin();
        try {
            clients.client("flow")
                    .put()
                    .uri("/internal/egress/{tenant}", id)
                    .body(
                            new EgressChange(
                                    rules, by.subject(), by.tokenId(), by.address(), ifMatch))
                    .retrieve()
                    .toBodilessEntity();
        } catch (HttpClientErrorException e) {
            throw refused(e);
        }
        audit.recordedElsewhere();
        try {
            Thread.sleep(EgressRules.ASKED);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new ServiceException.Unavailable("The service is stopping. Try again");
        }
        return tagged(rules);
    }

    private RuntimeException refused(HttpClientErrorException e) {
        return switch (e.getStatusCode().value()) {
            case 400, 422 -> new ServiceException.Invalid("rules", detail(e));
            case 412 -> new ServiceException.Outdated(detail(e));
            default -> e;
        };
    }

    private void require(String tenant) {
        if (!bindings.current().tenants().contains(tenant)) {
            throw new ServiceException.NotFound("Not Found: tenant " + tenant);
        }
    }

    private record Problem(@Nullable String detail) {}

    private String detail(HttpClientErrorException refused) {
        try {
            var problem = json.readValue(refused.getResponseBodyAsByteArray(), Problem.class);
            return problem.detail() == null ? "Expected rules" : problem.detail();
        } catch (JacksonException _) {
            return "Expected rules";
        }
    }
}
