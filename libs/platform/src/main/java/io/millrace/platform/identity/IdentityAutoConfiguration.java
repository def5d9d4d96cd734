// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.identity;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jwt.SignedJWT;
import io.millrace.platform.problem.Problems;
import io.millrace.platform.problem.ServiceException;
import jakarta.servlet.DispatcherType;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.firewall.StrictHttpFirewall;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.IpAddressMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/// Every service is closed but to internal tokens. The gateway brings a chain of its own.
@AutoConfiguration(
        beforeName =
                "org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration")
@ConditionalOnClass({SecurityFilterChain.class, SignedJWT.class})
@EnableWebSecurity
@EnableConfigurationProperties({IdentityProperties.class, TaskTokenProperties.class})
public class IdentityAutoConfiguration {
    private static final String[] WORKERS_READ = {"/internal/job-queues/*", "/internal/egress/*"};
    private static final String[] WORKERS_ASK = {"/internal/claims", "/internal/batch-outputs"};

    @Bean
    @ConditionalOnMissingBean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    RejectedParameters rejectedParameters() {
        return new RejectedParameters();
    }

    /// Requests are measured as a whole. An observation of each filter costs more than the filters.
    @Bean
    SecurityObservationSettings securityObservationSettings() {
        return SecurityObservationSettings.noObservations();
    }

    /// As Spring has it; but its rule for headers is a regular expression, and over the letters of
    /// a token it took a fourteenth of all that a request costs.
    @Bean
    StrictHttpFirewall httpFirewall() {
        var firewall = new StrictHttpFirewall();
        firewall.setAllowedHeaderNames(IdentityAutoConfiguration::isText);
        firewall.setAllowedHeaderValues(IdentityAutoConfiguration::isText);
        return firewall;
    }

    /// Whether there are only assigned characters and no controls.
    private static boolean isText(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~') {
                // Tomcat reads bytes as ISO 8859-1, and clients write UTF-8
                return new String(text.getBytes(ISO_8859_1), UTF_8)
                        .codePoints()
                        .allMatch(p -> Character.isDefined(p) && !Character.isISOControl(p));
            }
        }
        return true;
    }

    @Bean
    TokenSigner tokenSigner(IdentityProperties properties, Clock clock) {
        var file = required(properties.keyFile(), "millrace.identity.key-file");
        return new TokenSigner(file, properties.lifetime(), clock);
    }

    @Bean
    TokenVerifier tokenVerifier(IdentityProperties properties, Clock clock) {
        var file = required(properties.trustedKeys(), "millrace.identity.trusted-keys");
        return new TokenVerifier(file, properties.clockSkew(), clock);
    }

    @Bean
    @ConditionalOnProperty("millrace.task-token.key-file")
    TaskTokens taskTokens(TaskTokenProperties properties, Clock clock) {
        var file = required(properties.keyFile(), "millrace.task-token.key-file");
        return new TaskTokens(file, properties.lifetime(), clock);
    }

    private static Path required(@Nullable Path path, String property) {
        if (path == null) {
            throw new IllegalStateException(
                    "Expected " + property + " to name a file; IdentityKeys.generate makes one");
        }
        return path;
    }

    @Bean
    @ConditionalOnMissingBean(SecurityFilterChain.class)
    SecurityFilterChain serviceSecurity(
            HttpSecurity http,
            IdentityProperties properties,
            TokenVerifier tokens,
            Optional<TaskTokens> taskTokens) {
        var taskPaths = PathSet.of(properties.taskPaths());
        var actuator = PathPatternRequestMatcher.withDefaults().matcher("/actuator/**");
        var networks = properties.actuatorFrom().stream().map(IpAddressMatcher::new).toList();
        RequestMatcher open =
                request ->
                        actuator.matches(request)
                                && networks.stream().anyMatch(n -> n.matches(request));
        RequestMatcher forTasks = request -> taskPaths.contains(request.getRequestURI());
        return http.csrf(AbstractHttpConfigurer::disable)
                .httpBasic(AbstractHttpConfigurer::disable)
                .formLogin(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .anonymous(AbstractHttpConfigurer::disable)
                .headers(AbstractHttpConfigurer::disable)
                .sessionManagement(s -> s.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .addFilterBefore(
                        new InternalTokenFilter(tokens, taskTokens, taskPaths),
                        AuthorizationFilter.class)
                .exceptionHandling(e ->
                        e.authenticationEntryPoint((request, response, cause) ->
                                        Problems.write(
                                                new ServiceException.Unauthenticated(
                                                        "Expected an internal token"),
                                                request,
                                                response))
                                .accessDeniedHandler((request, response, cause) ->
                                        Problems.write(
                                                new ServiceException.NotFound(
                                                        "Not Found: " + request.getRequestURI()),
                                                request,
                                                response)))
                .authorizeHttpRequests(a ->
                        a.dispatcherTypeMatchers(DispatcherType.ASYNC, DispatcherType.ERROR)
                                .permitAll()
                                .requestMatchers(open)
                                .permitAll()
                                .requestMatchers(forTasks)
                                .hasAuthority("KIND_TaskIdentity")
                                // a worker runs what flows say, and its key may be read there
                                .requestMatchers(HttpMethod.GET, WORKERS_READ)
                                .hasAnyAuthority("KIND_Worker", "KIND_ServiceIdentity")
                                .requestMatchers(HttpMethod.POST, WORKERS_ASK)
                                .hasAnyAuthority("KIND_Worker", "KIND_ServiceIdentity")
                                .requestMatchers("/internal/**", "/v3/api-docs/**", "/v3/api-docs")
                                .hasAuthority("KIND_ServiceIdentity")
                                .requestMatchers("/api/v1/*/**")
                                .hasAuthority("KIND_Caller")
                                .anyRequest()
                                .denyAll())
                .build();
    }
}
