// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.egress;

import io.millrace.contracts.EgressRules;
import io.millrace.gateway.grants.Bindings;
import io.millrace.platform.audit.AuditTrail;
import io.millrace.platform.audit.Difference;
import io.millrace.platform.http.InternalClients;
import io.millrace.platform.problem.ServiceException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
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
    EgressRules own(@PathVariable String tenant) {
        return read(tenant);
    }

    @GetMapping("/api/v1/tenants/{id}/egress")
    EgressRules ofTenant(@PathVariable String id) {
        require(id);
        return read(id);
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
    EgressRules setOfTenant(@PathVariable String id, @RequestBody EgressRules rules) {
        require(id);
        EgressRules before;
        try {
            before =
                    clients.client("flow")
                            .put()
                            .uri("/internal/egress/{tenant}", id)
                            .body(rules)
                            .retrieve()
                            .body(EgressRules.class);
        } catch (HttpClientErrorException.UnprocessableContent
                | HttpClientErrorException.BadRequest e) {
            throw new ServiceException.Invalid("rules", detail(e));
        }
        audit.changed(
                id,
                "egress.update",
                "tenant/" + id + "/egress",
                Difference.of(lists(before == null ? EgressRules.NONE : before), lists(rules)));
        try {
            Thread.sleep(EgressRules.ASKED);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new ServiceException.Unavailable("The service is stopping. Try again");
        }
        return rules;
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

    private static Map<String, List<String>> lists(EgressRules rules) {
        var lists = new LinkedHashMap<String, List<String>>();
        lists.put("allow", rules.allow());
        lists.put("deny", rules.deny());
        lists.put("only", rules.only());
        return lists;
    }
}
