// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.outbox;

import io.millrace.platform.broker.OutgoingMessage;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/// Takes messages in the caller's transaction; they are published after its commit, at least once.
/// A service that uses it includes `db/platform/outbox.sql` in its Liquibase changelog.
public final class Outbox {
    private final JdbcClient jdbc;
    private final Runnable wakeRelay;

    Outbox(JdbcClient jdbc, Runnable wakeRelay) {
        this.jdbc = jdbc;
        this.wakeRelay = wakeRelay;
    }

    public void add(OutgoingMessage message) {
        addAll(List.of(message));
    }

    /// @throws IllegalStateException if there is no transaction to join
    public void addAll(List<OutgoingMessage> messages) {
        if (!TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalStateException("Expected a transaction that the message can join");
        }
        if (messages.isEmpty()) {
            return;
        }
        for (var message : messages) {
            jdbc.sql(
                            """
                            insert into outbox (exchange, routing_key, body, persistent, mandatory)
                            values (:exchange, :routingKey, :body, :persistent, :mandatory)
                            """)
                    .param("exchange", message.exchange())
                    .param("routingKey", message.routingKey())
                    .param("body", message.body())
                    .param("persistent", message.persistent())
                    .param("mandatory", message.mandatory())
                    .update();
        }
        TransactionSynchronizationManager.registerSynchronization(new WakeAfterCommit(wakeRelay));
    }

    private record WakeAfterCommit(Runnable wake) implements TransactionSynchronization {
        @Override
        public void afterCommit() {
            wake.run();
        }
    }
}
