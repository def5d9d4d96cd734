// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Tokens, headers, paths and framing that an attacker would send.
class HostileTokensIT extends Hostile {
    @TestFactory
    Stream<DynamicTest> tokensThatAreNone() throws Exception {
        var parts = alice.split("\\.", -1);
        var jwks =
                JWKSet.parse(
                        send(HttpRequest.newBuilder(uri("/dev-issuer/oauth2/jwks")).GET()).body());
        var real = (RSAKey) jwks.getKeys().getFirst();
        var own = new RSAKeyGenerator(2048).keyID(real.getKeyID()).generate();
        var claims = SignedJWT.parse(alice).getJWTClaimsSet();
        var attacks = new ArrayList<Attack>();
        attacks.add(token("none at all", ""));
        attacks.add(token("nothing", "nothing"));
        attacks.add(token("unsigned", encoded("{\"alg\":\"none\"}") + "." + parts[1] + "."));
        attacks.add(
                token(
                        "unsigned, in capitals",
                        encoded("{\"alg\":\"NONE\"}") + "." + parts[1] + "."));
        attacks.add(token("no signature", parts[0] + "." + parts[1] + "."));
        attacks.add(token("no dot at the end", parts[0] + "." + parts[1]));
        attacks.add(
                token(
                        "other payload",
                        parts[0] + "." + encoded("{\"sub\":\"root\"}") + "." + parts[2]));
        attacks.add(
                token(
                        "other signature",
                        parts[0] + "." + parts[1] + "." + encoded("x".repeat(256))));
        attacks.add(token("public key as password", hmac(real, claims)));
        attacks.add(
                token("own key under the real name", signed(own, claims, header(real.getKeyID()))));
        attacks.add(token("unknown key", signed(own, claims, header("other"))));
        attacks.add(
                token(
                        "key in the header",
                        signed(
                                own,
                                claims,
                                new JWSHeader.Builder(JWSAlgorithm.RS256)
                                        .keyID("mine")
                                        .jwk(own.toPublicJWK())
                                        .build())));
        attacks.add(
                token(
                        "key's address in the header",
                        signed(
                                own,
                                claims,
                                new JWSHeader.Builder(JWSAlgorithm.RS256)
                                        .keyID("mine")
                                        .jwkURL(URI.create("http://127.0.0.1:1/keys"))
                                        .x509CertURL(URI.create("http://127.0.0.1:1/cert"))
                                        .build())));
        attacks.add(token("path as key id", signed(own, claims, header("../../../../dev/null"))));
        attacks.add(token("SQL as key id", signed(own, claims, header("' or '1'='1"))));
        attacks.add(
                token(
                        "key of another issuer",
                        signed(
                                own,
                                new JWTClaimsSet.Builder(claims).issuer("https://eve.test").build(),
                                header("k"))));
        attacks.add(token("very long", alice + "A".repeat(9000)));
        attacks.add(
                token(
                        "API token that was never made",
                        "mlr_" + "a".repeat(16) + "_" + "b".repeat(43)));
        attacks.add(token("cut API token", "mlr_" + "a".repeat(16)));
        attacks.add(token("SQL as API token", "mlr_' or 1=1 --xxxxx_" + "b".repeat(43)));
        attacks.add(
                new Attack(
                        "password of a user",
                        HttpRequest.newBuilder(uri(SEARCH))
                                .header("Authorization", "Basic " + encoded("alice:alice")),
                        Set.of(401)));
        attacks.add(
                new Attack(
                        "token in the query",
                        HttpRequest.newBuilder(uri(SEARCH + "?access_token=" + alice)),
                        Set.of(401)));
        attacks.add(
                new Attack(
                        "token in a cookie",
                        HttpRequest.newBuilder(uri(SEARCH))
                                .header("Cookie", "Authorization=" + alice + "; JSESSIONID=1"),
                        Set.of(401)));
        attacks.add(
                new Attack(
                        "two tokens",
                        as(alice, SEARCH).header("Authorization", "Bearer " + dave),
                        Set.of(401)));
        attacks.add(new Attack("token of another tenant", as(dave, SEARCH), Set.of(404)));
        return tests(attacks);
    }

    private static Attack token(String name, String token) {
        return new Attack(name, as(token, SEARCH).GET(), Set.of(401));
    }

    private static JWSHeader header(String keyId) {
        return new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(keyId).build();
    }

    private static String signed(RSAKey key, JWTClaimsSet claims, JWSHeader header)
            throws Exception {
        var jwt = new SignedJWT(header, claims);
        jwt.sign(new RSASSASigner(key));
        return jwt.serialize();
    }

