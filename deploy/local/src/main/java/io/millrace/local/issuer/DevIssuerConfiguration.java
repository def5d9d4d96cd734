// SPDX-License-Identifier: Apache-2.0
package io.millrace.local.issuer;

import static java.util.Objects.requireNonNull;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import io.millrace.embedded.Passwords;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration;
import org.springframework.boot.servlet.autoconfigure.HttpEncodingAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.http.MediaType;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configuration.OAuth2AuthorizationServerConfiguration;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.oidc.OidcScopes;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.authorization.InMemoryOAuth2AuthorizationConsentService;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationConsent;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationConsentService;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;
import org.springframework.security.web.util.matcher.MediaTypeRequestMatcher;

/// An OAuth 2.1 authorization server with OIDC. Users sign in with a form (authorization code with
/// PKCE: the gateway for browsers, `millrace-ui` for what runs in one; device code:
/// `millrace-cli`); the command line gets a user's token by the client credentials of `dev-<user>`,
/// whose secret is the user's password.
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableWebSecurity
@EnableConfigurationProperties(DevIssuerProperties.class)
@ImportAutoConfiguration({
    TomcatServletWebServerAutoConfiguration.class,
    DispatcherServletAutoConfiguration.class,
    WebMvcAutoConfiguration.class,
    HttpEncodingAutoConfiguration.class,
    SecurityAutoConfiguration.class,
    SecurityFilterAutoConfiguration.class
})
class DevIssuerConfiguration {
    /// The audience of access tokens, which the gateway asks for.
    static final String AUDIENCE = "millrace";

    private static final String USER_CLIENT = "dev-";
    private static final Duration ACCESS_TOKEN = Duration.ofHours(1);
    private static final Duration REFRESH_TOKEN = Duration.ofHours(12);

    /// The gateway, at which browsers sign in; it keeps their tokens.
    static final String GATEWAY = "millrace-gateway";

    @Bean
    @Order(1)
    SecurityFilterChain protocol(HttpSecurity http) {
        return http.oauth2AuthorizationServer(
                        server -> {
                            http.securityMatcher(server.getEndpointsMatcher());
                            server.oidc(Customizer.withDefaults());
                            server.deviceAuthorizationEndpoint(
                                    device -> device.verificationUri(ActivateController.PATH));
                        })
                .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                .exceptionHandling(exceptions ->
                        exceptions.defaultAuthenticationEntryPointFor(
                                new LoginUrlAuthenticationEntryPoint(SignInController.PATH),
                                new MediaTypeRequestMatcher(MediaType.TEXT_HTML)))
                .build();
    }

    @Bean
    @Order(2)
    SecurityFilterChain signIn(HttpSecurity http) {
        return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                .formLogin(form -> form.loginPage(SignInController.PATH).permitAll())
                .build();
    }

    @Bean
    AuthorizationServerSettings settings(DevIssuerProperties properties) {
        return AuthorizationServerSettings.builder().issuer(properties.url().toString()).build();
    }

    @Bean
    JWKSource<SecurityContext> keys(DevIssuerProperties properties) {
        return new ImmutableJWKSet<>(new JWKSet(SigningKey.in(properties.directory())));
    }

    @Bean
    JwtDecoder decoder(JWKSource<SecurityContext> keys) {
        return OAuth2AuthorizationServerConfiguration.jwtDecoder(keys);
    }

    @Bean
    UserDetailsService users(DevIssuerProperties properties) {
        var users = new ArrayList<UserDetails>();
        for (var user : DevUser.ALL) {
            users.add(
                    User.withUsername(user.name())
                            .password("{noop}" + password(properties, user))
                            .authorities(List.of())
                            .build());
        }
        return new InMemoryUserDetailsManager(users);
    }

