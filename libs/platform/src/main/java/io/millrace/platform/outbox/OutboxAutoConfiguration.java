// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.outbox;

import io.millrace.platform.broker.Broker;
import io.millrace.platform.broker.BrokerAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;

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
}
