// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.session;

import com.nimbusds.jose.util.DefaultResourceRetriever;
import io.millrace.gateway.GatewayProperties.Issuer;
import io.millrace.gateway.GatewayProperties.SignIn;
import io.millrace.platform.problem.ServiceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.converter.FormHttpMessageConverter;
import org.springframework.security.oauth2.client.endpoint.OAuth2AuthorizationCodeGrantRequest;
import org.springframework.security.oauth2.client.endpoint.OAuth2RefreshTokenGrantRequest;
import org.springframework.security.oauth2.client.endpoint.RestClientAuthorizationCodeTokenResponseClient;
import org.springframework.security.oauth2.client.endpoint.RestClientRefreshTokenTokenResponseClient;
import org.springframework.security.oauth2.client.http.OAuth2ErrorResponseErrorHandler;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2AuthorizationException;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.security.oauth2.core.endpoint.OAuth2AccessTokenResponse;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationExchange;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationResponse;
import org.springframework.security.oauth2.core.http.converter.OAuth2AccessTokenResponseHttpMessageConverter;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import org.springframework.web.util.UriComponentsBuilder;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The gateway as a client of one issuer. Where the issuer's endpoints are is asked for when
/// somebody signs in, and asked again after an hour: an issuer that is away stops no start.
final class IssuerClient {
    private static final Logger log = LoggerFactory.getLogger(IssuerClient.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration KNOWN_FOR = Duration.ofHours(1);
    private static final int MAX_DOCUMENT_BYTES = 256 * 1024;
    private static final String INVALID_GRANT = "invalid_grant";

    private final Issuer issuer;
    private final SignIn signIn;
    private final URI redirectUri;
    private final Clock clock;
    private final RestClient http;
    private final RestClientAuthorizationCodeTokenResponseClient codes;
    private final RestClientRefreshTokenTokenResponseClient refreshes;
    private final @Nullable String secret;
    private volatile @Nullable Endpoints endpoints;

    /// @param basic whether the client may authenticate by basic authentication
    /// @param namesItself whether its answers say whose they are (RFC 9207)
    private record Endpoints(
            URI authorization,
            URI token,
            @Nullable URI endSession,
            @Nullable URI revocation,
            boolean basic,
            boolean namesItself,
            Instant until) {}

    /// The issuer doesn't take the code or the refresh token, or no more.
    static final class RejectedException extends Exception {
        private static final long serialVersionUID = 1L;

        RejectedException(String message) {
            super(message);
        }
    }

    /// @param publicUrl of the gateway, where the issuer sends browsers back to
    IssuerClient(Issuer issuer, SignIn signIn, URI publicUrl, Clock clock) {
        this.issuer = issuer;
        this.signIn = signIn;
        this.redirectUri = publicUrl.resolve("/ui/callback");
        this.clock = clock;
        this.secret = secret(signIn);
        var requests = new JdkClientHttpRequestFactory();
        requests.setReadTimeout(TIMEOUT);
        this.http =
                RestClient.builder()
                        .requestFactory(requests)
                        .configureMessageConverters(converters ->
                                converters
                                        .addCustomConverter(new FormHttpMessageConverter())
                                        .addCustomConverter(
                                                new OAuth2AccessTokenResponseHttpMessageConverter()))
                        .defaultStatusHandler(new OAuth2ErrorResponseErrorHandler())
                        .build();
        this.codes = new RestClientAuthorizationCodeTokenResponseClient();
        codes.setRestClient(http);
        this.refreshes = new RestClientRefreshTokenTokenResponseClient();
        refreshes.setRestClient(http);
    }

    private static @Nullable String secret(SignIn signIn) {
        var file = signIn.clientSecretFile();
        if (file == null) {
            return signIn.clientSecret();
        }
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("Can't read the client's secret in " + file, e);
        }
    }

    SignIn signIn() {
        return signIn;
    }

    /// The `iss` of its tokens.
    String issuer() {
        return issuer.issuer();
    }

    /// Where a browser signs in.
    URI authorizationUri(SignInAttempt attempt) {
        return URI.create(request(attempt).getAuthorizationRequestUri());
    }

