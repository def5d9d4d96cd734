// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Vault's HTTP API as it is published, as far as a reader of secrets uses it. Vault itself isn't
/// run in these tests.
public final class FakeVault implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpServer server;
    private final Map<String, Object> secrets = new ConcurrentHashMap<>();
    private final Set<String> tokens = ConcurrentHashMap.newKeySet();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger issued = new AtomicInteger();
    private volatile long leaseSeconds = 3600;
    private volatile int broken;
    private final Set<String> forbidden = ConcurrentHashMap.newKeySet();

    /// Versions of the transit key `millrace`: the first is 1.
    private final List<SecretKey> transit = new CopyOnWriteArrayList<>();

    public FakeVault() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v1/", this::answer);
        server.start();
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /// @param path as in requests, such as `secret/data/a`
    public void put(String path, Object data) {
        secrets.put(path, data);
    }

    public void takeAway(String path) {
        secrets.remove(path);
    }

    /// No policy lets anybody read this path.
    public void forbid(String path) {
        forbidden.add(path);
    }

    public void leaseSeconds(long seconds) {
        leaseSeconds = seconds;
    }

    public void takeTokensBack() {
        tokens.clear();
    }

    /// @param status of all answers, or 0
    public void broken(int status) {
        broken = status;
    }

    /// As `vault write -f transit/keys/millrace/rotate`, and the first time as making the key, of
    /// type aes256-gcm96.
    public void rotateTransitKey() {
        var key = new byte[32];
        new SecureRandom().nextBytes(key);
        transit.add(new SecretKeySpec(key, "AES"));
    }

    private void transit(HttpExchange exchange, String path, JsonNode body) throws IOException {
        try {
            switch (exchange.getRequestMethod() + " " + path) {
                case "GET transit/keys/millrace" ->
                        send(
                                exchange,
                                200,
                                Map.of(
                                        "data",
                                        Map.of(
                                                "type",
                                                "aes256-gcm96",
                                                "latest_version",
                                                transit.size(),
                                                "min_decryption_version",
                                                1)));
                case "POST transit/encrypt/millrace" -> {
                    int version = body.path("key_version").asInt(transit.size());
                    var iv = new byte[12];
                    new SecureRandom().nextBytes(iv);
                    var cipher = cipher(Cipher.ENCRYPT_MODE, version, iv, body);
                    var sealed = cipher.doFinal(bytes(body, "plaintext"));
                    var all = ByteBuffer.allocate(12 + sealed.length).put(iv).put(sealed).array();
                    send(
                            exchange,
                            200,
                            Map.of(
                                    "data",
                                    Map.of(
                                            "ciphertext",
                                            "vault:v%d:%s"
                                                    .formatted(
                                                            version,
                                                            Base64.getEncoder()
                                                                    .encodeToString(all)),
                                            "key_version",
                                            version)));
                }
                case "POST transit/decrypt/millrace" -> {
                    var parts = body.path("ciphertext").asString("").split(":", 3);
                    if (parts.length != 3 || !parts[0].equals("vault")) {
                        throw new IllegalArgumentException("invalid ciphertext: no prefix");
                    }
                    var all = Base64.getDecoder().decode(parts[2]);
                    var cipher =
                            cipher(
                                    Cipher.DECRYPT_MODE,
                                    Integer.parseInt(parts[1].substring(1)),
                                    Arrays.copyOf(all, 12),
                                    body);
                    var plain = cipher.doFinal(all, 12, all.length - 12);
                    send(
                            exchange,
                            200,
                            Map.of(
                                    "data",
                                    Map.of(
                                            "plaintext",
                                            Base64.getEncoder().encodeToString(plain))));
                }
                default -> send(exchange, 404, Map.of("errors", List.of()));
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            send(exchange, 400, Map.of("errors", List.of(String.valueOf(e.getMessage()))));
        }
    }

    private Cipher cipher(int mode, int version, byte[] iv, JsonNode body)
            throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, transit.get(version - 1), new GCMParameterSpec(128, iv));
        cipher.updateAAD(bytes(body, "associated_data"));
        return cipher;
    }

    private static byte[] bytes(JsonNode body, String field) {
        return Base64.getDecoder().decode(body.path(field).asString());
    }

    /// Method and path of each.
    public List<String> requests() {
        return requests;
    }

    private void answer(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getRawPath().substring("/v1/".length());
        var body = JSON.readTree(exchange.getRequestBody().readAllBytes());
        requests.add(exchange.getRequestMethod() + " " + path);
        if (broken != 0) {
            send(exchange, broken, Map.of("errors", List.of("broken")));
            return;
        }
        var token = exchange.getRequestHeaders().getFirst("X-Vault-Token");
        switch (path) {
            case "auth/approle/login" ->
                    signIn(
                            exchange,
                            body.path("role_id").asString("").equals("role")
                                    && body.path("secret_id").asString("").equals("secret"));
            case "auth/k8s/login" ->
                    signIn(
                            exchange,
                            body.path("role").asString("").equals("millrace")
                                    && body.path("jwt").asString("").equals("the.jwt"));
            case "auth/token/renew-self" -> {
                if (token != null && tokens.contains(token)) {
                    grant(exchange, token);
                } else {
                    send(exchange, 403, Map.of("errors", List.of("permission denied")));
                }
            }
            default -> {
                if (token == null || !tokens.contains(token) || forbidden.contains(path)) {
                    send(exchange, 403, Map.of("errors", List.of("permission denied")));
                } else if (path.startsWith("transit/")) {
                    transit(exchange, path, body);
                } else if (secrets.containsKey(path)) {
                    send(exchange, 200, Map.of("data", secrets.get(path)));
                } else {
                    send(exchange, 404, Map.of("errors", List.of()));
                }
            }
        }
    }

    private void signIn(HttpExchange exchange, boolean good) throws IOException {
        if (good) {
            var token = "hvs." + issued.incrementAndGet();
            tokens.add(token);
            grant(exchange, token);
        } else {
            send(exchange, 400, Map.of("errors", List.of("invalid credentials")));
        }
    }

    private void grant(HttpExchange exchange, String token) throws IOException {
        send(
                exchange,
                200,
                Map.of(
                        "auth",
                        Map.of(
                                "client_token", token,
                                "lease_duration", leaseSeconds,
                                "renewable", true)));
    }

    private static void send(HttpExchange exchange, int status, Object body) throws IOException {
        var bytes = JSON.writeValueAsBytes(body);
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
