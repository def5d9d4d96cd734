// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.http;

import io.github.resilience4j.micrometer.tagged.TaggedBulkheadMetrics;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.github.resilience4j.micrometer.tagged.TaggedRetryMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.platform.identity.TokenSigner;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.web.client.RestClient;

/// Clients for other services, with the metrics of their breakers, retries and bulkheads.
@AutoConfiguration(
        afterName = "org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration")
@EnableConfigurationProperties(InternalClientProperties.class)
public class InternalClientsAutoConfiguration {

    @Bean
    InternalClients internalClients(
            InternalClientProperties properties,
            ObjectProvider<RestClient.Builder> builder,
            TokenSigner tokens,
            ObjectProvider<MeterRegistry> meters) {
        var bounds = properties.internalHttp();
        var breakers = InternalClients.breakers(bounds);
        var retries = InternalClients.retries(bounds);
        var bulkheads = InternalClients.bulkheads(bounds);
        meters.ifAvailable(registry -> {
            TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(breakers).bindTo(registry);
            TaggedRetryMetrics.ofRetryRegistry(retries).bindTo(registry);
            TaggedBulkheadMetrics.ofBulkheadRegistry(bulkheads).bindTo(registry);
        });
        return new InternalClients(
                properties,
                builder.getIfAvailable(RestClient::builder),
                tokens,
                breakers,
                retries,
                bulkheads);
    }
}
