// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.connection;

import io.millrace.gateway.GatewayProperties;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The gateway's own way to take connections; services are reached by the gateway alone.
@Configuration(proxyBeanMethods = false)
class ConnectionConfiguration {

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> guardedConnections(
            GatewayProperties properties) {
        var limits = properties.limits();
        return factory -> {
            factory.setProtocol(GuardedProtocol.class.getName());
            factory.addConnectorCustomizers(connector -> {
                if (connector.getProtocolHandler() instanceof GuardedProtocol protocol) {
                    protocol.guard(limits.slowest(), limits.addressConnections());
                }
            });
        };
    }
}
