// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.egress;

import io.millrace.contracts.Codec;
import io.millrace.contracts.EgressChange;
import io.millrace.contracts.EgressRules;
import io.millrace.platform.audit.AuditTrail;
import io.millrace.platform.audit.Difference;
import io.millrace.platform.web.EntityTag;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/// The egress rules of tenants.
@Service
class EgressStore {
    private final JdbcClient jdbc;
    private final AuditTrail audit;

    EgressStore(JdbcClient jdbc, AuditTrail audit) {
        this.jdbc = jdbc;
        this.audit = audit;
    }

    EgressRules read(String tenant) {
        return find(tenant, "").orElse(EgressRules.NONE);
    }

    private Optional<EgressRules> find(String tenant, String lock) {
        return jdbc.sql("select rules from tenant_egress where tenant = ?" + lock)
                .param(tenant)
                .query(String.class)
                .optional()
                .map(rules ->
                        Codec.decode(rules.getBytes(StandardCharsets.UTF_8), EgressRules.class));
    }

    /// The change and its record are safe together.
    ///
    /// @throws io.millrace.platform.problem.ServiceException.Outdated if other rules hold than
    ///   whoever changes them has seen
    @Transactional
    void change(String tenant, EgressChange change) {
        write(tenant, EgressRules.NONE, "do nothing");
        var before = find(tenant, " for update").orElse(EgressRules.NONE);
        EntityTag.require("egress rules of " + tenant, change.ifMatch(), EntityTag.of(before));
        var rules = change.rules();
        write(tenant, rules, "do update set rules = excluded.rules");
        audit.changed(
                new AuditTrail.Origin(change.subject(), change.tokenId(), change.address()),
                tenant,
                "egress.update",
                "tenant/" + tenant + "/egress",
                Difference.of(lists(before), lists(rules)));
    }

    private void write(String tenant, EgressRules rules, String ifThereAreSome) {
        jdbc.sql(
                        """
                        insert into tenant_egress (tenant, rules) values (?, ?::jsonb)
                            on conflict (tenant) %s
                        """
                                .formatted(ifThereAreSome))
                .params(tenant, new String(Codec.encode(rules), StandardCharsets.UTF_8))
                .update();
    }

    private static Map<String, List<String>> lists(EgressRules rules) {
        var lists = new LinkedHashMap<String, List<String>>();
        lists.put("allow", rules.allow());
        lists.put("deny", rules.deny());
        lists.put("only", rules.only());
        return lists;
    }
}
