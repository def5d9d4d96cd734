// SPDX-License-Identifier: Apache-2.0
package io.millrace.test;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.test.StandIn.Answer;
import io.millrace.test.StandIn.Asked;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Vault for tests, which set it up by its own API, so that they are the same for what stands in
/// for it and for a program that is installed. It begins as `-dev` does: unsealed, with version 2
/// of the key-value engine at `secret`.
public final class VaultServer implements AutoCloseable {
    static final String ROOT = "root";
    private static final String STAND_IN = "stand-in";
    private static final String OLD_STAND_IN = "old stand-in";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpServer front;
    private final Behind behind;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile int broken;

    /// What answers.
    interface Behind extends AutoCloseable {
        Answer answer(Asked asked) throws IOException, InterruptedException;

        /// What opens it when it is sealed.
        String unsealKey();

        @Override
        void close();
    }

    private VaultServer(Behind behind) throws IOException {
        this.behind = behind;
        front = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        front.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        front.createContext("/", this::answer);
        front.start();
    }

    /// What there is to test against: the stand-in, and of `vault` and `bao` (OpenBao) what is on
    /// the `PATH`.
    public static Stream<String> programs() {
        return Stream.concat(
                Stream.of(STAND_IN), Stream.of("vault", "bao").filter(VaultServer::isInstalled));
    }

    /// The same with versions before 1.13 alone, which ignore the associated data of a ciphertext;
    /// or without them.
    public static Stream<String> programs(boolean old) {
        return Stream.concat(programs(), Stream.of(OLD_STAND_IN)).filter(p -> isOld(p) == old);
    }