    private OAuth2AuthorizationRequest request(SignInAttempt attempt) {
        return OAuth2AuthorizationRequest.authorizationCode()
                .authorizationUri(endpoints().authorization().toString())
                .clientId(signIn.clientId())
                .redirectUri(redirectUri.toString())
                .scopes(java.util.Set.copyOf(signIn.scopes()))
                .state(attempt.state())
                .additionalParameters(
                        Map.of(
                                "nonce", attempt.nonce(),
                                "code_challenge", attempt.challenge(),
                                "code_challenge_method", "S256"))
                .attributes(Map.of("code_verifier", attempt.verifier()))
                .build();
    }

    /// Whether an answer says that it is of this issuer, or needn't (RFC 9207).
    boolean isFrom(@Nullable String iss) {
        return iss == null ? !endpoints().namesItself() : iss.equals(issuer.issuer());
    }

    /// Tokens for a code.
    ///
    /// @throws RejectedException if the issuer doesn't take it
    Tokens exchange(SignInAttempt attempt, String code) throws RejectedException {
        var response =
                OAuth2AuthorizationResponse.success(code)
                        .redirectUri(redirectUri.toString())
                        .state(attempt.state())
                        .build();
        var exchange = new OAuth2AuthorizationExchange(request(attempt), response);
        var grant = new OAuth2AuthorizationCodeGrantRequest(registration(), exchange);
        try {
            return tokens(codes.getTokenResponse(grant), null);
        } catch (OAuth2AuthorizationException e) {
            throw rejected(e);
        }
    }

    /// @throws RejectedException if the issuer has ended the session, or has already seen this
    ///   refresh token
    Tokens refresh(Tokens tokens) throws RejectedException {
        var refreshToken = tokens.refreshToken();
        if (refreshToken == null) {
            throw new RejectedException("There is no refresh token");
        }
        var access =
                new OAuth2AccessToken(
                        OAuth2AccessToken.TokenType.BEARER, tokens.accessToken(), null, null);
        var grant =
                new OAuth2RefreshTokenGrantRequest(
                        registration(), access, new OAuth2RefreshToken(refreshToken, null));
        try {
            return tokens(refreshes.getTokenResponse(grant), tokens);
        } catch (OAuth2AuthorizationException e) {
            throw rejected(e);
        }
    }

    private static Tokens tokens(OAuth2AccessTokenResponse response, @Nullable Tokens before) {
        var access = response.getAccessToken();
        var refresh = response.getRefreshToken();
        var id = response.getAdditionalParameters().get("id_token");
        var expiresAt = access.getExpiresAt();
        return new Tokens(
                access.getTokenValue(),
                expiresAt == null ? Instant.MAX : expiresAt,
                refresh == null
                        ? (before == null ? null : before.refreshToken())
                        : refresh.getTokenValue(),
                id instanceof String text ? text : before == null ? null : before.idToken(),
                null);
    }

    private RejectedException rejected(OAuth2AuthorizationException e) {
        var error = e.getError();
        if (error.getErrorCode().equals(INVALID_GRANT)) {
            return new RejectedException("The issuer has ended the sign-in");
        }
        log.atWarn()
                .addKeyValue("issuer", issuer.issuer())
                .addKeyValue("error", error.getErrorCode())
                .log("The issuer gives no tokens");
        throw away(e);
    }

    private static ServiceException.Unavailable away(Exception e) {
        return new ServiceException.Unavailable(
                "The issuer gives no tokens now. Try again", Duration.ofSeconds(5), e);
    }

    /// Where a browser ends its session at the issuer (OpenID Connect RP-Initiated Logout 1.0);
    /// empty if the issuer has no such page.
    Optional<URI> endSession(@Nullable String idToken, URI then) {
        var uri = endpoints().endSession();
        if (uri == null) {
            return Optional.empty();
        }
        var builder =
                UriComponentsBuilder.fromUri(uri)
                        .queryParam("client_id", "{client}")
                        .queryParam("post_logout_redirect_uri", "{then}");
        if (idToken != null) {
            builder.queryParam("id_token_hint", idToken);
        }
        return Optional.of(
                builder.encode().buildAndExpand(signIn.clientId(), then.toString()).toUri());
    }