    private static String hmac(RSAKey key, JWTClaimsSet claims) throws Exception {
        var jwt =
                new SignedJWT(
                        new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(key.getKeyID()).build(),
                        claims);
        jwt.sign(new MACSigner(key.toRSAPublicKey().getEncoded()));
        return jwt.serialize();
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    // ---- headers

    @TestFactory
    Stream<DynamicTest> headersGiveNothing() {
        var attacks = new ArrayList<Attack>();
        var outside = "/api/v1/other/flows/search";
        for (var header :
                Map.of(
                                "X-Tenant", "other",
                                "X-Millrace-Tenant", "other",
                                "X-Forwarded-User", "dave",
                                "X-Remote-User", "dave",
                                "X-Auth-Request-User", "dave",
                                "X-Original-URL", "/internal/claims",
                                "X-Rewrite-URL", "/internal/claims",
                                "X-Internal-Token", "yes")
                        .entrySet()) {
            attacks.add(
                    new Attack(
                            header.getKey() + " for a tenant",
                            as(alice, outside).header(header.getKey(), header.getValue()),
                            Set.of(404)));
        }
        attacks.add(
                new Attack(
                        "method in a header",
                        as(alice, "/api/v1/main/flows/company.team/none")
                                .header("X-HTTP-Method-Override", "DELETE")
                                .GET(),
                        Set.of(404)));
        attacks.add(
                new Attack(
                        "origin of elsewhere",
                        as(alice, SEARCH).header("Origin", "https://eve.test"),
                        Set.of(200)));
        attacks.add(
                new Attack(
                        "preflight of elsewhere",
                        HttpRequest.newBuilder(uri(SEARCH))
                                .header("Origin", "https://eve.test")
                                .header("Access-Control-Request-Method", "POST")
                                .method("OPTIONS", BodyPublishers.noBody()),
                        Set.of(405)));
        attacks.add(
                new Attack(
                        "TRACE",
                        as(alice, SEARCH).method("TRACE", BodyPublishers.noBody()),
                        Set.of(405)));
        attacks.add(
                new Attack(
                        "too much in a header",
                        as(alice, SEARCH).header("X-Big", "a".repeat(30_000)),
                        Set.of(431)));
        return tests(attacks);
    }

    /// Request lines that no proper client sends.
    @TestFactory
    Stream<DynamicTest> pathsThatAreNotPlain() {
        return Stream.of(
                        "/internal/claims",
                        "/internal/flows/newest",
                        "/internal/tenants/main",
                        "/api/v1/main/../../internal/claims",
                        "/api/v1/main/flows/..%2f..%2f..%2finternal/claims",
                        "/api/v1/main/flows/%2e%2e/%2e%2e/%2e%2e/internal/claims",
                        "/api/v1/main/flows/..;/..;/internal/claims",
                        "/api/v1/main/flows/search;jsessionid=1",
                        "/api/v1/main//flows/search",
                        "//internal/claims",
                        "/api/v1/main/flows/%00",
                        "/api/v1/main/flows/a%0d%0aX-Evil:1",
                        "/api/v1/main/flows/%252e%252e/x",
                        "/api/v1/main/flows/a%5cb",
                        "/api/v1/main/users/configs/configs",
                        "/api/v1/main/flows/search/configs",
                        "/actuator/env",
                        "/actuator/heapdump",
                        "/actuator/prometheus/x",
                        "/v3/api-docs",
                        "/error",
                        "http://127.0.0.1/internal/claims",
                        "/api/v1/MAIN/flows/search",
                        "/api/v1/main/executions/' or 1=1")
                .map(path ->
                        DynamicTest.dynamicTest(
                                path,
                                () -> {
                                    var answer = raw("GET " + path + " HTTP/1.1");

                                    assertThat(answer).matches("(?s)HTTP/1.1 40[04].*");
                                    assertThat(answer)
                                            .doesNotContain("X-Evil:1\r\n", "at io.millrace");
                                }));
    }

    @TestFactory
    Stream<DynamicTest> bodiesThatAreTwo() {
        return Map.of(
                        "length and chunks",
                                "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                        "two lengths", "Content-Length: 0\r\nContent-Length: 40\r\n\r\n",
                        "unknown encoding", "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n")
                .entrySet()
                .stream()
                .map(c ->
                        DynamicTest.dynamicTest(
                                c.getKey(),
                                () -> {
                                    var smuggled =
                                            "GET /internal/claims HTTP/1.1\r\nHost: x\r\n\r\n";
                                    var answer =
                                            raw(
                                                    "POST /api/v1/main/flows/validate HTTP/1.1\r\n"
                                                            + c.getValue()
                                                            + smuggled);

                                    // one answer at most, and not to what was smuggled in
                                    assertThat(answer.split("HTTP/1\\.1 ", -1))
                                            .hasSizeLessThanOrEqualTo(2);
                                    assertThat(answer)
                                            .doesNotContain("/internal/claims", "HTTP/1.1 404");
                                }));
    }

    private String raw(String lines) throws IOException {
        var server = URI.create(RunningSuite.server());
        try (var socket = new Socket(server.getHost(), server.getPort())) {
            socket.setSoTimeout(10_000);
            int end = lines.indexOf("\r\n");
            var first = end < 0 ? lines : lines.substring(0, end);
            var rest = end < 0 ? "\r\n" : lines.substring(end + 2);
            var head =
                    first
                            + "\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer "
                            + alice
                            + "\r\n";
            socket.getOutputStream().write((head + rest).getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
