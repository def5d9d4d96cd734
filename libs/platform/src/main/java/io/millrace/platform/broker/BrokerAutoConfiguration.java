// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.broker;

import io.millrace.contracts.Topology;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/// The broker of a service; `millrace.broker.enabled=false` leaves it out.
@AutoConfiguration
@ConditionalOnProperty(value = "millrace.broker.enabled", matchIfMissing = true)
@EnableConfigurationProperties(BrokerProperties.class)
public class BrokerAutoConfiguration {

    @Bean
    Topology topology(BrokerProperties properties, @Value("${millrace.lanes.count:16}") int lanes) {
        return new Topology(properties.installation(), lanes);
    }

    @Bean
    Broker broker(
            BrokerProperties properties,
            Topology topology,
            @Value("${spring.application.name:millrace}") String name) {
        return new Broker(properties, topology, name);
    }

    @Bean
    HealthIndicator brokerHealthIndicator(Broker broker) {
        return () -> broker.connected() ? Health.up().build() : Health.down().build();
    }
}