    /// Takes a refresh token back (RFC 7009), as far as the issuer does that.
    void revoke(String refreshToken) {
        var uri = endpoints().revocation();
        if (uri == null) {
            return;
        }
        var form = new LinkedMultiValueMap<String, String>();
        form.add("token", refreshToken);
        form.add("token_type_hint", "refresh_token");
        var key = secret;
        if (key == null || !endpoints().basic()) {
            form.add("client_id", signIn.clientId());
            if (key != null) {
                form.add("client_secret", key);
            }
        }
        try {
            http.post()
                    .uri(uri)
                    .contentType(MediaType.APPLICATION_FORM_URLENCODED)
                    .headers(h -> {
                        if (key != null && endpoints().basic()) {
                            h.setBasicAuth(signIn.clientId(), key);
                        }
                    })
                    .body(form)
                    .retrieve()
                    .toBodilessEntity();
        } catch (RestClientException | OAuth2AuthorizationException e) {
            log.atInfo()
                    .addKeyValue("issuer", issuer.issuer())
                    .addKeyValue("cause", String.valueOf(e.getMessage()))
                    .log("A refresh token was not taken back");
        }
    }

    private ClientRegistration registration() {
        var known = endpoints();
        var builder =
                ClientRegistration.withRegistrationId(signIn.name())
                        .clientId(signIn.clientId())
                        .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
                        .redirectUri(redirectUri.toString())
                        .authorizationUri(known.authorization().toString())
                        .tokenUri(known.token().toString());
        if (secret == null) {
            return builder.clientAuthenticationMethod(ClientAuthenticationMethod.NONE).build();
        }
        return builder.clientSecret(secret)
                .clientAuthenticationMethod(
                        known.basic()
                                ? ClientAuthenticationMethod.CLIENT_SECRET_BASIC
                                : ClientAuthenticationMethod.CLIENT_SECRET_POST)
                .build();
    }

    private Endpoints endpoints() {
        var known = endpoints;
        if (known != null && clock.instant().isBefore(known.until())) {
            return known;
        }
        try {
            var fresh = read();
            endpoints = fresh;
            return fresh;
        } catch (IOException | JacksonException | IllegalArgumentException e) {
            log.atWarn()
                    .addKeyValue("issuer", issuer.issuer())
                    .addKeyValue("cause", String.valueOf(e.getMessage()))
                    .log("The issuer doesn't say where its endpoints are");
            if (known != null) {
                return known;
            }
            throw new ServiceException.Unavailable(
                    "The issuer is away. Try again", Duration.ofSeconds(5), e);
        }
    }

    private Endpoints read() throws IOException {
        var until = clock.instant().plus(KNOWN_FOR);
        var authorization = signIn.authorizationUri();
        var token = signIn.tokenUri();
        if (authorization != null && token != null) {
            return new Endpoints(
                    authorization,
                    token,
                    signIn.endSessionUri(),
                    signIn.revocationUri(),
                    true,
                    false,
                    until);
        }
        var document = discovery();
        return new Endpoints(
                authorization == null
                        ? required(document, "authorization_endpoint")
                        : authorization,
                token == null ? required(document, "token_endpoint") : token,
                signIn.endSessionUri() == null
                        ? optional(document, "end_session_endpoint")
                        : signIn.endSessionUri(),
                signIn.revocationUri() == null
                        ? optional(document, "revocation_endpoint")
                        : signIn.revocationUri(),
                takesBasic(document),
                document.path("authorization_response_iss_parameter_supported").asBoolean(false),
                until);
    }

    /// OpenID Connect Discovery 1.0.
    private JsonNode discovery() throws IOException {
        int timeout = (int) TIMEOUT.toMillis();
        var url =
                URI.create(
                        issuer.issuer().replaceAll("/+$", "")
                                + "/.well-known/openid-configuration");
        var text =
                new DefaultResourceRetriever(timeout, timeout, MAX_DOCUMENT_BYTES)
                        .retrieveResource(url.toURL())
                        .getContent();
        var document = JsonMapper.shared().readTree(text);
        if (!issuer.issuer().equals(document.path("issuer").asString(""))) {
            throw new IllegalArgumentException("Expected the document of " + issuer.issuer());
        }
        return document;
    }

    private static boolean takesBasic(JsonNode document) {
        var methods = document.path("token_endpoint_auth_methods_supported");
        return methods.isEmpty()
                || methods.valueStream()
                        .anyMatch(m -> m.asString("").equals("client_secret_basic"));
    }

    private static URI required(JsonNode document, String name) {
        var uri = optional(document, name);
        if (uri == null) {
            throw new IllegalArgumentException("Expected " + name + " in the discovery document");
        }
        return uri;
    }

    private static @Nullable URI optional(JsonNode document, String name) {
        var text = document.path(name).asString("");
        return text.isEmpty() ? null : URI.create(text);
    }
}