    @Bean
    RegisteredClientRepository clients(DevIssuerProperties properties) {
        var clients = new ArrayList<RegisteredClient>();
        var origin = properties.url().resolve("/");
        clients.add(
                client("millrace-ui")
                        .clientAuthenticationMethod(ClientAuthenticationMethod.NONE)
                        .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
                        .redirectUri(origin + "ui/callback")
                        .redirectUri(origin + "swagger-ui/oauth2-redirect.html")
                        .redirectUri(origin + "api/swagger-ui/oauth2-redirect.html")
                        .postLogoutRedirectUri(origin.toString())
                        .clientSettings(
                                ClientSettings.builder()
                                        .requireProofKey(true)
                                        .requireAuthorizationConsent(false)
                                        .build())
                        .build());
        clients.add(
                client(GATEWAY)
                        .clientSecret(
                                "{noop}" + Passwords.inFile(gatewaySecret(properties.directory())))
                        .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                        .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
                        .authorizationGrantType(AuthorizationGrantType.REFRESH_TOKEN)
                        .redirectUri(origin + "ui/callback")
                        .postLogoutRedirectUri(origin + "ui/")
                        .tokenSettings(
                                TokenSettings.builder()
                                        .accessTokenTimeToLive(ACCESS_TOKEN)
                                        .refreshTokenTimeToLive(REFRESH_TOKEN)
                                        .reuseRefreshTokens(false)
                                        .build())
                        .clientSettings(
                                ClientSettings.builder()
                                        .requireProofKey(true)
                                        .requireAuthorizationConsent(false)
                                        .build())
                        .build());
        // A command line can't keep a secret; this one is known and merely names the client.
        clients.add(
                client("millrace-cli")
                        .clientSecret("{noop}millrace-cli")
                        .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                        .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_POST)
                        .authorizationGrantType(AuthorizationGrantType.DEVICE_CODE)
                        .authorizationGrantType(AuthorizationGrantType.REFRESH_TOKEN)
                        .clientSettings(
                                ClientSettings.builder()
                                        .requireProofKey(false)
                                        .requireAuthorizationConsent(false)
                                        .build())
                        .build());
        for (var user : DevUser.ALL) {
            clients.add(
                    client(USER_CLIENT + user.name())
                            .clientSecret("{noop}" + password(properties, user))
                            .clientAuthenticationMethod(
                                    ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                            .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
                            .build());
        }
        return new InMemoryRegisteredClientRepository(clients);
    }

    /// Who types the code of a device has consented: there is no second page that asks.
    @Bean
    OAuth2AuthorizationConsentService consents(RegisteredClientRepository clients) {
        var cli = requireNonNull(clients.findByClientId("millrace-cli"));
        var consents = new InMemoryOAuth2AuthorizationConsentService();
        for (var user : DevUser.ALL) {
            var consent = OAuth2AuthorizationConsent.withId(cli.getId(), user.name());
            cli.getScopes().forEach(consent::scope);
            consents.save(consent.build());
        }
        return consents;
    }

    /// Adds the user's groups; a token got by client credentials is the user's own.
    @Bean
    OAuth2TokenCustomizer<JwtEncodingContext> claims() {
        return context -> {
            Authentication principal = requireNonNull(context.getPrincipal());
            var name = principal.getName();
            var user = name.startsWith(USER_CLIENT) ? name.substring(USER_CLIENT.length()) : name;
            var claims = context.getClaims();
            claims.subject(user);
            claims.claim("preferred_username", user);
            claims.claim("email", user + "@example.com");
            claims.claim("email_verified", true);
            claims.claim("groups", groups(user));
            if (context.getTokenType().getValue().equals("access_token")) {
                claims.audience(List.of(AUDIENCE));
            }
        };
    }

    private static List<String> groups(String name) {
        return DevUser.ALL.stream()
                .filter(user -> user.name().equals(name))
                .findFirst()
                .map(user -> List.of(user.group()))
                .orElse(List.of());
    }

    private static String password(DevIssuerProperties properties, DevUser user) {
        return Passwords.inFile(properties.directory().resolve(user.name() + ".password"));
    }

    static Path gatewaySecret(Path directory) {
        return directory.resolve("gateway-client.secret");
    }

    private static RegisteredClient.Builder client(String id) {
        return RegisteredClient.withId(
                        UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8)).toString())
                .clientId(id)
                .scope(OidcScopes.OPENID)
                .scope(OidcScopes.PROFILE)
                .tokenSettings(TokenSettings.builder().accessTokenTimeToLive(ACCESS_TOKEN).build());
    }

    @Bean
    SignInController signInPage() {
        return new SignInController();
    }

    @Bean
    ActivateController activate() {
        return new ActivateController();
    }
}
