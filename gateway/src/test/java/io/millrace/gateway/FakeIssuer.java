// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// An OIDC issuer as far as the gateway sees one: a set of keys behind a URL.
final class FakeIssuer implements AutoCloseable {
    static final String ISSUER = "https://issuer.test/realm";

    private final HttpServer server;
    private final AtomicInteger lookUps = new AtomicInteger();
    private volatile RSAKey key;

    FakeIssuer() throws IOException {
        key = newKey("k1");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/keys",
                exchange -> {
                    lookUps.incrementAndGet();
                    var body =
                            new JWKSet(key.toPublicJWK())
                                    .toString(true)
                                    .getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().set("Content-Type", "application/json");
                    exchange.sendResponseHeaders(200, body.length);
                    try (var out = exchange.getResponseBody()) {
                        out.write(body);
                    }
                });
        server.start();
    }

    static RSAKey newKey(String id) {
        try {
            return new RSAKeyGenerator(2048).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static RSAKey withId(RSAKey key, String id) {
        return new RSAKey.Builder(key).keyID(id).build();
    }

    RSAKey key() {
        return key;
    }

    void rotate(String id) {
        key = newKey(id);
    }

    int lookUps() {
        return lookUps.get();
    }

    String keysUrl() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/keys";
    }

    static JWTClaimsSet.Builder claims(String user, String... groups) {
        var now = Instant.now();
        return new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .audience("millrace")
                .subject(user)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)))
                .claim("groups", List.of(groups));
    }

    String token(String user, String... groups) {
        return sign(key, claims(user, groups).build(), _ -> {});
    }

    static String sign(RSAKey key, JWTClaimsSet claims, Consumer<JWSHeader.Builder> more) {
        var header =
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .keyID(key.getKeyID())
                        .type(JOSEObjectType.JWT);
        more.accept(header);
        var jwt = new SignedJWT(header.build(), claims);
        try {
            jwt.sign(new RSASSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        return jwt.serialize();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
