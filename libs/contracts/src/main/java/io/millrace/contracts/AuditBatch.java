// SPDX-License-Identifier: Apache-2.0
package io.millrace.contracts;

import java.util.List;

/// Audit events of one tenant that came about at the same time: many that start executions at once
/// pay for one message.
public record AuditBatch(String tenant, List<AuditEvent> events) {
    public AuditBatch {
        events = List.copyOf(events);
    }

    public static AuditBatch of(AuditEvent event) {
        return new AuditBatch(event.tenant(), List.of(event));
    }
}
