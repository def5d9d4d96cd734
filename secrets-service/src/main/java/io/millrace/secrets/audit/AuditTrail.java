// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.audit;

import io.millrace.contracts.AuditEvent;
import io.millrace.contracts.Topology;
import io.millrace.platform.broker.OutgoingMessage;
import io.millrace.platform.outbox.Outbox;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;

/// Adds audit events to the caller's transaction: a value that was read without its record doesn't
/// exist.
@Component("secretsAuditTrail") // the platform has an auditTrail of its own
public class AuditTrail {
    private final Outbox outbox;
    private final Topology topology;
    private final Clock clock;

    AuditTrail(Outbox outbox, Topology topology, Clock clock) {
        this.outbox = outbox;
        this.topology = topology;
        this.clock = clock;
    }

    /// @param details never a value
    public void record(
            String tenant,
            String subject,
            String action,
            String resource,
            Map<String, String> details) {
        write(tenant, subject, action, resource, "success", details);
    }

    public void refused(
            String tenant,
            String subject,
            String action,
            String resource,
            Map<String, String> details) {
        write(tenant, subject, action, resource, "refused", details);
    }

    private void write(
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
