// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.audit;

import io.millrace.contracts.AuditBatch;
import io.millrace.contracts.AuditEvent;
import io.millrace.contracts.Topology;
import io.millrace.platform.broker.OutgoingMessage;
import io.millrace.platform.outbox.Outbox;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/// Of services with an outbox: the event of a change is in the transaction of that change.
final class OutboxSink implements AuditSink {
    private final Outbox outbox;
    private final Topology topology;
    private final TransactionOperations own;

    /// @param own transactions that don't end with the caller's
    OutboxSink(Outbox outbox, Topology topology, TransactionOperations own) {
        this.outbox = outbox;
        this.topology = topology;
        this.own = own;
    }

    @Override
    public void write(AuditEvent event) {
        if (TransactionSynchronizationManager.isActualTransactionActive()
                && !TransactionSynchronizationManager.isCurrentTransactionReadOnly()) {
            add(event);
        } else {
            writeSoon(event);
        }
    }

    /// A refusal is recorded although the transaction that it ends is rolled back.
    @Override
    public void writeSoon(AuditEvent event) {
        own.executeWithoutResult(_ -> add(event));
    }

    private void add(AuditEvent event) {
        outbox.add(
                OutgoingMessage.durable(
                        topology.auditExchange(), event.tenant(), AuditBatch.of(event)));
    }
}
