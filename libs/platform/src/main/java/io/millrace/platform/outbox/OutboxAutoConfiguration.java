// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.outbox;

import io.millrace.contracts.Topology;
import io.millrace.platform.broker.Broker;
import io.millrace.platform.broker.BrokerAutoConfiguration;
import java.time.Clock;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/// The outbox of a service that asks for one: `millrace.outbox.enabled=true`.
@AutoConfiguration(
        after = BrokerAutoConfiguration.class,
        afterName = "org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration")
@ConditionalOnClass(JdbcClient.class)
@ConditionalOnProperty("millrace.outbox.enabled")
@EnableConfigurationProperties(OutboxProperties.class)
public class OutboxAutoConfiguration {

    @Bean
    OutboxRelay outboxRelay(JdbcClient jdbc, Broker broker, OutboxProperties properties) {
        return new OutboxRelay(jdbc, messages -> broker.publisher().publish(messages), properties);
    }

    @Bean
    Outbox outbox(JdbcClient jdbc, OutboxRelay relay) {
        return new Outbox(jdbc, relay::wake);
    }

    @Bean
    AuditTrail auditTrail(
            Outbox outbox,
            Topology topology,
            PlatformTransactionManager transactions,
            Clock clock) {
        var own = new TransactionTemplate(transactions);
        // a refusal is recorded although the transaction that it ends is rolled back
        own.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        return new AuditTrail(outbox, topology, own, clock);
    }
}
