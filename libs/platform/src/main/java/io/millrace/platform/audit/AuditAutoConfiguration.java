// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.audit;

import io.millrace.platform.broker.Broker;
import io.millrace.platform.broker.BrokerAutoConfiguration;
import io.millrace.platform.outbox.Outbox;
import io.millrace.platform.outbox.OutboxAutoConfiguration;
import java.time.Clock;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/// The audit log's inlet; every refusal goes there.
@AutoConfiguration(after = {BrokerAutoConfiguration.class, OutboxAutoConfiguration.class})
@ConditionalOnBean(Broker.class)
public class AuditAutoConfiguration {

    @Bean
    AuditTrail auditTrail(AuditSink sink, Clock clock) {
        return new AuditTrail(sink, clock);
    }

    /// Of a service with an outbox.
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty("millrace.outbox.enabled")
    static class WithOutbox {
        @Bean
        AuditSink auditSink(Outbox outbox, Broker broker, PlatformTransactionManager transactions) {
            var own = new TransactionTemplate(transactions);
            own.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
            return new OutboxSink(outbox, broker.topology(), own);
        }
    }

    /// Of a service without.
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty(
            name = "millrace.outbox.enabled",
            havingValue = "false",
            matchIfMissing = true)
    static class WithoutOutbox {
        @Bean
        AuditSink auditSink(Broker broker) {
            return new BrokerSink(broker);
        }
    }
}
