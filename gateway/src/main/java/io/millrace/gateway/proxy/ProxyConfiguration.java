// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.proxy;

import io.millrace.gateway.GatewayProperties;
import io.millrace.gateway.entry.Admission;
import io.millrace.gateway.limit.StartGate;
import io.millrace.gateway.route.Target;
import io.millrace.platform.http.InternalClientProperties;
import jakarta.servlet.DispatcherType;
import java.net.URI;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Executors;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.springframework.cloud.gateway.server.mvc.config.GatewayMvcProperties;
import org.springframework.cloud.gateway.server.mvc.handler.RestClientProxyExchange;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.JettyClientHttpRequestFactory;
import org.springframework.web.client.RestClient;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

/// One route for all that is admitted: where it goes was decided before.
@Configuration(proxyBeanMethods = false)
class ProxyConfiguration {

    /// Jetty's client is the one of those that Spring knows that ends the call to the service when
    /// the caller goes away, so that an abandoned stream costs nothing.
    @Bean(destroyMethod = "stop")
    HttpClient upstreamHttpClient(GatewayProperties properties) throws Exception {
        var upstream = properties.upstream();
        var threads = new QueuedThreadPool(16, 2);
        threads.setName("upstream");
        threads.setDaemon(true);
        threads.setVirtualThreadsExecutor(Executors.newVirtualThreadPerTaskExecutor());
        var client = new HttpClient();
        client.setExecutor(threads);
        client.setConnectTimeout(upstream.connectTimeout().toMillis());
        client.setIdleTimeout(upstream.idleTimeout().toMillis());
        client.setMaxConnectionsPerDestination(upstream.connections());
        client.setMaxRequestsQueuedPerDestination(upstream.connections());
        client.setFollowRedirects(false);
        client.setHttpCookieStore(new HttpCookieStore.Empty());
        client.setUserAgentField(null);
        client.start();
        // answers are passed on as they come: never unpacked, no challenge is answered
        client.getContentDecoderFactories().clear();
        client.getProtocolHandlers().clear();
        return client;
    }

    /// Who stops cuts long streams off at once, and does not keep everybody waiting for their ends.
    @Bean
    OpenStreams openStreams(HttpClient upstreamHttpClient) {
        var streams = new OpenStreams();
        upstreamHttpClient.getRequestListeners().addListener(streams);
        return streams;
    }

    @Bean
    ProxyHandler proxyHandler(
            HttpClient upstreamHttpClient,
            GatewayProperties properties,
            GatewayMvcProperties gateway,
            InternalClientProperties services,
            StartGate gate) {
        var requests = new JettyClientHttpRequestFactory(upstreamHttpClient);
        requests.setReadTimeout(properties.upstream().responseTimeout());
        var client = RestClient.builder().requestFactory(requests).build();
        return new ProxyHandler(
                new RestClientProxyExchange(client, gateway), targets(properties, services), gate);
    }

    private static Map<Target, URI> targets(
            GatewayProperties properties, InternalClientProperties services) {
        var targets = new EnumMap<Target, URI>(Target.class);
        for (var target : Target.values()) {
            var service = services.services().get(target.service());
            if (service != null) {
                targets.put(target, service.url());
            }
        }
        var issuer = properties.devIssuerUrl();
        if (issuer != null) {
            targets.put(Target.DEV_ISSUER, issuer);
        }
        return targets;
    }

    @Bean
    RouterFunction<ServerResponse> proxied(ProxyHandler proxy) {
        return RouterFunctions.route(
                request -> {
                    var servlet = request.servletRequest();
                    var admission = Admission.of(servlet);
                    return admission != null
                            && admission.target() != Target.GATEWAY
                            // an answer that broke off has the container include an error page: it
                            // must not be asked for again, for it may be a POST
                            && servlet.getDispatcherType() == DispatcherType.REQUEST;
                },
                proxy);
    }
}
