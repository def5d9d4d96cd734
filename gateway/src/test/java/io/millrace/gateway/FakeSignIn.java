// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway;

import com.nimbusds.jwt.JWTClaimsSet;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/// The pages of an issuer at which browsers sign in: it takes a code once, with the verifier that
/// its challenge was made of, and a refresh token once.
final class FakeSignIn implements AutoCloseable {
    static final String CLIENT = "millrace-gateway";
    static final String SECRET = "the secret: of the client";

    private final HttpServer server;
    private final FakeIssuer keys;
    private final String issuer;
    private final Map<String, Map<String, String>> codes = new ConcurrentHashMap<>();
    private final Map<String, String> refreshTokens = new ConcurrentHashMap<>();
    private final AtomicInteger refreshes = new AtomicInteger();
    private final List<String> revoked = new CopyOnWriteArrayList<>();
    private volatile int lifetimeSeconds = 300;
    private volatile boolean refreshable = true;
    private volatile boolean away;
    private volatile String otherNonce = "";

    FakeSignIn(FakeIssuer keys, String issuer) throws IOException {
        this.keys = keys;
        this.issuer = issuer;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/token", this::token);
        server.createContext(
                "/revoke",
                exchange -> {
                    revoked.add(form(exchange).getOrDefault("token", ""));
                    answer(exchange, 200, Map.of());
                });
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /// Somebody signs in at the page to which he was sent.
    ///
    /// @return the code
    String signIn(URI page, String user, String... groups) {
        var query = query(page.getRawQuery());
        var code = UUID.randomUUID().toString();
        query.put("user", user);
        query.put("groups", String.join(",", groups));
        codes.put(code, query);
        return code;
    }

    void lifetimeSeconds(int seconds) {
        lifetimeSeconds = seconds;
    }

    void refreshable(boolean yes) {
        refreshable = yes;
    }

    void away(boolean yes) {
        away = yes;
    }

    void otherNonce(String nonce) {
        otherNonce = nonce;
    }

    void forgetRefreshTokens() {
        refreshTokens.clear();
    }

    int refreshes() {
        return refreshes.get();
    }

    List<String> revoked() {
        return revoked;
    }

    private void token(HttpExchange exchange) throws IOException {
        if (away) {
            answer(exchange, 503, Map.of());
            return;
        }
        var form = form(exchange);
        var basic =
                "Basic "
                        + Base64.getEncoder()
                                .encodeToString(
                                        (encoded(CLIENT) + ":" + encoded(SECRET))
                                                .getBytes(StandardCharsets.UTF_8));
        if (!basic.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            answer(exchange, 401, Map.of("error", "invalid_client"));
            return;
        }
        if (form.getOrDefault("grant_type", "").equals("refresh_token")) {
            refreshes.incrementAndGet();
            var owner = refreshTokens.remove(form.getOrDefault("refresh_token", ""));
            if (owner == null) {
                answer(exchange, 400, Map.of("error", "invalid_grant"));
            } else {
                var parts = owner.split("/", -1);
                answer(exchange, 200, tokens(parts[0], parts[1], ""));
            }
            return;
        }
        var request = codes.remove(form.getOrDefault("code", ""));
        if (request == null
                || !challenge(form.getOrDefault("code_verifier", ""))
                        .equals(request.get("code_challenge"))
                || !form.getOrDefault("redirect_uri", "").equals(request.get("redirect_uri"))) {
            answer(exchange, 400, Map.of("error", "invalid_grant"));
            return;
        }
        answer(
                exchange,
                200,
                tokens(
                        request.getOrDefault("user", ""),
                        request.getOrDefault("groups", ""),
                        otherNonce.isEmpty() ? request.getOrDefault("nonce", "") : otherNonce));
    }

    private Map<String, Object> tokens(String user, String groups, String nonce) {
        var now = Instant.now();
        var claims =
                new JWTClaimsSet.Builder()
                        .issuer(issuer)
                        .subject(user)
                        .issueTime(Date.from(now))
                        .expirationTime(Date.from(now.plusSeconds(lifetimeSeconds)))
                        .jwtID(UUID.randomUUID().toString())
                        .claim("preferred_username", user)
                        .claim("name", "Name of " + user)
                        .claim("groups", Arrays.asList(groups.split(",")));
        var answer = new java.util.HashMap<String, Object>();
        answer.put("token_type", "Bearer");
        answer.put("expires_in", lifetimeSeconds);
        var access = new JWTClaimsSet.Builder(claims.build()).audience("millrace").build();
        answer.put("access_token", FakeIssuer.sign(keys.key(), access, _ -> {}));
        if (!nonce.isEmpty()) {
            var id =
                    new JWTClaimsSet.Builder(claims.build())
                            .audience(CLIENT)
                            .claim("nonce", nonce)
                            .build();
            answer.put("id_token", FakeIssuer.sign(keys.key(), id, _ -> {}));
        }
        if (refreshable) {
            var refresh = UUID.randomUUID().toString();
            refreshTokens.put(refresh, user + "/" + groups);
            answer.put("refresh_token", refresh);
        }
        return answer;
    }

    private static String encoded(String text) {
        return java.net.URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String challenge(String verifier) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, String> form(HttpExchange exchange) throws IOException {
        return query(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    }

    static Map<String, String> query(String text) {
        return Arrays.stream(text.split("&"))
                .map(p -> p.split("=", 2))
                .filter(p -> p.length == 2)
                .collect(
                        Collectors.toMap(
                                p -> p[0],
                                p -> URLDecoder.decode(p[1], StandardCharsets.UTF_8),
                                (a, _) -> a,
                                java.util.HashMap::new));
    }

    private static void answer(HttpExchange exchange, int status, Map<String, Object> body)
            throws IOException {
        var bytes = JsonMapper.shared().writeValueAsBytes(body);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        try (var out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
