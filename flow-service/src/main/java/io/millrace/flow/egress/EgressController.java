// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.egress;

import io.millrace.contracts.EgressChange;
import io.millrace.contracts.EgressRules;
import io.millrace.platform.access.Identity;
import io.millrace.platform.access.ServiceIdentity;
import io.millrace.platform.access.WorkerGroups;
import io.millrace.platform.problem.ServiceException;
import io.millrace.plugin.Egress;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// Egress rules of tenants: written by the gateway, which knows who may, read by those who run
/// tasks.
@RestController
@RequestMapping("/internal/egress")
@EnableConfigurationProperties(WorkerGroups.class)
class EgressController {
    private static final int MOST = 500;

    private final EgressStore store;
    private final WorkerGroups groups;

    EgressController(EgressStore store, WorkerGroups groups) {
        this.store = store;
        this.groups = groups;
    }

    /// A worker that has its group's own key is told of its group's tenants alone.
    @GetMapping("/{tenant}")
    EgressRules of(@PathVariable String tenant) {
        if (Identity.current().orElse(null) instanceof ServiceIdentity service
                && !groups.opens(service, tenant)) {
            throw new ServiceException.NotFound("Not Found: tenant " + tenant);
        }
        return store.read(tenant);
    }

    @PutMapping("/{tenant}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void set(@PathVariable String tenant, @RequestBody EgressChange change) {
        var rules = change.rules();
        int count = rules.allow().size() + rules.deny().size() + rules.only().size();
        if (count > MOST) {
            throw new ServiceException.Invalid(
                    "rules", "Expected at most %d rules".formatted(MOST));
        }
        try {
            var _ = Egress.of(new Egress.Rules(rules.allow(), rules.deny(), rules.only()));
        } catch (IllegalArgumentException e) {
            throw new ServiceException.Invalid("rules", String.valueOf(e.getMessage()));
        }
        store.change(tenant, change);
    }
}
