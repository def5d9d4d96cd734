// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.outbox;

import io.millrace.contracts.AuditEvent;
import io.millrace.contracts.Topology;
import io.millrace.platform.access.Access;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Permission;
import io.millrace.platform.broker.OutgoingMessage;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import org.springframework.transaction.support.TransactionOperations;

/// Records who did what. An event of a change joins the transaction of that change.
public final class AuditTrail implements Access.RefusalListener {
    private final Outbox outbox;
    private final Topology topology;
    private final TransactionOperations transactions;
    private final Clock clock;

    AuditTrail(Outbox outbox, Topology topology, TransactionOperations transactions, Clock clock) {
        this.outbox = outbox;
        this.topology = topology;
        this.transactions = transactions;
        this.clock = clock;
    }

    /// @param action such as `flow.create`
    /// @param resource such as `flow/company.team/etl`
    /// @param details never a secret value
    public void changed(
            String tenant,
            String subject,
            String action,
            String resource,
            Map<String, String> details) {
        add(tenant, subject, action, resource, "success", details);
    }

    @Override
    public void refused(Caller caller, Permission permission, String resource) {
        transactions.executeWithoutResult(_ ->
                add(
                        caller.tenant(),
                        caller.subject(),
                        "access.refused",
                        resource,
                        "refused",
                        Map.of("permission", permission.name())));
    }

    private void add(
            String tenant,
            String subject,
            String action,
            String resource,
            String outcome,
            Map<String, String> details) {
        var event =
                new AuditEvent(
                        UUID.randomUUID().toString(),
                        clock.instant(),
                        tenant,
                        subject,
                        null,
                        null,
                        action,
                        resource,
                        outcome,
                        details);
        outbox.add(OutgoingMessage.durable(topology.auditExchange(), tenant, event));
    }
}
