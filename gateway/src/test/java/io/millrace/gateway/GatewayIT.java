// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.millrace.contracts.AuditBatch;
import io.millrace.contracts.AuditEvent;
import io.millrace.platform.ServiceLauncher;
import io.millrace.platform.broker.Broker;
import io.millrace.platform.broker.OutgoingMessage;
import io.millrace.platform.identity.IdentityKeys;
import io.millrace.test.TestBroker;
import io.millrace.test.TestDatabase;
import io.millrace.test.TestServices;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The gateway as it starts in production, seen from outside.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(TestServices.class)
class GatewayIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final FakeIssuer issuer;
    private final FakeService service;
    private final Map<String, String> properties = new HashMap<>();
    private ConfigurableApplicationContext context;
    private @Nullable ConfigurableApplicationContext second;
    private URI base;

    GatewayIT() throws IOException {
        issuer = new FakeIssuer();
        service = new FakeService();
    }

    @BeforeAll
    void start(@TempDir Path keys, TestDatabase database, TestBroker broker) {
        IdentityKeys.generate(keys);
        properties.putAll(IdentityKeys.properties(keys, "gateway"));
        properties.putAll(database.properties());
        properties.putAll(broker.properties());
        properties.put("spring.datasource.hikari.schema", "public");
        properties.put("spring.liquibase.default-schema", "public");
        properties.put("spring.liquibase.liquibase-schema", "public");
        properties.put("server.port", "0");
        properties.put("server.address", "0.0.0.0");
        for (var name : List.of("flow", "execution", "scheduler")) {
            properties.put("millrace.services." + name + ".url", service.url());
        }
        // nobody listens there
        properties.put("millrace.services.secrets.url", "http://127.0.0.1:1");
        properties.put("millrace.gateway.issuers[0].issuer", FakeIssuer.ISSUER);
        properties.put("millrace.gateway.issuers[0].jwks-uri", issuer.keysUrl());
        properties.put("millrace.gateway.issuers[0].refetch-pause", "1s");
        properties.put("millrace.gateway.limits.body", "1MB");
        properties.put("millrace.gateway.limits.caller-per-second", "50");
        properties.put("millrace.gateway.limits.address-per-second", "10000");
        properties.put("millrace.gateway.limits.slowest", "1s");
        properties.put("millrace.gateway.limits.address-connections", "40");
        properties.put("millrace.gateway.upstream.response-timeout", "1s");
        properties.put("millrace.bench.enabled", "true");
        properties.put("millrace.gateway.portals", "https://portal.example.com");
        bind(0, "group", "admins", "admin", "");
        bind(1, "group", "data", "editor", "company.data");
        bind(2, "user", "vic", "viewer", "");
        for (int i = 0; i < 30; i++) {
            bind(3 + i, "user", "user" + i, "admin", "");
        }
        context = ServiceLauncher.run(GatewayApplication.class, "gateway", properties);
        base = base(context);
    }

    private void bind(int index, String kind, String name, String role, String namespace) {
        var key = "millrace.gateway.bindings[" + index + "].";
        properties.put(key + kind, name);
        properties.put(key + "role", role);
        properties.put(key + "namespace", namespace);
    }

    private static URI base(ConfigurableApplicationContext context) {
        return URI.create(
                "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port"));
    }

    @AfterAll
    void stop() {
        if (second != null) {
            second.close();
        }
        context.close();
        http.close();
        issuer.close();
        service.close();
    }

    private HttpRequest.Builder request(String path, String token) {
        var request = HttpRequest.newBuilder(base.resolve(path)).timeout(TIMEOUT);
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    private HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path, String token)
            throws IOException, InterruptedException {
        return send(request(path, token));
    }

    private HttpResponse<String> post(String path, String token)
            throws IOException, InterruptedException {
        return send(request(path, token).POST(HttpRequest.BodyPublishers.noBody()));
    }

    /// Sends a request line as it is, which no proper client would.
    private String raw(String target, String token) throws IOException {
        try (var socket = new Socket(base.getHost(), base.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(
                            ("GET "
                                            + target
                                            + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                                            + token
                                            + "\r\nConnection: close\r\n\r\n")
                                    .getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static void assertProblem(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type").orElse(""))
                .startsWith("application/problem+json");
        assertThat(response.body()).contains("\"message\":", "\"_embedded\":");
    }

    @Test
    void requestReachesItsServiceWithAnInternalTokenInsteadOfTheCallers() throws Exception {
        var token = issuer.token("ann", "admins");

        var response =
                send(
                        request("/api/v1/main/flows/search?q=a%20b&q=c", token)
                                .header("X-Millrace-Tenant", "other")
                                .header("X-Forwarded-For", "1.2.3.4")
                                .header("X-Remote-User", "root")
                                .header("Cookie", "a=b")
                                .header("If-Match", "\"3\""));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.body())
                .startsWith("GET /api/v1/main/flows/search?q=a%20b&q=c 0")
                .contains("If-match=[\"3\"]", "X-forwarded-for=[127.0.0.1]", "Traceparent=[00-")
                .doesNotContain(token, "1.2.3.4", "root", "Cookie", "X-millrace");
        assertThat(response.headers().firstValue("ETag")).contains("\"7\"");
        assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(response.headers().firstValue("RateLimit")).isPresent();
        assertThat(response.headers().allValues("Date")).hasSize(1);
    }

    @Test
    void bracketsOfAFilterNeedNoEscape() throws Exception {
        var answer =
                raw(
                        "/api/v1/main/flows/search?filters[namespace][EQUALS]=a",
                        issuer.token("ann", "admins"));

        assertThat(answer)
                .startsWith("HTTP/1.1 200")
                .contains("GET /api/v1/main/flows/search?filters[namespace][EQUALS]=a 0");
    }

    @Test
    void answersOfServicesArePassedOnAsTheyAre() throws Exception {
        var response = get("/api/v1/main/flows/missing", issuer.token("ann", "admins"));

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).startsWith("GET /api/v1/main/flows/missing");
    }

    @Test
    void startsThatAQuotaRefusesDoNotReachTheServiceAgain() throws Exception {
        var start = "/api/v1/main/executions/company.team/over-quota";
        var token = issuer.token("ann", "admins");

        var first = post(start, token);
        var second = post(start, token);

        assertThat(first.statusCode()).isEqualTo(429);
        assertThat(first.headers().firstValue("X-Millrace-Closed")).isEmpty();
        assertProblem(second, 429);
        assertThat(second.body()).contains("at most 5 executions started a minute");
        assertThat(second.headers().firstValue("Retry-After")).isPresent();
        assertThat(service.refused()).isEqualTo(1);
        assertThat(post(start + "/bulk", token).statusCode()).isEqualTo(429);
        assertThat(service.refused()).isEqualTo(2);
    }

    @Test
    void pathWithoutATenantIsOfTenantMain() throws Exception {
        var token = issuer.token("ann", "admins");

        assertThat(get("/api/v1/executions/search?page=2", token).body())
                .startsWith("GET /api/v1/main/executions/search?page=2 ");
    }

    @Test
    void tenantOfOthersIsNotThere() throws Exception {
        assertProblem(get("/api/v1/other/flows/search", issuer.token("ann", "admins")), 404);
        assertProblem(get("/api/v1/main/flows/search", issuer.token("nobody")), 404);
    }

    private Map<String, String> badTokens() throws Exception {
        var key = issuer.key();
        var other = FakeIssuer.newKey(key.getKeyID());
        var good = issuer.token("ann", "admins");
        var parts = good.split("\\.");
        var now = Instant.now();
        var claims = FakeIssuer.claims("ann", "admins");
        var bad = new LinkedHashMap<String, String>();
        bad.put("none at all", "");
        bad.put("not a token", "nothing");
        bad.put("two parts", parts[0] + "." + parts[1]);
        bad.put("empty signature", parts[0] + "." + parts[1] + ".");
        bad.put("other payload", parts[0] + "." + encode("{\"sub\":\"eve\"}") + "." + parts[2]);
        bad.put("alg none", new PlainJWT(claims.build()).serialize());
        var hmac =
                new SignedJWT(
                        new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(key.getKeyID()).build(),
                        claims.build());
        hmac.sign(new MACSigner(key.toRSAPublicKey().getEncoded()));
        bad.put("public key as HMAC secret", hmac.serialize());
        bad.put("key of another", FakeIssuer.sign(other, claims.build(), _ -> {}));
        bad.put(
                "key id unknown",
                FakeIssuer.sign(FakeIssuer.withId(other, "zz"), claims.build(), _ -> {}));
        bad.put("no key id", FakeIssuer.sign(key, claims.build(), h -> h.keyID(null)));
        var eves = FakeIssuer.withId(other, "eve");
        bad.put(
                "own key in the header",
                FakeIssuer.sign(eves, claims.build(), h -> h.jwk(eves.toPublicJWK())));
        bad.put(
                "own key URL",
                FakeIssuer.sign(
                        eves, claims.build(), h -> h.jwkURL(URI.create("https://eve.test/keys"))));
        bad.put(
                "unknown critical header",
                FakeIssuer.sign(
                        key,
                        claims.build(),
                        h -> h.criticalParams(Set.of("x")).customParam("x", 1)));
        bad.put(
                "logout token",
                FakeIssuer.sign(
                        key, claims.build(), h -> h.type(new JOSEObjectType("logout+jwt"))));
        bad.put(
                "other issuer",
                FakeIssuer.sign(
                        key, FakeIssuer.claims("ann").issuer("https://eve.test").build(), _ -> {}));
        bad.put(
                "no issuer",
                FakeIssuer.sign(key, FakeIssuer.claims("ann").issuer(null).build(), _ -> {}));
        bad.put(
                "other audience",
                FakeIssuer.sign(key, FakeIssuer.claims("ann").audience("wiki").build(), _ -> {}));
        bad.put(
                "expired",
                FakeIssuer.sign(
                        key,
                        FakeIssuer.claims("ann", "admins")
                                .expirationTime(Date.from(now.minusSeconds(120)))
                                .build(),
                        _ -> {}));
        bad.put(
                "never expires",
                FakeIssuer.sign(
                        key, FakeIssuer.claims("ann").expirationTime(null).build(), _ -> {}));
        bad.put(
                "not valid yet",
                FakeIssuer.sign(
                        key,
                        FakeIssuer.claims("ann")
                                .notBeforeTime(Date.from(now.plusSeconds(120)))
                                .build(),
                        _ -> {}));
        bad.put(
                "no subject",
                FakeIssuer.sign(key, FakeIssuer.claims("ann").subject(null).build(), _ -> {}));
        bad.put(
                "ID token",
                FakeIssuer.sign(
                        key, FakeIssuer.claims("ann").claim("nonce", "n").build(), _ -> {}));
        bad.put(
                "refresh token",
                FakeIssuer.sign(
                        key, FakeIssuer.claims("ann").claim("typ", "Refresh").build(), _ -> {}));
        bad.put("too long", good + "A".repeat(9000));
        var rs =
                new SignedJWT(
                        new JWSHeader.Builder(JWSAlgorithm.RS512).keyID("k1").build(),
                        claims.build());
        rs.sign(new RSASSASigner(other));
        bad.put("other algorithm, other key", rs.serialize());
        return bad;
    }

    private static String encode(String json) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void noBadTokenGetsThrough() throws Exception {
        var bad = badTokens();
        assertThat(bad).hasSizeGreaterThanOrEqualTo(20);
        for (var token : bad.entrySet()) {
            var response = get("/api/v1/main/flows/search", token.getValue());

            assertThat(response.statusCode()).as(token.getKey()).isEqualTo(401);
            assertProblem(response, 401);
            assertThat(response.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        }
        var basic =
                request("/api/v1/main/flows/search", "")
                        .header("Authorization", "Basic " + encode("a:b"));
        assertProblem(send(basic), 401);
    }

    @Test
    void keysRotateAndUnknownKeysAreLookedUpRarely() throws Exception {
        assertThat(get("/api/v1/main/me", issuer.token("ann", "admins")).statusCode())
                .isEqualTo(200);

        issuer.rotate("k" + System.nanoTime());

        Awaitility.await()
                .atMost(TIMEOUT)
                .untilAsserted(() ->
                        assertThat(
                                        get("/api/v1/main/me", issuer.token("ann", "admins"))
                                                .statusCode())
                                .isEqualTo(200));
        var unknown = FakeIssuer.newKey("unknown");
        int before = issuer.lookUps();
        long begin = System.nanoTime();
        for (int i = 0; i < 30; i++) {
            var claims = FakeIssuer.claims("ann").claim("i", i).build();
            assertProblem(get("/api/v1/main/me", FakeIssuer.sign(unknown, claims, _ -> {})), 401);
        }
        // two look-ups are let through in each pause of one second
        long seconds = Duration.ofNanos(System.nanoTime() - begin).toSeconds();
        assertThat(issuer.lookUps() - before).isLessThanOrEqualTo((int) (2 * seconds + 4));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/internal/flows/newest",
                "/api/v1/main/../../internal/whoami",
                "/api/v1/main/flows/..%2f..%2finternal",
                "/api/v1/main/flows/%2e%2e/internal",
                "/api/v1/main/flows/%2E%2E%2Finternal",
                "/api/v1/main/flows/..;/internal",
                "/api/v1/main/flows;a=b/search",
                "/api/v1/main//flows",
                "//internal/whoami",
                "/api/v1/main/flows/%00",
                "/api/v1/main/flows/a%0d%0aX-Evil:1",
                "/api/v1/main/flows/%252e%252e/x",
                "/api/v1/main/flows/a%5cb",
                "/api/v1/main/flows\\..\\internal",
                "/api/v1/main/flows/%zz",
                "/api/v1/main/nothing/configs",
                "/anything/configs",
                "/api/v1/Main/flows",
                "/api/v1/main",
                "/api/v2/main/flows",
                "/actuator/env",
                "/actuator/prometheus/",
                "/actuator/health/../env",
                "/v3/api-docs",
                "/error",
                "/api/v1/main/flows/.",
                "/api/v1/main/%66lows/..%u002f",
                "http://127.0.0.1/internal/whoami",
            })
    void onlyPlainKnownPathsAreTaken(String target) throws Exception {
        var answer = raw(target, issuer.token("ann", "admins"));

        assertThat(answer).matches("(?s)HTTP/1.1 40[04].*");
        assertThat(answer).contains("application/problem+json");
        assertThat(answer).doesNotContain("X-Evil:1\r\n", "at io.millrace");
    }

    @ParameterizedTest
    @CsvSource({"vic, 403", "dora, 403", "ann, 200"})
    void adminsAloneRuleAccess(String user, int status) throws Exception {
        var group =
                switch (user) {
                    case "ann" -> "admins";
                    case "dora" -> "data";
                    default -> "none";
                };

        assertThat(get("/api/v1/main/bindings", issuer.token(user, group)).statusCode())
                .isEqualTo(status);
        assertThat(get("/api/v1/main/audit", issuer.token(user, group)).statusCode())
                .isEqualTo(status);
    }

    @Test
    void grantHoldsAtOnceOnEveryInstance() throws Exception {
        second = ServiceLauncher.run(GatewayApplication.class, "gateway", properties);
        var other = base(second);
        var admin = issuer.token("ann", "admins");
        var newcomer = issuer.token("new", "comers");
        for (int i = 0; i < 5; i++) {
            assertProblem(get("/api/v1/main/flows/search", newcomer), 404);

            var added =
                    send(
                            request("/api/v1/main/bindings", admin)
                                    .header("Content-Type", "application/json")
                                    .POST(
                                            BodyPublishers.ofString(
                                                    "{\"group\":\"comers\",\"role\":\"viewer\"}")));
            assertThat(added.statusCode()).as(added.body()).isEqualTo(201);

            var there =
                    HttpRequest.newBuilder(other.resolve("/api/v1/main/flows/search"))
                            .header("Authorization", "Bearer " + newcomer);
            assertThat(send(there).statusCode()).isEqualTo(200);
            var id = added.body().replaceAll("^\\{\"id\":\"([^\"]+)\".*", "$1");
            assertThat(send(request("/api/v1/main/bindings/" + id, admin).DELETE()).statusCode())
                    .isEqualTo(204);
            assertProblem(send(there), 404);
        }
    }

    @Test
    void theAuditLogSaysWhereACallerIsAndNotWhereHeSaysThatHeIs() throws Exception {
        var admin = issuer.token("user11");
        var added =
                send(
                        request("/api/v1/main/bindings", admin)
                                .header("Content-Type", "application/json")
                                .header("X-Forwarded-For", "203.0.113.9")
                                .header("Forwarded", "for=203.0.113.9")
                                .POST(
                                        BodyPublishers.ofString(
                                                "{\"group\":\"forgers\",\"role\":\"viewer\"}")));
        assertThat(added.statusCode()).as(added.body()).isEqualTo(201);

        Awaitility.await()
                .untilAsserted(() ->
                        assertThat(get("/api/v1/main/audit?subject=user11", admin).body())
                                .contains("forgers", "\"address\":\"127.0.0.1\"")
                                .doesNotContain("203.0.113.9"));
    }

    @Test
    void streamIsPassedOnAtOnceAndEndsWithItsReader() throws Exception {
        var response =
                http.send(
                        request(
                                        "/api/v1/main/logs/0000000000000000stream/follow",
                                        issuer.token("ann", "admins"))
                                .build(),
                        BodyHandlers.ofInputStream());
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).isEqualTo("data: 0");
            service.continueStream();
            assertThat(lines.readLine()).isEmpty();
            assertThat(lines.readLine()).isEqualTo("data: 1");
        }

        assertThat(service.awaitBrokenStream()).isTrue();
    }

    @Test
    void pagesOfAPortalMayCallWithATokenAndPagesOfOthersMayNot() throws Exception {
        var path = "/api/v1/main/executions/company/hello";
        var asked = preflight(path, "https://portal.example.com");
        var other = preflight(path, "https://portal.example.com.evil.example");
        var called = fromOrigin("https://portal.example.com", issuer.token("ann", "admins"));
        var calledByOther = fromOrigin("https://evil.example", issuer.token("ann", "admins"));
        var withoutToken = fromOrigin("https://portal.example.com", null);

        assertThat(asked.statusCode()).isEqualTo(200);
        assertThat(asked.headers().firstValue("Access-Control-Allow-Origin"))
                .contains("https://portal.example.com");
        assertThat(asked.headers().firstValue("Access-Control-Allow-Headers").orElse(""))
                .contains("authorization");
        assertThat(asked.headers().firstValue("Access-Control-Allow-Credentials")).isEmpty();
        assertProblem(other, 405);
        assertThat(other.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
        assertThat(called.statusCode()).isEqualTo(200);
        assertThat(called.headers().allValues("Access-Control-Allow-Origin"))
                .containsExactly("https://portal.example.com");
        assertThat(calledByOther.statusCode()).isEqualTo(200);
        assertThat(calledByOther.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
        assertProblem(withoutToken, 401);
    }

    private HttpResponse<String> preflight(String path, String origin) throws Exception {
        return send(
                HttpRequest.newBuilder(base.resolve(path))
                        .header("Origin", origin)
                        .header("Access-Control-Request-Method", "POST")
                        .header("Access-Control-Request-Headers", "authorization")
                        .method("OPTIONS", BodyPublishers.noBody()));
    }

    private HttpResponse<String> fromOrigin(String origin, @Nullable String token)
            throws Exception {
        var request =
                HttpRequest.newBuilder(base.resolve("/api/v1/main/flows/search"))
                        .header("Origin", origin);
        return send(token == null ? request : request.header("Authorization", "Bearer " + token));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "DELETE"})
    void formIsPassedOnAsTheBodyThatItIs(String method) throws Exception {
        var path = "/api/v1/main/flows/company.team/hello";
        var answer =
                send(
                        request(path, issuer.token("ann", "admins"))
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .method(method, BodyPublishers.ofString("a=b&c=d")));

        assertThat(answer.body()).startsWith(method + " " + path + " 7");
    }

    @Test
    void tooMuchIsRefused() throws Exception {
        var token = issuer.token("ann", "admins");
        var big = BodyPublishers.ofByteArray(new byte[1_100_000]);
        var chunked =
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[1_100_000]));

        assertProblem(send(request("/api/v1/main/flows", token).POST(big)), 413);
        assertProblem(send(request("/api/v1/main/flows", token).POST(chunked)), 413);
        assertProblem(get("/api/v1/main/flows/search?q=" + "a".repeat(9000), token), 414);
        assertProblem(
                send(request("/api/v1/main/flows", token).header("X-Big", "a".repeat(25_000))),
                431);
    }

    @Test
    void whoSendsAByteNowAndThenHoldsNothingForLong() throws Exception {
        var header = "POST /api/v1/main/flows HTTP/1.1\r\nHost: x\r\n";
        var body = header + "Content-Length: 100000\r\n%s\r\n";
        var token = issuer.token("ann", "admins");

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var inHeader = threads.submit(() -> drip(header + "X-Slow: "));
            var inBody =
                    threads.submit(
                            () -> drip(body.formatted("Authorization: Bearer " + token + "\r\n")));
            var refused = threads.submit(() -> drip(body.formatted("")));

            assertThat(get("/api/v1/main/me", token).statusCode()).isEqualTo(200);
            assertThat(inHeader.get()).doesNotContain(" 200 ");
            assertThat(inBody.get()).startsWith("HTTP/1.1 408 ").contains("request-timeout");
            assertThat(refused.get()).startsWith("HTTP/1.1 401 ");
        }
    }

    /// Sends more of a request, a byte at a time, until it is cut off.
    ///
    /// @return what came meanwhile
    private String drip(String request) throws IOException {
        var answer = new StringBuilder();
        long end = System.nanoTime() + TIMEOUT.toNanos();
        try (var socket = new Socket(base.getHost(), base.getPort())) {
            socket.setSoTimeout(50);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            while (System.nanoTime() < end) {
                try {
                    int read = socket.getInputStream().read();
                    if (read < 0) {
                        return answer.toString();
                    }
                    answer.append((char) read);
                } catch (SocketTimeoutException _) {
                    socket.getOutputStream().write('x');
                }
            }
        } catch (SocketException _) {
            return answer.toString();
        }
        throw new AssertionError("Still connected, after " + answer);
    }

    @Test
    void noAddressGetsAllConnections() throws Exception {
        var own = ownAddress();
        assumeThat(own).as("This machine has an address besides the loopback's").isPresent();
        var open = new ArrayList<Socket>();
        try {
            for (int i = 0; i < 60; i++) {
                open.add(new Socket(own.get(), base.getPort()));
                open.getLast().setSoTimeout(1);
            }

            Awaitility.await()
                    .untilAsserted(() ->
                            assertThat(open.stream().filter(GatewayIT::isClosed))
                                    .hasSizeBetween(20, 30));
            assertThat(get("/ping", "").statusCode()).isEqualTo(200);
        } finally {
            for (var socket : open) {
                socket.close();
            }
        }
    }

    private static Optional<InetAddress> ownAddress() throws SocketException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(a -> a instanceof Inet4Address && !a.isLoopbackAddress())
                .findFirst();
    }

    private static boolean isClosed(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException _) {
            return false;
        } catch (IOException _) {
            return true;
        }
    }

    @Test
    void aServicesRefusalIsPassedOnAndNotAnswered() throws Exception {
        var answer = get("/api/v1/main/flows/company/closed", issuer.token("ann", "admins"));

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).startsWith("GET /api/v1/main/flows/company/closed");
    }

    @Test
    void awayAndLateServicesAreProblemsWorthRetrying() throws Exception {
        var token = issuer.token("ann", "admins");

        var away = get("/api/v1/main/namespaces/a/secrets", token);
        var late = get("/api/v1/main/executions/000000000000000000late", token);

        assertProblem(away, 503);
        assertThat(away.headers().firstValue("Retry-After")).isPresent();
        assertProblem(late, 504);
        assertThat(late.headers().firstValue("Retry-After")).isPresent();
    }

    @Test
    void callerWhoAsksTooMuchWaits() throws Exception {
        var token = issuer.token("user7");
        HttpResponse<String> response = get("/api/v1/main/me", token);
        for (int i = 0; i < 400 && response.statusCode() == 200; i++) {
            response = get("/api/v1/main/me", token);
        }

        assertProblem(response, 429);
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
        assertThat(get("/api/v1/main/me", issuer.token("user8")).statusCode()).isEqualTo(200);
    }

    @Test
    void openRoutesNeedNoTokenButGiveNone() throws Exception {
        var webhook = get("/api/v1/main/executions/webhook/a/b/key", "");

        assertThat(webhook.body()).contains("Authorization=[Bearer ");
        assertThat(get("/ping", "").body()).isEqualTo("pong");
        assertThat(get("/actuator/health", "").statusCode()).isEqualTo(200);
    }

    @Test
    void metricsAreForTheLoopbackAndNotForWhomAProxySpeaks() throws Exception {
        var proxied = request("/actuator/prometheus", "").header("X-Forwarded-For", "9.9.9.9");

        assertThat(get("/actuator/prometheus", "").body()).contains("jvm_");
        assertProblem(send(proxied), 404);
    }

    @Test
    void apiIsDescribedAndCanBeTried() throws Exception {
        var description = get("/api/openapi.json", "");
        var page = get("/api", "");

        assertThat(description.body())
                .contains(
                        "\"openapi\":\"3.1.0\"",
                        "/api/v1/{tenant}/flows",
                        "\"Flow\"",
                        "/api/v1/{tenant}/bindings");
        assertThat(page.statusCode()).isIn(200, 302);
        var ui =
                page.statusCode() == 302
                        ? get(page.headers().firstValue("Location").orElseThrow(), "")
                        : page;
        assertThat(ui.statusCode()).as(ui.body()).isEqualTo(200);
        assertThat(ui.body()).contains("swagger-ui");
        assertThat(get("/api/swagger-ui/swagger-initializer.js", "").body())
                .contains("/api/docs/swagger-config");
        assertThat(get("/api/docs/swagger-config", "").body()).contains("/api/openapi.json");
        assertThat(get("/api/swagger-ui/swagger-ui-bundle.js", "").statusCode()).isEqualTo(200);
    }

    @Test
    void auditLogKeepsEventsOnceAndShowsTampering(TestDatabase database) throws Exception {
        var admin = issuer.token("user9");
        var broker = context.getBean(Broker.class);
        var event =
                new AuditEvent(
                        "e1",
                        Instant.parse("2026-11-21T10:00:00Z"),
                        "main",
                        "ann",
                        null,
                        null,
                        "flow.create",
                        "flow/a/b",
                        "done",
                        Map.of());
        // of the same message, by somebody who wants it to be lost
        var hostile =
                new AuditEvent(
                        "e2",
                        event.at(),
                        "main",
                        "eve",
                        null,
                        null,
                        "access.refused",
                        "namespace/a\u0000b",
                        "refused",
                        Map.of("why", "\u0000"));
        for (int i = 0; i < 2; i++) {
            broker.publisher()
                    .publish(
                            OutgoingMessage.event(
                                    broker.topology().auditExchange(),
                                    "main",
                                    new AuditBatch("main", List.of(hostile, event))));
        }

        Awaitility.await()
                .atMost(TIMEOUT)
                .untilAsserted(() ->
                        assertThat(get("/api/v1/main/audit?action=flow.create", admin).body())
                                .containsOnlyOnce("\"id\":\"e1\""));
        assertThat(get("/api/v1/main/audit/verify", admin).body()).contains("\"whole\":true");

        // nothing is appended while the log is tampered with
        var stores =
                Stream.of(Optional.of(context), Optional.ofNullable(second))
                        .flatMap(Optional::stream)
                        .map(instance -> instance.getBean("auditStore", SmartLifecycle.class))
                        .toList();
        stores.forEach(SmartLifecycle::stop);
        try {
            tamperWithAuditLog(admin, database);
        } finally {
            stores.forEach(SmartLifecycle::start);
        }
    }

    @Test
    void oneLooksAtAllOfTheAuditLogAtATime(TestDatabase database) throws Exception {
        var admin = issuer.token("user9");
        var jdbc = JdbcClient.create(database.dataSource());
        try (var beside = Executors.newVirtualThreadPerTaskExecutor();
                var connection = database.connect();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("lock table audit_entry in access exclusive mode");
            var first = beside.submit(() -> get("/api/v1/main/audit/verify", admin));
            Awaitility.await()
                    .atMost(TIMEOUT)
                    .until(() ->
                            jdbc.sql(
                                            """
                                            select count(*) > 0 from pg_locks
                                             where not granted
                                               and relation = 'audit_entry'::regclass
                                               and mode = 'AccessShareLock'
                                            """)
                                    .query(Boolean.class)
                                    .single());

            assertThat(get("/api/v1/main/audit/verify", admin).statusCode()).isEqualTo(429);

            connection.rollback();
            assertThat(first.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
        assertThat(get("/api/v1/main/audit/verify", admin).statusCode()).isEqualTo(200);
    }

    private void tamperWithAuditLog(String admin, TestDatabase database) throws Exception {
        var whole = audited(admin, "");
        assertThat(whole.path("whole").asBoolean()).isTrue();
        var anchor =
                "?sequence=%s&hash=%s"
                        .formatted(whole.path("entries").asString(), whole.path("hash").asString());
        var jdbc = JdbcClient.create(database.dataSource());
        long sequence =
                jdbc.sql("select sequence from audit_entry where id = 'e1'")
                        .query(Long.class)
                        .single();
        jdbc.sql("alter table audit_entry disable trigger audit_append_only").update();
        jdbc.sql("create table kept as select * from audit_entry").update();
        // what is hashed, what it is searched by, a row in the middle, the last row
        for (var tampering :
                List.of(
                        "update audit_entry set event = replace(event, 'ann', 'eve') where id = 'e1'",
                        "update audit_entry set tenant = 'other' where id = 'e1'",
                        "update audit_entry set subject = 'eve' where id = 'e1'",
                        "update audit_entry set at = at - interval '1 day' where id = 'e1'",
                        "delete from audit_entry where id = 'e1'")) {
            jdbc.sql(tampering).update();
            var found = audited(admin, "");
            assertThat(found.path("whole").asBoolean()).as(tampering).isFalse();
            assertThat(found.path("firstBroken").asLong()).as(tampering).isEqualTo(sequence);
            jdbc.sql("delete from audit_entry").update();
            jdbc.sql("insert into audit_entry select * from kept").update();
            var restored = audited(admin, "");
            assertThat(restored.path("whole").asBoolean())
                    .as("%s, undone: %s", tampering, restored)
                    .isTrue();
        }
        // the last row, and the end of the chain set back to the one before: only the anchor shows
        // it
        jdbc.sql("create table kept_end as select * from audit_end").update();
        jdbc.sql("delete from audit_entry where sequence >= ?")
                .param(whole.path("entries").asLong())
                .update();
        jdbc.sql(
                        """
                        update audit_end set (sequence, hash) =
                            (select coalesce(max(sequence), 0),
                                    coalesce((select hash from audit_entry
                                               order by sequence desc limit 1), repeat('0', 64))
                               from audit_entry)
                        """)
                .update();
        assertThat(audited(admin, "").path("whole").asBoolean()).isTrue();
        assertThat(audited(admin, anchor).path("whole").asBoolean()).isFalse();
        jdbc.sql("delete from audit_entry").update();
        jdbc.sql("insert into audit_entry select * from kept").update();
        jdbc.sql("update audit_end set (sequence, hash) = (select sequence, hash from kept_end)")
                .update();
        jdbc.sql("drop table kept, kept_end").update();
        jdbc.sql("alter table audit_entry enable trigger audit_append_only").update();
        assertThat(audited(admin, anchor).path("whole").asBoolean()).isTrue();
        assertThat(get("/api/v1/main/audit/verify?sequence=1", admin).statusCode()).isEqualTo(400);
    }

    private JsonNode audited(String admin, String query) throws Exception {
        return JsonMapper.shared().readTree(get("/api/v1/main/audit/verify" + query, admin).body());
    }
}
