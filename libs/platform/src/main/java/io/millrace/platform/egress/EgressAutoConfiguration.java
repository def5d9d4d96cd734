// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.egress;

import io.millrace.platform.http.InternalClients;
import io.millrace.platform.http.InternalClientsAutoConfiguration;
import java.time.Clock;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;

/// The egress rules of tenants, for services that want them.
@AutoConfiguration(after = InternalClientsAutoConfiguration.class)
@EnableConfigurationProperties(EgressProperties.class)
public class EgressAutoConfiguration {

    @Bean
    @Lazy
    TenantEgress tenantEgress(EgressProperties properties, InternalClients clients, Clock clock) {
        return TenantEgress.of(properties, clients, clock);
    }
}
