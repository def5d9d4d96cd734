// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.service;

import io.millrace.contracts.EgressRules;
import io.millrace.platform.egress.TenantEgress;
import io.millrace.platform.problem.ServiceException;
import io.millrace.plugin.Egress;
import io.millrace.plugin.TaskFailedException;
import io.millrace.worker.run.Policies;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The egress policies of tenants, each made of its rules once.
public final class EgressPolicies implements Policies {
    private final TenantEgress rules;
    private final Map<String, Made> made = new ConcurrentHashMap<>();

    private record Made(EgressRules rules, Egress egress) {}

    public EgressPolicies(TenantEgress rules) {
        this.rules = rules;
        // wrong rules in the configuration are said at the start
        var _ = Egress.of(rules(rules.installation()));
    }

    private static Egress.Rules rules(EgressRules rules) {
        return new Egress.Rules(rules.allow(), rules.deny(), rules.only());
    }

    @Override
    public Egress of(String tenant) throws TaskFailedException {
        EgressRules now;
        try {
            now = rules.of(tenant);
        } catch (ServiceException.Unavailable e) {
            throw new TaskFailedException("The egress policy isn't known now", e);
        }
        var last = made.get(tenant);
        if (last != null && last.rules().equals(now)) {
            return last.egress();
        }
        var egress = Egress.of(rules(rules.installation()), rules(now));
        made.put(tenant, new Made(now, egress));
        return egress;
    }
}
