// SPDX-License-Identifier: Apache-2.0
package io.millrace.local.issuer;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.CookieManager;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@SuppressWarnings("NullAway.Init") // set before each test
class DevIssuerIT {
    private static final String FORM = "application/x-www-form-urlencoded";

    @TempDir Path directory;

    private final HttpClient http =
            HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
    private URI issuer;
    private ConfigurableApplicationContext context;

    @BeforeEach
    void start() throws Exception {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            issuer = URI.create("http://127.0.0.1:%d/dev-issuer".formatted(socket.getLocalPort()));
        }
        context = DevIssuer.start(issuer, issuer.getPort(), directory);
    }

    @AfterEach
    void stop() {
        context.close();
        http.close();
    }

    @Test
    void aUsersTokenBearsSubjectGroupsAndAudience() throws Exception {
        var claims = SignedJWT.parse(token("bob")).getJWTClaimsSet();

        assertThat(claims.getIssuer()).isEqualTo(issuer.toString());
        assertThat(claims.getSubject()).isEqualTo("bob");
        assertThat(claims.getStringListClaim("groups")).containsExactly("team-data");
        assertThat(claims.getAudience()).containsExactly(DevIssuerConfiguration.AUDIENCE);
    }

    @Test
    void aTokenIsStillValidAfterARestart() throws Exception {
        var token = SignedJWT.parse(token("alice"));
        context.close();

        context = DevIssuer.start(issuer, issuer.getPort(), directory);

        var keys = JWKSet.parse(get(issuer + "/oauth2/jwks").body());
        var key = keys.getKeyByKeyId(token.getHeader().getKeyID()).toRSAKey();
        assertThat(token.verify(new RSASSAVerifier(key))).isTrue();
    }

    @Test
    void aWrongPasswordGetsNoToken() throws Exception {
        assertThat(clientCredentials("alice", "wrong").statusCode()).isEqualTo(401);
    }

    @Test
    void discoveryNamesThePublicAddress() throws Exception {
        var discovery = json(get(issuer + "/.well-known/openid-configuration"));

        assertThat(discovery.path("issuer").asString()).isEqualTo(issuer.toString());
        assertThat(discovery.path("token_endpoint").asString()).isEqualTo(issuer + "/oauth2/token");
    }

    @Test
    void aBrowserSignsInWithPasswordAndProofKey() throws Exception {
        var verifier = "a-verifier-of-at-least-forty-three-characters-1234";
        var redirect = issuer.resolve("/") + "ui/callback";
        var authorize =
                issuer
                        + "/oauth2/authorize?"
                        + form(
                                Map.of(
                                        "response_type", "code",
                                        "client_id", "millrace-ui",
                                        "scope", "openid profile",
                                        "redirect_uri", redirect,
                                        "code_challenge", challenge(verifier),
                                        "code_challenge_method", "S256"));
        assertThat(get(authorize).headers().firstValue("location").orElseThrow())
                .endsWith("/dev-issuer/login");
        signIn("carol");

        var answer = get(authorize);
        var location = answer.headers().firstValue("location").orElseThrow();
        assertThat(location).startsWith(redirect + "?code=");
        var code = location.substring(location.indexOf("code=") + 5);
        var tokens =
                json(
                        post(
                                "/oauth2/token",
                                Map.of(
                                        "grant_type", "authorization_code",
                                        "client_id", "millrace-ui",
                                        "code", code,
                                        "redirect_uri", redirect,
                                        "code_verifier", verifier)));

        var claims = SignedJWT.parse(tokens.path("access_token").asString()).getJWTClaimsSet();
        assertThat(claims.getSubject()).isEqualTo("carol");
        assertThat(claims.getStringListClaim("groups")).containsExactly("viewers");
        assertThat(tokens.path("id_token").asString()).isNotEmpty();
    }

    @Test
    void aDeviceGetsATokenWhenItsUserAllowsIt() throws Exception {
        var client = Map.of("client_id", "millrace-cli", "client_secret", "millrace-cli");
        var device = json(post("/oauth2/device_authorization", client));
        assertThat(device.path("verification_uri").asString()).isEqualTo(issuer + "/activate");
        signIn("dave");
        var page = get(device.path("verification_uri_complete").asString()).body();

        post(
                "/oauth2/device_verification",
                Map.of("user_code", device.path("user_code").asString(), "_csrf", csrf(page)));
        var tokens =
                json(
                        post(
                                "/oauth2/token",
                                Map.of(
                                        "grant_type",
                                        "urn:ietf:params:oauth:grant-type:device_code",
                                        "device_code",
                                        device.path("device_code").asString(),
                                        "client_id",
                                        "millrace-cli",
                                        "client_secret",
                                        "millrace-cli")));

        var claims = SignedJWT.parse(tokens.path("access_token").asString()).getJWTClaimsSet();
        assertThat(claims.getSubject()).isEqualTo("dave");
    }

    private String token(String user) throws Exception {
        return json(clientCredentials(user, password(user))).path("access_token").asString();
    }

    private String password(String user) throws Exception {
        return Files.readString(directory.resolve(user + ".password")).strip();
    }

    private HttpResponse<String> clientCredentials(String user, String password) throws Exception {
        var basic = ("dev-" + user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return http.send(
                HttpRequest.newBuilder(URI.create(issuer + "/oauth2/token"))
                        .header(
                                "Authorization",
                                "Basic " + Base64.getEncoder().encodeToString(basic))
                        .header("Content-Type", FORM)
                        .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private void signIn(String user) throws Exception {
        var page = get(issuer + "/login").body();
        var answer =
                post(
                        "/login",
                        Map.of(
                                "username", user,
                                "password", password(user),
                                "_csrf", csrf(page)));
        assertThat(answer.headers().firstValue("location").orElse("")).doesNotContain("error");
    }

    private static String csrf(String page) {
        int name = page.indexOf("name=\"_csrf\"");
        assertThat(name).as(page).isPositive();
        int value = page.indexOf("value=\"", name) + 7;
        return page.substring(value, page.indexOf('"', value));
    }

    private HttpResponse<String> get(String uri) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(uri)).header("Accept", "text/html, */*").build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, Map<String, String> fields) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(issuer + path))
                        .header("Content-Type", FORM)
                        .POST(HttpRequest.BodyPublishers.ofString(form(fields)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static String form(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field ->
                        field.getKey()
                                + "="
                                + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    private static JsonNode json(HttpResponse<String> response) {
        assertThat(List.of(200, 201)).as(response.body()).contains(response.statusCode());
        return JsonMapper.shared().readTree(response.body());
    }

    private static String challenge(String verifier) throws Exception {
        var digest =
                MessageDigest.getInstance("SHA-256")
                        .digest(verifier.getBytes(StandardCharsets.US_ASCII));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    }
}