    private static boolean isOld(String program) {
        if (program.endsWith(STAND_IN)) {
            return program.equals(OLD_STAND_IN);
        }
        try (var output = new ProcessBuilder(program, "version").start().inputReader()) {
            var version = Pattern.compile("^Vault v1\\.(\\d+)").matcher(output.readAllAsString());
            return version.find() && Integer.parseInt(version.group(1)) < 13;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isInstalled(String program) {
        return Arrays.stream(String.valueOf(System.getenv("PATH")).split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    /// The stand-in.
    public static VaultServer start() throws IOException {
        return new VaultServer(new StandInVault(false));
    }

    /// @param program one of [#programs()]
    /// @param directory where it may write
    public static VaultServer start(String program, Path directory) throws IOException {
        return new VaultServer(
                program.endsWith(STAND_IN)
                        ? new StandInVault(isOld(program))
                        : new Installed(program, directory));
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + front.getAddress().getPort());
    }

    /// A token that may do all.
    public String token() {
        return ROOT;
    }

    /// Method and path of each request, but for those of [#admin].
    public List<String> requests() {
        return requests;
    }

    /// @param status of all answers, as of something between, or 0
    public void broken(int status) {
        broken = status;
    }

    public void seal() {
        admin("PUT", "sys/seal", null);
    }

    public void unseal() {
        admin("PUT", "sys/unseal", Map.of("key", behind.unsealKey()));
        // it begins to serve a moment after it is open
        Awaitility.await("Vault is open")
                .until(() -> asRoot("GET", "auth/token/lookup-self", null).status() == 200);
    }

    /// Asks as one who may do all.
    ///
    /// @param path after `/v1/`
    /// @return the answer, empty if it has none
    /// @throws IllegalStateException if it isn't good
    public Map<String, @Nullable Object> admin(
            String method, String path, @Nullable Map<String, ?> body) {
        var answer = asRoot(method, path, body);
        if (answer.status() >= 300) {
            throw new IllegalStateException(
                    "%s %s: %d %s".formatted(method, path, answer.status(), answer.body()));
        }
        return StandInVault.object(answer.body());
    }

    private Answer asRoot(String method, String path, @Nullable Map<String, ?> body) {
        try {
            return behind.answer(
                    new Asked(
                            method,
                            "/v1/" + path,
                            Map.of("x-vault-token", ROOT),
                            body == null ? "" : JSON.writeValueAsString(body)));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// Who signs in by approle.
    public record AppRole(String roleId, String secretId) {}

    /// Makes a role whose tokens may do what a policy says, and a way to sign in as it.
    ///
    /// @param policy such as `path "secret/data/a" { capabilities = ["read"] }`
    /// @param more such as `token_ttl`
    public AppRole appRole(String name, String policy, Map<String, ?> more) {
        if (asRoot("GET", "auth/approle/role?list=true", null).status() != 200) {
            asRoot("POST", "sys/auth/approle", Map.of("type", "approle"));
        }
        admin("PUT", "sys/policies/acl/" + name, Map.of("policy", policy));
        var role = new LinkedHashMap<String, @Nullable Object>(more);
        role.put("token_policies", List.of(name));
        var path = "auth/approle/role/" + name;
        admin("POST", path, role);
        return new AppRole(
                text(admin("GET", path + "/role-id", null), "role_id"),
                text(admin("POST", path + "/secret-id", Map.of()), "secret_id"));
    }

    private static String text(Map<String, @Nullable Object> answer, String field) {
        return answer.get("data") instanceof Map<?, ?> data ? String.valueOf(data.get(field)) : "";
    }

    /// Makes a way to sign in by JWTs of a key that is made for it, and a role there.
    ///
    /// @return a JWT for the role
    public String jwtRole(String mount, String role, String policy)
            throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        var pair = generator.generateKeyPair();
        var key = Base64.getMimeEncoder().encodeToString(pair.getPublic().getEncoded());
        var pem = "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n".formatted(key);
        admin("POST", "sys/auth/" + mount, Map.of("type", "jwt"));
        admin("POST", "auth/" + mount + "/config", Map.of("jwt_validation_pubkeys", List.of(pem)));
        admin(
                "POST",
                "auth/%s/role/%s".formatted(mount, role),
                Map.of(
                        "role_type",
                        "jwt",
                        "user_claim",
                        "sub",
                        "bound_audiences",
                        List.of("vault"),
                        "token_policies",
                        List.of(policy)));
        long now = Instant.now().getEpochSecond();
        var claims =
                "{\"sub\":\"worker\",\"aud\":\"vault\",\"iat\":%d,\"exp\":%d}"
                        .formatted(now, now + 600);
        var text =
                base64("{\"alg\":\"RS256\"}".getBytes(UTF_8))
                        + "."
                        + base64(claims.getBytes(UTF_8));
        var signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(pair.getPrivate());
        signature.update(text.getBytes(UTF_8));
        return text + "." + base64(signature.sign());
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /// Ends all tokens but the one that may do all.
    public void takeTokensBack() {
        var own = text(admin("GET", "auth/token/lookup-self", null), "accessor");
        for (var accessor : accessors()) {
            if (!accessor.equals(own)) {
                admin("POST", "auth/token/revoke-accessor", Map.of("accessor", accessor));
            }
        }
    }

    /// Ids of the tokens that there are.
    public List<String> accessors() {
        return admin("LIST", "auth/token/accessors", null).get("data") instanceof Map<?, ?> data
                        && data.get("keys") instanceof List<?> keys
                ? keys.stream().map(String::valueOf).toList()
                : List.of();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var headers = new LinkedHashMap<String, String>();
            exchange.getRequestHeaders()
                    .forEach((name, values) ->
                            headers.put(name.toLowerCase(Locale.ROOT), values.getLast()));
            var asked =
                    new Asked(
                            exchange.getRequestMethod(),
                            exchange.getRequestURI().toString(),
                            headers,
                            new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            requests.add(
                    asked.method() + " " + asked.path().replaceFirst("^/v1/", "").split("\\?")[0]);
            var answer =
                    broken == 0
                            ? behind.answer(asked)
                            : new Answer(broken, Map.of(), "{\"errors\":[\"broken\"]}");
            var bytes = answer.body().getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        front.stop(0);
        behind.close();
    }

    /// A process of a server for development, which keeps all in memory.
    private static final class Installed implements Behind {
        private static final Pattern KEY = Pattern.compile("Unseal Key: (\\S+)");

        private final HttpClient client = HttpClient.newHttpClient();
        private final String base;
        private final Path log;
        private final Process process;

        Installed(String program, Path directory) throws IOException {
            var address = "127.0.0.1:" + SilentServer.closedPort();
            base = "http://" + address;
            log = directory.resolve(program + ".log");
            var builder =
                    new ProcessBuilder(
                                    program,
                                    "server",
                                    "-dev",
                                    "-dev-root-token-id=" + ROOT,
                                    "-dev-listen-address=" + address)
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile());
            builder.environment().keySet().removeIf(n -> n.matches("(VAULT|BAO)_.*"));
            builder.environment().put("HOME", directory.toString());
            process = builder.start();
            Awaitility.await(program + " answers")
                    .atMost(Duration.ofSeconds(30))
                    .ignoreExceptions()
                    .until(() -> !process.isAlive() || isReady());
            if (!process.isAlive()) {
                throw new IOException(program + ": " + Files.readString(log));
            }
        }

        private boolean isReady() throws IOException, InterruptedException {
            var asked = new Asked("GET", "/v1/secret/config", Map.of("x-vault-token", ROOT), "");
            return answer(asked).status() == 200;
        }

        @Override
        public String unsealKey() {
            try {
                var found = KEY.matcher(Files.readString(log));
                return found.find() ? found.group(1) : "";
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public Answer answer(Asked asked) throws IOException, InterruptedException {
            var request =
                    HttpRequest.newBuilder(URI.create(base + asked.path()))
                            .method(asked.method(), BodyPublishers.ofString(asked.body()));
            asked.headers()
                    .forEach((name, value) -> {
                        if (name.startsWith("x-vault-") || name.equals("content-type")) {
                            request.header(name, value);
                        }
                    });
            var answer = client.send(request.build(), BodyHandlers.ofString());
            return new Answer(answer.statusCode(), Map.of(), answer.body());
        }

        @Override
        public void close() {
            process.destroy();
            client.shutdownNow();
        }
    }
}
