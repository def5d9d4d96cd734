// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.entry;

import io.millrace.gateway.GatewayProperties;
import io.millrace.gateway.accounts.ApiTokens;
import io.millrace.gateway.grants.Bindings;
import io.millrace.gateway.grants.InternalTokens;
import io.millrace.gateway.limit.Places;
import io.millrace.gateway.limit.RateLimits;
import io.millrace.gateway.limit.StartGate;
import io.millrace.gateway.people.KnownUsers;
import io.millrace.gateway.people.Newcomers;
import io.millrace.gateway.route.RouteTable;
import io.millrace.gateway.session.Sessions;
import io.millrace.gateway.signin.AccessTokens;
import io.millrace.gateway.signin.Refusals;
import io.millrace.platform.access.Access;
import io.millrace.platform.identity.IdentityProperties;
import jakarta.servlet.DispatcherType;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;

/// Nothing is served that the entry has not admitted.
@Configuration(proxyBeanMethods = false)
class EntryConfiguration {

    @Bean
    RouteTable routeTable(
            GatewayProperties properties, @Value("${millrace.bench.enabled:false}") boolean bench) {
        return new RouteTable(bench, properties.devIssuerUrl() != null);
    }

    @Bean
    SecurityFilterChain gatewaySecurity(
            HttpSecurity http,
            GatewayProperties properties,
            IdentityProperties identity,
            RouteTable routes,
            AccessTokens tokens,
            InternalTokens internalTokens,
            RateLimits rateLimits,
            Bindings bindings,
            ApiTokens apiTokens,
            Sessions sessions,
            KnownUsers users,
            Newcomers newcomers,
            Refusals refusals,
            Access access,
            StartGate gate,
            Places places) {
        var entry =
                new EntryFilter(
                        properties,
                        identity.actuatorFrom(),
                        routes,
                        tokens,
                        internalTokens,
                        rateLimits,
                        bindings,
                        apiTokens,
                        sessions,
                        users,
                        newcomers,
                        refusals,
                        access,
                        gate,
                        places);
        return http.csrf(AbstractHttpConfigurer::disable)
                .addFilter(new Portals(properties.portals()))
                .httpBasic(AbstractHttpConfigurer::disable)
                .formLogin(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .anonymous(AbstractHttpConfigurer::disable)
                .headers(AbstractHttpConfigurer::disable)
                .sessionManagement(s -> s.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .addFilterBefore(entry, AuthorizationFilter.class)
                .authorizeHttpRequests(a ->
                        a.dispatcherTypeMatchers(
                                        DispatcherType.ASYNC,
                                        DispatcherType.ERROR,
                                        DispatcherType.FORWARD)
                                .permitAll()
                                .anyRequest()
                                .access((_, context) ->
                                        new AuthorizationDecision(
                                                Admission.of(context.getRequest()) != null)))
                .build();
    }
}
